using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Aggregator.Service.Watching.Logs;

/// <summary>
/// Makes a text fit for a log: it stays on its line, cannot colour or steer a terminal, cannot show itself in another order than it is in, and tells no secret. What
/// strangers wrote (titles, addresses, paths asked for) comes into the log, so this is done to every text, and at the last moment. Pure.
/// </summary>
public static partial class LogText
{
    /// <summary>Longer texts are cut: what a stranger wrote must not fill the disk.</summary>
    private const int Longest = 16 * 1024;

    private static readonly SearchValues<char> Suspicious = SearchValues.Create([.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(code => (char)code), '\u061C', '\u200E', '\u200F', '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069', '\uFEFF']);

    /// <summary>
    /// The text without secrets: of addresses, user and password are cut, and everything from "?" on, for a query may hold a token; so are values of password=... and the like.
    /// </summary>
    public static string WithoutSecrets(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        if (text.Length > Longest)
        {
            text = text[..Longest] + "…";
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            text = Query().Replace(User().Replace(text, "$1"), "$1?…");
        }

        return text.Contains('=', StringComparison.Ordinal) ? Value().Replace(text, "$1=…") : text;
    }

    /// <summary>
    /// The same on one line: line ends and tabs are spaces, other control characters and marks that turn the order of writing round are written as \u001B. For a log that people read.
    /// </summary>
    public static string OneLine(string? text)
    {
        var clean = WithoutSecrets(text);
        if (!clean.AsSpan().ContainsAny(Suspicious))
        {
            return clean;
        }

        var line = new StringBuilder(clean.Length + 16);
        foreach (var letter in clean)
        {
            Append(line, letter);
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, char letter)
    {
        if (letter is '\r' or '\n' or '\t')
        {
            // Of a line end in two characters one space.
            if (line is not { Length: > 0 } || line[^1] != ' ' || letter == '\t')
            {
                line.Append(' ');
            }
        }
        else if (Suspicious.Contains(letter))
        {
            line.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
        }
        else
        {
            line.Append(letter);
        }
    }

    /// <summary>JSON with those characters escaped that a terminal takes for orders; they stand in strings only.</summary>
    internal static string EscapeInJson(string json)
    {
        if (!json.AsSpan().ContainsAny(Suspicious))
        {
            return json;
        }

        var escaped = new StringBuilder(json.Length + 16);
        foreach (var letter in json)
        {
            if (Suspicious.Contains(letter))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            }
            else
            {
                escaped.Append(letter);
            }
        }

        return escaped.ToString();
    }

    [GeneratedRegex("""(://)[^\s/?#"'<>\\]*@""", RegexOptions.CultureInvariant)]
    private static partial Regex User();

    [GeneratedRegex("""(://[^\s?#"'<>]*)\?[^\s"'<>)]+""", RegexOptions.CultureInvariant)]
    private static partial Regex Query();

    [GeneratedRegex("""\b(password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)\s*=\s*("[^"]*"|'[^']*'|[^\s;,&"']+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Value();
}
