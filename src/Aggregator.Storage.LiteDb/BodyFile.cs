using System.IO.Compression;
using System.Text;
using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The bodies, compressed, in a file of their own: lists of stories never read them, and retention can drop them alone. A body is
/// committed before its story, so a crash between the two leaves a body nobody asks for and never a story without one.
/// </summary>
internal sealed class BodyFile(DatabaseFile file)
{
    /// <summary>The collection's name in the file.</summary>
    public const string Collection = "bodies";

    private ILiteCollection<BsonDocument> Bodies => file.Collection(Collection);

    /// <summary>The greatest number that a body has, whether its story was committed or not. 0: there is none.</summary>
    public long LastSequence => Documents.LastNumber(Bodies);

    public void Add(long sequence, StoryBody body) => Bodies.Insert(Write(sequence, body));

    public void Replace(long sequence, StoryBody body) => Bodies.Upsert(Write(sequence, body));

    public StoryBody Find(long sequence) => Bodies.FindById(sequence) is { } document
        ? new StoryBody(Decompress(document["h"].AsBinary), Decompress(document["t"].AsBinary))
        : StoryBody.Empty;

    private static BsonDocument Write(long sequence, StoryBody body) => new()
    {
        ["_id"] = sequence,
        ["h"] = Compress(body.Html),
        ["t"] = Compress(body.Text),
    };

    private static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest))
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
