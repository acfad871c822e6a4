using System.Buffers;
using System.Text;

namespace Aggregator.Content.Publishing;

/// <summary>Text in UTF-8 that somebody on the way read as Latin 1: "cafÃ©" for "café".</summary>
internal static class Mojibake
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> LeadBytes = SearchValues.Create('\u00C2', '\u00C3');

    /// <summary>
    /// The text as it was meant, where all of it can be read that way and some of it looks like it; else the text. In text that was
    /// meant as it stands such a letter is not followed by a sign of the upper half of Latin 1, or another letter of that half stands elsewhere.
    /// </summary>
    public static string Repair(string text)
    {
        if (!LooksLikeIt(text))
        {
            return text;
        }

        var bytes = Encoding.Latin1.GetBytes(text);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Strict.GetString(bytes) : text;
    }

    private static bool LooksLikeIt(ReadOnlySpan<char> text)
    {
        var seen = false;
        for (var rest = text; rest.IndexOfAny(LeadBytes) is >= 0 and var at && !seen; rest = rest[(at + 1)..])
        {
            seen = at + 1 < rest.Length && rest[at + 1] is >= '\u0080' and <= '\u00BF' and not '\u00A0';
        }

        return seen && text.IndexOfAnyExceptInRange('\0', '\u00FF') < 0;
    }
}
