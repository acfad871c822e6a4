using System.IO.Compression;
using System.Text;
using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The bodies, compressed, in a file of their own (_id the story's number, b its HTML and after it its text, which says the same and so costs
/// little more, l the HTML's length): lists of stories never read them, and retention can drop them alone. A body is
/// committed before its story, so a crash between the two leaves a body nobody asks for and never a story without one.
/// </summary>
internal sealed class BodyFile(DatabaseFile file)
{
    /// <summary>The collection's name in the file.</summary>
    public const string Collection = "bodies";

    /// <summary>The collection of earlier texts: _id the story's number, v its versions, the oldest first (f from, u until, t title, x text).</summary>
    public const string VersionCollection = "versions";

    private ILiteCollection<BsonDocument> Bodies => file.Collection(Collection);

    private ILiteCollection<BsonDocument> Versions => file.Collection(VersionCollection);

    /// <summary>The greatest number that a body has, whether its story was committed or not. 0: there is none.</summary>
    public long LastSequence => Documents.LastNumber(Bodies);

    public void Add(long sequence, PackedBody body) => Bodies.Insert(body.ToDocument(sequence));

    public void Replace(long sequence, PackedBody body) => Bodies.Upsert(body.ToDocument(sequence));

    public StoryBody Find(long sequence) => Read(FindDocument(sequence));

    /// <summary>A body as it is stored. Null: there is none.</summary>
    public BsonDocument? FindDocument(long sequence) => Bodies.Get(sequence);

    /// <summary>What a body takes as it is stored.</summary>
    public long LengthOf(long sequence) => FindDocument(sequence) is not { } body ? 0
        : body["b"].IsBinary ? body["b"].AsBinary.LongLength : body["h"].AsBinary.LongLength + body["t"].AsBinary.LongLength;

    /// <summary>Reads a body as it is stored; empty where there is none.</summary>
    public static StoryBody Read(BsonDocument? document)
    {
        if (document is null)
        {
            return StoryBody.Empty;
        }

        if (!document["b"].IsBinary)
        {
            // Before, the two were compressed each for itself.
            return new StoryBody(Decompress(document["h"].AsBinary), Decompress(document["t"].AsBinary));
        }

        var both = Decompress(document["b"].AsBinary);
        var html = document["l"].AsInt32;
        return new StoryBody(both[..html], both[html..]);
    }

    /// <summary>Deletes a body and what was before it.</summary>
    public void Delete(long sequence)
    {
        Bodies.Delete(sequence);
        Versions.Delete(sequence);
    }

    /// <summary>Keeps an earlier text of a story. Of too many, the first stays and the next goes.</summary>
    public void AddVersion(long sequence, StoryVersion version)
    {
        var versions = Versions.Get(sequence)?["v"].AsArray ?? [];
        versions.Add(new BsonDocument
        {
            ["f"] = Documents.Instant(version.From),
            ["u"] = Documents.Instant(version.Until),
            ["t"] = version.Title,
            ["x"] = Compress(version.Text),
        });
        if (versions.Count > StoryVersion.MaxKept)
        {
            versions.RemoveAt(1);
        }

        Versions.Upsert(new BsonDocument { ["_id"] = sequence, ["v"] = versions });
    }

    /// <summary>The earlier texts of a story, the newest first.</summary>
    public IReadOnlyList<StoryVersion> FindVersions(long sequence) => Versions.Get(sequence) is { } document
        ? [.. document["v"].AsArray.Select(version => version.AsDocument).Reverse().Select(ReadVersion)]
        : [];

    private static StoryVersion ReadVersion(BsonDocument version) =>
        new(version.Instant("f")!.Value, version.Instant("u")!.Value, version["t"].AsString, Decompress(version["x"].AsBinary));

    internal static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal))
        {
            brotli.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }

    private static string Decompress(byte[] bytes)
    {
        using var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var reader = new StreamReader(brotli, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <summary>A body as it is stored.</summary>
/// <param name="Bytes">Its HTML and its text, compressed as one.</param>
/// <param name="HtmlLength">The characters of the HTML.</param>
internal sealed record PackedBody(byte[] Bytes, int HtmlLength)
{
    public static PackedBody Of(StoryBody body) => new(BodyFile.Compress(body.Html + body.Text), body.Html.Length);

    public BsonDocument ToDocument(long sequence) => new() { ["_id"] = sequence, ["b"] = Bytes, ["l"] = HtmlLength };
}
