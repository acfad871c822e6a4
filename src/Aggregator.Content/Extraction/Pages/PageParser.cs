using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Extraction.Pages;

/// <summary>
/// AngleSharp's HTML parser behind a guard. Its time is quadratic in the depth of unclosed elements (320 KB of opening tags take
/// many seconds), so the depth is estimated in one linear pass first, and the count of elements is limited while the tree grows.
/// </summary>
internal static class PageParser
{
    /// <summary>Characters parsed of a page; the rest of a longer one is not read.</summary>
    public const int MaxCharacters = 5 * 1024 * 1024;

    /// <summary>Elements left open at once before the page is refused. Real pages stay under 300.</summary>
    private const int MaxOpenElements = 2_000;

    /// <summary>Elements in a page before it is refused. The largest of 2,036 real pages had 11,500 (November 2026).</summary>
    private const int MaxElements = 100_000;

    /// <summary>Elements that the parser closes by itself, or that never have content: they do not add to the depth.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> SelfClosing = new HashSet<string>(
        [
            "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "optgroup", "rt", "rp", "html", "head", "body", "colgroup", "area",
            "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        ],
        StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Start tags that end SVG or MathML content (HTML section 13.2.6.5), where "/&gt;" has its meaning.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> BreakingOut = new HashSet<string>(
        [
            "b", "big", "blockquote", "center", "code", "div", "dl", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "nobr", "ol", "pre", "ruby", "s",
            "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var", "font",
        ],
        StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The parsed page, or null when it is built to be expensive.</summary>
    public static IHtmlDocument? Parse(string html, CancellationToken cancellationToken)
    {
        if (html.Length > MaxCharacters)
        {
            html = html[..MaxCharacters];
        }

        if (IsTooDeep(html))
        {
            return null;
        }

        var elements = 0;
        var parser = new HtmlParser(new HtmlParserOptions
        {
            IsScripting = false,
            SkipScriptText = true,
            SkipComments = true,
            SkipProcessingInstructions = true,
            DisableElementPositionTracking = true,
            OnCreated = (_, _) =>
            {
                if ((++elements & 1023) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (elements > MaxElements)
                    {
                        throw new TooManyElementsException();
                    }
                }
            },
        });
        try
        {
            return parser.ParseDocument(html);
        }
        catch (TooManyElementsException)
        {
            return null;
        }
    }

    /// <summary>Opening minus closing tags, by name (a stray closing tag closes nothing of another name), ever above the limit.</summary>
    private static bool IsTooDeep(ReadOnlySpan<char> html)
    {
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var balance = names.GetAlternateLookup<ReadOnlySpan<char>>();
        var open = 0;
        var foreign = false;
        while (true)
        {
            var start = html.IndexOf('<');
            if (start < 0 || start + 1 >= html.Length)
            {
                return false;
            }

            html = html[(start + 1)..];
            var closing = html[0] == '/';
            var name = NameAt(closing ? html[1..] : html);
            if (name.IsEmpty || SelfClosing.Contains(name) || (foreign && !closing && IsSelfClosed(html)))
            {
                continue;
            }

            if (name.Equals("svg", StringComparison.OrdinalIgnoreCase) || name.Equals("math", StringComparison.OrdinalIgnoreCase))
            {
                foreign = !closing;
            }
            else if (foreign && BreakingOut.Contains(name))
            {
                foreign = false;
            }

            if (!closing && IsRaw(name))
            {
                html = AfterRaw(html[name.Length..], name);
                continue;
            }

            if (!closing)
            {
                balance[name] = balance.TryGetValue(name, out var count) ? count + 1 : 1;
                if (++open > MaxOpenElements)
                {
                    return true;
                }
            }
            else if (balance.TryGetValue(name, out var count) && count > 0)
            {
                balance[name] = count - 1;
                open--;
            }
        }
    }

    private static bool IsSelfClosed(ReadOnlySpan<char> html)
    {
        var end = html.IndexOf('>');
        return end > 0 && html[end - 1] == '/';
    }

    private static bool IsRaw(ReadOnlySpan<char> name) =>
        name.Equals("script", StringComparison.OrdinalIgnoreCase) || name.Equals("style", StringComparison.OrdinalIgnoreCase)
        || name.Equals("textarea", StringComparison.OrdinalIgnoreCase) || name.Equals("title", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> AfterRaw(ReadOnlySpan<char> html, ReadOnlySpan<char> name)
    {
        var rest = html;
        while (true)
        {
            var end = rest.IndexOf("</");
            if (end < 0)
            {
                return [];
            }

            rest = rest[(end + 2)..];
            if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return rest;
            }
        }
    }

    private static ReadOnlySpan<char> NameAt(ReadOnlySpan<char> html)
    {
        var length = 0;
        while (length < html.Length && length < 40 && (char.IsAsciiLetterOrDigit(html[length]) || html[length] is '-' or ':'))
        {
            length++;
        }

        return length > 0 && char.IsAsciiLetter(html[0]) ? html[..length] : [];
    }

    private sealed class TooManyElementsException : Exception;
}
