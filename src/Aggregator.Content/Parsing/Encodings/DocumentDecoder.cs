using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Aggregator.Content.Parsing.Encodings;

/// <summary>
/// Turns a document's bytes into text. The encoding is the first of: byte order mark; a UTF-16 or UTF-32 pattern in the first bytes;
/// the charset of the Content-Type header (RFC 7303 section 3); the XML declaration; UTF-8 if the bytes are valid UTF-8; a guess.
/// A stated encoding that the bytes contradict loses to the next one, whoever states it: UTF-16 without a single zero byte, a
/// single-byte encoding where the bytes beyond ASCII form valid UTF-8. UTF-7 is refused: it hides markup from every later check.
/// </summary>
internal static partial class DocumentDecoder
{
    private const int DetectionBytes = 64 * 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of <paramref name="document"/> without byte order mark.</summary>
    public static string Decode(ReadOnlyMemory<byte> document, string? contentType, ProblemList problems)
    {
        var bytes = document.Span;
        if (FromMark(bytes) is var (marked, length))
        {
            return marked.GetString(bytes[length..]);
        }

        if (FromPattern(bytes) is { } wide)
        {
            return wide.GetString(bytes);
        }

        foreach (var name in StatedNames(bytes, contentType))
        {
            var encoding = WebEncoding.Named(name);
            if (encoding is null)
            {
                problems.Add($"the encoding \"{Shorten(name)}\" is unknown or refused");
            }
            else if (!Contradicts(bytes, encoding) && TryStrict(encoding, bytes) is { } text)
            {
                return text;
            }
            else
            {
                problems.Add($"the document is not the {encoding.WebName} it claims to be");
            }
        }

        return TryStrict(StrictUtf8, bytes) ?? Guess(bytes, problems);
    }

    private static (Encoding Encoding, int Length)? FromMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
        [0, 0, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: false), 4),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        _ => null,
    };

    /// <summary>How "&lt;" or "&lt;?" looks in wide encodings without a mark (XML 1.0 appendix F), and in EBCDIC.</summary>
    private static Encoding? FromPattern(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x3C, 0, 0, 0, ..] => Encoding.UTF32,
        [0, 0, 0, 0x3C, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: false),
        [0x3C, 0, not 0, 0, ..] => Encoding.Unicode,
        [0, 0x3C, 0, not 0, ..] => Encoding.BigEndianUnicode,
        [0x4C, 0x6F, 0xA7, 0x94, ..] => Ebcdic(bytes),
        _ => null,
    };

    private static Encoding? Ebcdic(ReadOnlySpan<byte> bytes)
    {
        var ebcdic = WebEncoding.Named("IBM037");
        var declared = ebcdic is null ? null : DeclaredName(ebcdic.GetString(bytes[..Math.Min(bytes.Length, 256)]));
        return (declared is null ? null : WebEncoding.Named(declared)) ?? ebcdic;
    }

    private static List<string> StatedNames(ReadOnlySpan<byte> bytes, string? contentType)
    {
        var names = new List<string>(2);
        if (contentType is not null && Charset().Match(contentType) is { Success: true } charset)
        {
            names.Add(charset.Groups[1].Value);
        }

        var declared = DeclaredName(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 512)]));
        if (declared is not null && !names.Contains(declared, StringComparer.OrdinalIgnoreCase))
        {
            names.Add(declared);
        }

        return names;
    }

    private static string? DeclaredName(string head) =>
        Declaration().Match(head) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Whether the bytes show that they are not in <paramref name="encoding"/>, although they could be decoded with it.</summary>
    private static bool Contradicts(ReadOnlySpan<byte> bytes, Encoding encoding) => encoding.CodePage switch
    {
        1200 or 1201 or 12000 or 12001 => !bytes[..Math.Min(bytes.Length, DetectionBytes)].Contains((byte)0),
        _ => encoding.IsSingleByte && bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF) && Utf8.IsValid(bytes),
    };

    private static string? TryStrict(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        if (encoding.IsSingleByte)
        {
            return encoding.GetString(bytes);
        }

        try
        {
            var strict = (Encoding)encoding.Clone();
            strict.DecoderFallback = DecoderFallback.ExceptionFallback;
            return strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Guess(ReadOnlySpan<byte> bytes, ProblemList problems)
    {
        // UTF-8 with a few broken bytes (often a text cut in the middle of a character) is still UTF-8. In other encodings the bytes of
        // one of its characters hardly ever meet by accident.
        var text = Encoding.UTF8.GetString(bytes);
        var broken = text.AsSpan().Count('\uFFFD');
        var whole = CountBeyondAscii(text) - broken;
        if (whole > broken)
        {
            problems.Add("bytes that are no UTF-8 were replaced");
            return text;
        }

        var guess = UtfUnknown.CharsetDetector.DetectFromBytes(bytes[..Math.Min(bytes.Length, DetectionBytes)].ToArray()).Detected;
        var encoding = guess?.EncodingName is { } name ? WebEncoding.Named(name) : null;
        if (encoding is null || encoding.CodePage is 20127 or 65001)
        {
            encoding = WebEncoding.Named("windows-1252")!;
        }

        problems.Add($"the encoding was guessed to be {encoding.WebName}");
        return encoding.GetString(bytes);
    }

    private static int CountBeyondAscii(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var at = text.IndexOfAnyExceptInRange('\0', '\u007F'); at >= 0; at = text.IndexOfAnyExceptInRange('\0', '\u007F'))
        {
            count++;
            text = text[(at + 1)..];
        }

        return count;
    }

    private static string Shorten(string name) => name.Length <= 40 ? name : name[..40];

    [GeneratedRegex("""charset\s*=\s*["']?\s*([A-Za-z0-9_.:\-]{2,60})""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Charset();

    [GeneratedRegex("""^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']\s*([^"'>]{1,60}?)\s*["']""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
