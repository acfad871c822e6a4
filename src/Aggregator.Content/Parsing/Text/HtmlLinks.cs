using System.Net;
using System.Text;

namespace Aggregator.Content.Parsing.Text;

/// <summary>Makes the links in an HTML text absolute without parsing it into a tree; all else stays byte for byte.</summary>
internal static class HtmlLinks
{
    private static readonly HashSet<string> AddressAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "href", "src", "action", "background", "cite", "longdesc", "poster", "data", "formaction", "usemap", "classid", "codebase", "profile",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> AddressAttributesByName = AddressAttributes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether an attribute of this name holds an address.</summary>
    public static bool IsAddress(string attribute) => AddressAttributes.Contains(attribute);

    /// <summary>The text with every relative link resolved against <paramref name="baseAddress"/>, as far as <paramref name="growth"/> allows.</summary>
    public static string MakeAbsolute(string html, Uri? baseAddress, GrowthLimit growth)
    {
        if (baseAddress is null)
        {
            return html;
        }

        StringBuilder? changed = null;
        var copied = 0;
        var at = html.IndexOf('<', StringComparison.Ordinal);
        while (at >= 0 && at + 1 < html.Length && !growth.IsSpent)
        {
            var position = at + 1;
            if (char.IsAsciiLetter(html[position]))
            {
                position = TagNameEnd(html, position);
                while (NextAttribute(html, ref position) is var (name, start, end))
                {
                    if (AddressAttributesByName.Contains(html.AsSpan(name))
                        && !IsOnTheWeb(html.AsSpan(start, end - start))
                        && Addresses.MakeAbsolute(Entities.Decode(html[start..end]), baseAddress) is { } absolute
                        && growth.Take(absolute.Length - (end - start)))
                    {
                        changed ??= new StringBuilder(html.Length + 100);
                        var quote = start > 0 && html[start - 1] is '"' or '\'' ? "" : "\"";
                        changed.Append(html, copied, start - copied).Append(quote).Append(WebUtility.HtmlEncode(absolute)).Append(quote);
                        copied = end;
                    }
                }
            }

            at = html.IndexOf('<', Math.Min(position, html.Length));
        }

        return changed is null ? html : changed.Append(html, copied, html.Length - copied).ToString();
    }

    private static int TagNameEnd(string html, int at)
    {
        while (at < html.Length && !char.IsWhiteSpace(html[at]) && html[at] is not ('>' or '/'))
        {
            at++;
        }

        return at;
    }

    private static bool IsOnTheWeb(ReadOnlySpan<char> address) => address.StartsWith("http://") || address.StartsWith("https://");

    /// <summary>The next attribute of the tag that has a value: where its name is, and where the value starts and ends. Null at the end of the tag.</summary>
    private static (Range Name, int Start, int End)? NextAttribute(string html, ref int at)
    {
        while (at < html.Length && html[at] != '>')
        {
            if (char.IsWhiteSpace(html[at]) || html[at] == '/')
            {
                at++;
                continue;
            }

            var nameStart = at;
            while (at < html.Length && !char.IsWhiteSpace(html[at]) && html[at] is not ('=' or '>' or '/'))
            {
                at++;
            }

            var nameEnd = at;
            SkipSpace(html, ref at);
            if (at >= html.Length || html[at] != '=')
            {
                continue;
            }

            at++;
            SkipSpace(html, ref at);
            if (at >= html.Length)
            {
                break;
            }

            int start, end;
            if (html[at] is '"' or '\'')
            {
                start = at + 1;
                end = html.IndexOf(html[at], start);
                if (end < 0)
                {
                    at = html.Length;
                    return null;
                }

                at = end + 1;
            }
            else
            {
                start = at;
                while (at < html.Length && !char.IsWhiteSpace(html[at]) && html[at] != '>')
                {
                    at++;
                }

                end = at;
            }

            return (nameStart..nameEnd, start, end);
        }

        return null;
    }

    private static void SkipSpace(string html, ref int at)
    {
        while (at < html.Length && char.IsWhiteSpace(html[at]))
        {
            at++;
        }
    }
}
