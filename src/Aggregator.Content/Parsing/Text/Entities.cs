using System.Globalization;
using System.Text;
using AngleSharp.Html;

namespace Aggregator.Content.Parsing.Text;

/// <summary>Reads character references: the five of XML, those of HTML, and numeric ones.</summary>
internal static class Entities
{
    private const int LongestName = 32;

    /// <summary>What Windows-1252 has where Unicode has the control characters U+0080 to U+009F (HTML section 13.2.5.80).</summary>
    private const string Windows1252 = "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>
    /// Reads the reference that <paramref name="text"/> starts with ("&amp;" first). Returns what it stands for and its length, or null if
    /// there is none. A reference to a character that cannot be in a text gives an empty string.
    /// </summary>
    public static (string Value, int Length)? Read(ReadOnlySpan<char> text)
    {
        var window = text[..Math.Min(text.Length, LongestName + 2)];
        if (window.Length < 3)
        {
            return null;
        }

        return window[1] == '#' ? ReadNumber(window) : ReadName(window);
    }

    /// <summary>The character that was meant by a C1 control character.</summary>
    public static char FromC1(char control) => Windows1252[control - 0x80];

    /// <summary>Replaces every reference in an HTML text once. Unknown ones stay as they are.</summary>
    public static string Decode(string html)
    {
        var at = html.IndexOf('&', StringComparison.Ordinal);
        if (at < 0)
        {
            return html;
        }

        var decoded = new StringBuilder(html.Length);
        var start = 0;
        while (at >= 0)
        {
            if (Read(html.AsSpan(at)) is var (value, length))
            {
                decoded.Append(html, start, at - start).Append(value);
                start = at + length;
                at = html.IndexOf('&', start);
            }
            else
            {
                at = html.IndexOf('&', at + 1);
            }
        }

        return decoded.Append(html, start, html.Length - start).ToString();
    }

    private static (string, int)? ReadNumber(ReadOnlySpan<char> text)
    {
        var hexadecimal = text[2] is 'x' or 'X';
        var start = hexadecimal ? 3 : 2;
        var end = start;
        while (end < text.Length && (hexadecimal ? char.IsAsciiHexDigit(text[end]) : char.IsAsciiDigit(text[end])))
        {
            end++;
        }

        if (end == start)
        {
            return null;
        }

        var style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        var length = end < text.Length && text[end] == ';' ? end + 1 : end;
        return int.TryParse(text[start..end], style, CultureInfo.InvariantCulture, out var number)
            ? (FromNumber(number), length)
            : ("", length);
    }

    private static string FromNumber(int number) => number switch
    {
        '\t' or '\n' or '\r' => ((char)number).ToString(),
        < 0x20 or 0x7F or 0xFFFE or 0xFFFF => "",
        >= 0x80 and < 0xA0 => FromC1((char)number).ToString(),
        _ => Rune.IsValid(number) ? new Rune(number).ToString() : "",
    };

    private static (string, int)? ReadName(ReadOnlySpan<char> text)
    {
        var end = 1;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        if (end == 1 || end >= text.Length || text[end] != ';')
        {
            return null;
        }

        return text[1..end] switch
        {
            "amp" => ("&", end + 1),
            "lt" => ("<", end + 1),
            "gt" => (">", end + 1),
            "quot" => ("\"", end + 1),
            "apos" => ("'", end + 1),
            "nbsp" => ("\u00A0", end + 1),
            var name => HtmlEntityProvider.Resolver.GetSymbol($"{name};") is { } symbol ? (symbol, end + 1) : null,
        };
    }
}
