using System.Text;

namespace Aggregator.Content.Parsing.Text;

/// <summary>Makes one line of plain text from what stands in a title.</summary>
internal static class PlainText
{
    private const int MaxChars = 1000;

    /// <summary>A title is read no further than this: what comes later cannot reach the first <see cref="MaxChars"/> in earnest.</summary>
    private const int MaxSourceChars = 32_000;

    private static readonly HashSet<string> Tags = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "acronym", "address", "applet", "area", "article", "aside", "audio", "b", "base", "basefont", "bdi", "bdo", "bgsound",
        "big", "blink", "blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "dd", "del", "details",
        "dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset", "figcaption", "figure", "font", "footer", "form", "frame",
        "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label",
        "legend", "li", "link", "main", "map", "mark", "marquee", "math", "meta", "nav", "nobr", "noscript", "object", "ol", "option", "p",
        "param", "picture", "plaintext", "pre", "q", "rp", "rt", "ruby", "s", "samp", "script", "section", "select", "small", "source",
        "span", "strike", "strong", "style", "sub", "sup", "svg", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead",
        "title", "tr", "tt", "u", "ul", "var", "video", "wbr", "xmp",
    };

    private static readonly HashSet<string> Inline = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
        "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
    };

    /// <summary>Text that is text: only white space and unwanted characters are put in order. Null if nothing is left.</summary>
    public static string? FromText(string? text) => text is null ? null : Line(text);

    /// <summary>
    /// Text that may be HTML: the tags HTML knows are removed (scripts and styles with what is in them), references decoded once. What
    /// only looks like a tag ("List&lt;string&gt;") stays.
    /// </summary>
    public static string? FromHtml(string? html)
    {
        if (html is null)
        {
            return null;
        }

        html = html.Length <= MaxSourceChars ? html : html[..MaxSourceChars];
        return Line(Entities.Decode(html.Contains('<', StringComparison.Ordinal) ? WithoutTags(html) : html));
    }

    /// <summary>Whether a text has a tag that HTML knows: it says more as HTML than as plain text.</summary>
    public static bool HasMarkup(string html)
    {
        var length = Math.Min(html.Length, MaxSourceChars);
        for (var open = html.IndexOf('<', 0, length); open >= 0; open = html.IndexOf('<', open + 1, length - open - 1))
        {
            if (IsTag(html, open + 1, out _))
            {
                return true;
            }
        }

        return false;
    }

    private static string WithoutTags(string html)
    {
        var text = new StringBuilder(html.Length);
        var at = AfterDoctype(html);
        while (at < html.Length)
        {
            var open = html.IndexOf('<', at);
            if (open < 0)
            {
                break;
            }

            text.Append(html, at, open - at);
            at = SkipTag(html, open, text);
        }

        return at < html.Length ? text.Append(html, at, html.Length - at).ToString() : text.ToString();
    }

    private static int SkipTag(string html, int open, StringBuilder text)
    {
        if (html.AsSpan(open).StartsWith("<!--"))
        {
            var end = html.IndexOf("-->", open + 2, StringComparison.Ordinal);
            if (end >= 0)
            {
                return end + 3;
            }

            // A comment that never ends must not swallow the title; it ends like a tag.
            var bracket = html.IndexOf('>', open + 4);
            return bracket < 0 ? html.Length : bracket + 1;
        }

        var start = open + 1 < html.Length && html[open + 1] == '/' ? open + 2 : open + 1;
        if (!IsTag(html, start, out var name))
        {
            text.Append('<');
            return open + 1;
        }

        var close = html.IndexOf('>', start + name.Length);
        if (close < 0)
        {
            // No tag ends any more: the rest is text.
            text.Append(html, open, html.Length - open);
            return html.Length;
        }

        if (start == open + 1 && name.ToLowerInvariant() is "script" or "style" or "iframe")
        {
            var end = html.IndexOf($"</{name}", close, StringComparison.OrdinalIgnoreCase);
            var endClose = end < 0 ? -1 : html.IndexOf('>', end);
            return endClose < 0 ? html.Length : endClose + 1;
        }

        if (!Inline.Contains(name))
        {
            text.Append(' ');
        }

        return close + 1;
    }

    /// <summary>Whether the name of one of HTML's tags starts at <paramref name="start"/>.</summary>
    private static bool IsTag(string html, int start, out string name)
    {
        var end = start;
        while (end < html.Length && end - start < 12 && char.IsAsciiLetterOrDigit(html[end]))
        {
            end++;
        }

        name = html[start..end];
        return end < html.Length && Tags.Contains(name) && (char.IsWhiteSpace(html[end]) || html[end] is '>' or '/');
    }

    /// <summary>A whole document in a title begins with its type, which is no text. Further on it is what the title speaks of.</summary>
    private static int AfterDoctype(string html)
    {
        var start = html.AsSpan().IndexOfAnyExcept(" \t\r\n");
        return start >= 0 && html.AsSpan(start).StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) ? html.IndexOf('>', start) + 1 : 0;
    }

    private static string? Line(string text)
    {
        text = Characters.CleanLine(text);
        if (IsLine(text))
        {
            return text.Length == 0 ? null : text;
        }

        var line = new StringBuilder(Math.Min(text.Length, MaxChars));
        foreach (var c in text)
        {
            if (line.Length >= MaxChars)
            {
                break;
            }

            if (!char.IsWhiteSpace(c) || c == '\u00A0')
            {
                line.Append(c);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        if (line.Length > 0 && char.IsHighSurrogate(line[^1]))
        {
            line.Length--;
        }

        var result = line.ToString().Trim();
        return result.Length == 0 ? null : result;
    }

    /// <summary>Whether a text is one line already: words with single spaces between them, and not too many.</summary>
    private static bool IsLine(string text)
    {
        if (text.Length > MaxChars)
        {
            return false;
        }

        var afterSpace = true;
        foreach (var c in text)
        {
            var space = c == ' ';
            if (space ? afterSpace : char.IsWhiteSpace(c))
            {
                return false;
            }

            afterSpace = space;
        }

        return text.Length == 0 || !(afterSpace || char.IsHighSurrogate(text[^1]));
    }
}
