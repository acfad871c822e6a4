namespace Aggregator.Content.Discovery;

/// <summary>One link of a Link header.</summary>
/// <param name="Target">As written between the angle brackets.</param>
/// <param name="Parameters">By name, in lower case; the first of each name counts (RFC 8288 section 3).</param>
internal sealed record HeaderLink(string Target, IReadOnlyDictionary<string, string> Parameters);

/// <summary>
/// Reads Link headers (RFC 8288 section 3): <c>&lt;/feed&gt;; rel="alternate"; type="application/rss+xml", &lt;...&gt;</c>. What does not
/// fit the grammar is skipped up to the next link.
/// </summary>
internal static class LinkHeader
{
    /// <summary>More links than this tell nothing: real headers have below ten, and each costs time.</summary>
    private const int MostLinks = 100;

    public static IEnumerable<HeaderLink> Read(string? header)
    {
        var at = 0;
        for (var links = 0; header is not null && links < MostLinks; links++)
        {
            var open = header.IndexOf('<', at);
            var close = open < 0 ? -1 : header.IndexOf('>', open);
            if (close < 0)
            {
                yield break;
            }

            at = close + 1;
            var parameters = ReadParameters(header, ref at);
            yield return new HeaderLink(header[(open + 1)..close].Trim(), parameters);
        }
    }

    /// <summary>Reads "; name=value" until the comma that ends the link.</summary>
    private static Dictionary<string, string> ReadParameters(string header, ref int at)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (at < header.Length && header[at] != ',')
        {
            if (header[at] is ';' or ' ' or '\t')
            {
                at++;
                continue;
            }

            var end = header.AsSpan(at).IndexOfAny("=;,");
            var nameEnd = end < 0 ? header.Length : at + end;
            var name = header[at..nameEnd].Trim();
            at = nameEnd;
            var value = at < header.Length && header[at] == '=' ? ReadValue(header, ref at) : "";
            parameters.TryAdd(name, value);
        }

        return parameters;
    }

    /// <summary>A token or a quoted text; <paramref name="at"/> stands on the "=" before it.</summary>
    private static string ReadValue(string header, ref int at)
    {
        at++;
        while (at < header.Length && header[at] == ' ')
        {
            at++;
        }

        if (at >= header.Length || header[at] != '"')
        {
            var length = header.AsSpan(at).IndexOfAny(";,");
            var start = at;
            at = length < 0 ? header.Length : at + length;
            return header[start..at].Trim();
        }

        var value = new System.Text.StringBuilder();
        for (at++; at < header.Length && header[at] != '"'; at++)
        {
            at += header[at] == '\\' && at + 1 < header.Length ? 1 : 0;
            value.Append(header[at]);
        }

        at = Math.Min(at + 1, header.Length);
        return value.ToString();
    }
}
