using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Takes a body out of its content coding (RFC 9110 section 8.4). The runtime could do that on the way, but lets a stream pass that was
/// cut off in the middle, and fails on servers that say gzip and send plain text. Pure.
/// </summary>
internal static class ContentCoding
{
    /// <summary>What we offer to decode, and nothing else.</summary>
    public const string Accepted = "gzip, br";

    private static ReadOnlySpan<byte> GzipMark => [0x1F, 0x8B, 0x08];

    /// <summary>
    /// The body as it was before it was coded. A gzip stream is recognised by its first bytes, labelled or not: neither a feed nor a page
    /// begins so. What is labelled and plainly is not coded is taken as it is. One coding is undone, never two.
    /// </summary>
    /// <param name="body">The bytes that came.</param>
    /// <param name="label">The Content-Encoding as sent. Null: none.</param>
    /// <param name="maxBytes">The most bytes it may become; counted while decoding.</param>
    /// <param name="keepBeginning">Whether the beginning of a body that becomes larger is wanted.</param>
    /// <returns>The decoded bytes and whether there were more of them than <paramref name="maxBytes"/>, in which case they are the beginning, or none.</returns>
    /// <exception cref="InvalidDataException">The stream is damaged or ends too early.</exception>
    /// <exception cref="FetchException">The coding is none of those we offer.</exception>
    public static (ReadOnlyMemory<byte> Body, bool IsOver) Decode(ReadOnlyMemory<byte> body, string? label, int maxBytes, bool keepBeginning = true)
    {
        var codings = (label ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)).ToList();
        var coding = codings.Count == 0 ? "" : codings.Count == 1 ? codings[0].ToLowerInvariant() : null;
        return coding switch
        {
            "" or "gzip" or "x-gzip" => body.Span.StartsWith(GzipMark) ? Unzip(body, maxBytes, keepBeginning) : (body, false),
            "br" => LooksPlain(body.Span) ? (body, false) : Unbrotli(body, maxBytes, keepBeginning),
            _ => throw new FetchException(FetchFault.Unreachable, $"the answer is coded in a way that is not understood ({Shown(label!)})"),
        };
    }

    private static (ReadOnlyMemory<byte> Body, bool IsOver) Unzip(ReadOnlyMemory<byte> body, int maxBytes, bool keepBeginning)
    {
        using var plain = new BoundedBuffer(maxBytes);
        using var source = Open(body);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        while (!plain.IsOver && gzip.Read(plain.Free.Span) is > 0 and var read)
        {
            plain.Advance(read);
        }

        return Whole(plain, keepBeginning);
    }

    private static (ReadOnlyMemory<byte> Body, bool IsOver) Unbrotli(ReadOnlyMemory<byte> body, int maxBytes, bool keepBeginning)
    {
        using var plain = new BoundedBuffer(maxBytes);
        var left = body.Span;
        using var decoder = new BrotliDecoder();
        while (true)
        {
            var status = decoder.Decompress(left, plain.Free.Span, out var consumed, out var written);
            left = left[consumed..];
            plain.Advance(written);
            if (plain.IsOver || status == OperationStatus.Done)
            {
                return Whole(plain, keepBeginning);
            }

            if (status != OperationStatus.DestinationTooSmall)
            {
                throw new InvalidDataException("The brotli stream is damaged or ends too early.");
            }
        }
    }

    /// <summary>
    /// Brotli has no mark of its own, but no stream of it can begin with "&lt;", "{" or a byte order mark: the first byte would hold a reserved
    /// bit that is set, or say that the stream is empty (RFC 7932 sections 9.1 and 9.2). Such a body is a document that nobody compressed.
    /// </summary>
    private static bool LooksPlain(ReadOnlySpan<byte> body) => body.Length == 0 || (body.Length > 1 && body[0] is (byte)'<' or (byte)'{' or 0xEF);

    private static (ReadOnlyMemory<byte> Body, bool IsOver) Whole(BoundedBuffer plain, bool keepBeginning) =>
        (plain.IsOver && !keepBeginning ? ReadOnlyMemory<byte>.Empty : plain.ToArray(), plain.IsOver);

    private static MemoryStream Open(ReadOnlyMemory<byte> body) => MemoryMarshal.TryGetArray(body, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(body.ToArray(), writable: false);

    private static string Shown(string label) => label.Length > 40 ? label[..40] + "..." : label;
}
