using System.Text;
using System.Text.RegularExpressions;
using UtfUnknown;

namespace Aggregator.Content.Extraction.Pages;

/// <summary>
/// Turns a page's bytes into text. The order of belief is that of the WHATWG encoding sniffing algorithm (HTML section 13.2.3.2):
/// byte order mark, HTTP header, meta in the first bytes, then statistics. Invalid bytes become U+FFFD; nothing throws.
/// </summary>
internal static partial class PageDecoder
{
    /// <summary>How far into the page a meta charset is looked for. The standard says 1,024 bytes; real pages put scripts first.</summary>
    private const int MetaBytes = 8 * 1024;

    /// <summary>How much of the page the statistics see.</summary>
    private const int SampleBytes = 64 * 1024;

    public static string Decode(ReadOnlySpan<byte> page, string? contentType)
    {
        if (page.StartsWith(Encoding.UTF8.Preamble))
        {
            return Encoding.UTF8.GetString(page[3..]);
        }

        if (page.Length >= 2 && page[0] == 0xFE && page[1] == 0xFF)
        {
            return Encoding.BigEndianUnicode.GetString(page[2..]);
        }

        if (page.Length >= 2 && page[0] == 0xFF && page[1] == 0xFE)
        {
            return Encoding.Unicode.GetString(page[2..]);
        }

        var valid = System.Text.Unicode.Utf8.IsValid(page);
        var stated = Named(CharsetOf(contentType)) ?? Named(CharsetOf(Encoding.Latin1.GetString(page[..Math.Min(page.Length, MetaBytes)])));
        if (stated is not null && stated is not UTF8Encoding)
        {
            // A page whose many non-ASCII bytes form valid UTF-8 is UTF-8, whatever it was labelled as by its server.
            return (valid && HasMultibyte(page) ? Encoding.UTF8 : stated).GetString(page);
        }

        return valid ? Encoding.UTF8.GetString(page) : (stated is null || MostlyBroken(page) ? Guess(page) : Encoding.UTF8).GetString(page);
    }

    /// <summary>The charset named in a header or in markup. Null: none.</summary>
    private static string? CharsetOf(string? text) =>
        text is not null && Charset().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    private static Encoding? Named(string? charset) => charset?.ToLowerInvariant() switch
    {
        null or "" => null,

        // Markup that could be read as ASCII so far is not in UTF-16, whatever it says (HTML section 13.2.3.2).
        "utf-16" or "utf-16le" or "utf-16be" or "unicode" or "utf-7" => Encoding.UTF8,
        var name => WebEncoding.Named(name),
    };

    private static bool HasMultibyte(ReadOnlySpan<byte> page) => page.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0;

    /// <summary>Whether text labelled UTF-8 is so damaged that the label must be wrong: over one in a hundred of its high bytes fail.</summary>
    private static bool MostlyBroken(ReadOnlySpan<byte> page)
    {
        var sample = page[..Math.Min(page.Length, SampleBytes)];
        int high = 0, broken = 0;
        while (!sample.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(sample, out var rune, out var used);
            high += rune.Value > 0x7F ? 1 : 0;
            broken += status == System.Buffers.OperationStatus.InvalidData ? 1 : 0;
            sample = sample[used..];
        }

        return broken * 10 > high;
    }

    private static Encoding Guess(ReadOnlySpan<byte> page)
    {
        var sample = page[..Math.Min(page.Length, SampleBytes)].ToArray();
        var detected = CharsetDetector.DetectFromBytes(sample).Detected;
        return (detected is { Confidence: > 0.4f } ? Named(detected.EncodingName) : null) ?? Named("windows-1252")!;
    }

    [GeneratedRegex("""charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Charset();
}
