using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Aggregator.Service.Archive;

/// <summary>
/// A record of a WARC file (ISO 28500:2017, WARC 1.1): a page as it came ("resource"), or what a feed said of an entry ("metadata"). Each is compressed for
/// itself, as the standard advises, so that one can be read without those before it and tools for web archives read the files.
/// </summary>
/// <param name="Type">"resource" or "metadata".</param>
/// <param name="Target">The address it was asked for at, or belongs to.</param>
/// <param name="Date">When it came.</param>
/// <param name="ContentType">The media type of its content. Null: not known.</param>
/// <param name="Content">Its content.</param>
internal sealed record WarcRecord(string Type, Uri Target, DateTimeOffset Date, string? ContentType, ReadOnlyMemory<byte> Content)
{
    private const string Version = "WARC/1.1";

    /// <summary>A field of our own: where a page came from, after redirects.</summary>
    private const string EffectiveField = "Aggregator-Effective-URI";

    /// <summary>Where the page came from, after redirects. Null: from where it was asked for.</summary>
    public Uri? Effective { get; init; }

    /// <summary>The record as it stands in a file.</summary>
    public byte[] ToBytes()
    {
        var head = new StringBuilder(Version).Append("\r\n");
        Field("WARC-Type", Type);
        Field("WARC-Record-ID", $"<urn:uuid:{Guid.NewGuid()}>");
        Field("WARC-Date", Date.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        Field("WARC-Target-URI", Target.AbsoluteUri);
        Field(EffectiveField, Effective?.AbsoluteUri);
        Field("Content-Type", ContentType);
        Field("Content-Length", Content.Length.ToString(CultureInfo.InvariantCulture));
        head.Append("\r\n");
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(head.ToString()));
            gzip.Write(Content.Span);
            gzip.Write("\r\n\r\n"u8);
        }

        return bytes.ToArray();

        // A line break would begin another field.
        void Field(string name, string? value)
        {
            if (value is not null)
            {
                head.Append(name).Append(": ").Append(value.ReplaceLineEndings(" ")).Append("\r\n");
            }
        }
    }

    /// <summary>Reads one record.</summary>
    /// <param name="bytes">Its bytes as they stand in a file.</param>
    /// <param name="most">The bytes its content may have at most.</param>
    /// <exception cref="InvalidDataException">They are no record.</exception>
    public static WarcRecord Read(byte[] bytes, int most)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var buffered = new BufferedStream(gzip, 16 * 1024);
        if (ReadLine(buffered) != Version)
        {
            throw new InvalidDataException($"a record of a page archive does not begin with {Version}");
        }

        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var line = ReadLine(buffered); line.Length > 0; line = ReadLine(buffered))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            fields[colon < 0 ? line : line[..colon]] = colon < 0 ? "" : line[(colon + 1)..].Trim();
        }

        if (!int.TryParse(fields.GetValueOrDefault("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > most
            || !Uri.TryCreate(fields.GetValueOrDefault("WARC-Target-URI"), UriKind.Absolute, out var target)
            || !DateTimeOffset.TryParse(fields.GetValueOrDefault("WARC-Date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            throw new InvalidDataException("a record of a page archive has no usable length, address or date");
        }

        var content = new byte[length];
        buffered.ReadExactly(content);
        return new WarcRecord(fields.GetValueOrDefault("WARC-Type", ""), target, date, fields.GetValueOrDefault("Content-Type"), content)
        {
            Effective = Uri.TryCreate(fields.GetValueOrDefault(EffectiveField), UriKind.Absolute, out var effective) ? effective : null,
        };
    }

    private static string ReadLine(Stream stream)
    {
        var line = new List<byte>();
        for (var next = stream.ReadByte(); next != '\n'; next = stream.ReadByte())
        {
            if (next < 0 || line.Count > 16 * 1024)
            {
                throw new InvalidDataException("a record of a page archive ends within its head");
            }

            line.Add((byte)next);
        }

        return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }
}
