using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Aggregator.Content.Sanitizing;

/// <summary>Turns HTML and strangers' strings into plain text that is safe to show anywhere as text.</summary>
public static class PlainText
{
    /// <summary>The default cap of <see cref="OneLine"/>, in characters.</summary>
    public const int MaxLineLength = 1000;

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li",
        "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
    };

    private static readonly HashSet<string> Unseen = new(StringComparer.OrdinalIgnoreCase)
    {
        "head", "script", "style", "template", "noscript", "noframes", "noembed", "iframe", "object", "embed", "svg", "math",
        "textarea", "select", "title", "audio", "video", "canvas",
    };

    /// <summary>
    /// The text of a piece of HTML, one line (U+000A) for each block that has text, entities decoded, white space collapsed, scripts,
    /// styles and what is marked as hidden left out. Lines inside <c>pre</c> stay lines. Empty for empty input; never throws, whatever the input.
    /// </summary>
    public static string FromHtml(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        if (html.AsSpan().IndexOfAny('<', '&') < 0)
        {
            return Lines.Of(html);
        }

        html = SwallowedText.GiveBack(html);
        using var document = GuardedHtml.Parse(html);
        return document?.Body is { } body ? Of(body) : Lines.Of(TagStripper.Strip(html));
    }

    /// <summary>
    /// One line for a title or a name: control characters (U+0000-001F, U+007F-009F) and characters that override the writing
    /// direction (U+202A-202E, U+2066-2069) removed, white space collapsed to single spaces, half surrogate pairs replaced by
    /// U+FFFD, cut to at most <paramref name="maxLength"/> characters (the last of them "…"). <paramref name="text"/> is text, not HTML.
    /// </summary>
    public static string OneLine(string text, int maxLength = MaxLineLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        var line = new StringBuilder(Math.Min(text.Length, maxLength));
        var pendingSpace = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                pendingSpace = line.Length > 0;
                continue;
            }

            if (IsUnsafe(rune.Value))
            {
                continue;
            }

            if (line.Length + (pendingSpace ? 1 : 0) + rune.Utf16SequenceLength > maxLength)
            {
                return Cut(line, maxLength);
            }

            if (pendingSpace)
            {
                line.Append(' ');
                pendingSpace = false;
            }

            line.Append(rune.ToString());
        }

        return line.ToString();
    }

    /// <summary>The text of a parsed element, as <see cref="FromHtml"/> gives it.</summary>
    internal static string Of(IElement element)
    {
        var lines = new Lines();
        Walk(element, lines, preformatted: false);
        return lines.ToString();
    }

    private static bool IsUnsafe(int value) =>
        value is < 0x20 or (>= 0x7F and <= 0x9F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFEFF or 0xFFFE or 0xFFFF;

    private static string Cut(StringBuilder line, int maxLength)
    {
        var length = Math.Min(line.Length, maxLength - 1);
        if (length > 0 && char.IsHighSurrogate(line[length - 1]))
        {
            length--;
        }

        line.Length = length;
        return line.ToString().TrimEnd() + "…";
    }

    // The parser caps the depth of its tree, so the recursion is bounded.
    private static void Walk(INode parent, Lines lines, bool preformatted)
    {
        foreach (var node in parent.ChildNodes)
        {
            if (node is IText text)
            {
                lines.Append(text.Data, preformatted);
            }
            else if (node is IElement element && !Unseen.Contains(element.LocalName) && !element.HasAttribute("hidden"))
            {
                var name = element.LocalName;
                var isBlock = Blocks.Contains(name);
                if (isBlock || name is "br")
                {
                    lines.Break();
                }
                else if (name is "td" or "th")
                {
                    lines.Append(" ", preformatted: false);
                }

                Walk(element, lines, preformatted || element is IHtmlPreElement);
                if (isBlock)
                {
                    lines.Break();
                }
            }
        }
    }

    /// <summary>Collects text into lines, none of them empty.</summary>
    private sealed class Lines
    {
        private readonly StringBuilder _text = new();
        private bool _pendingSpace;
        private bool _atStart = true;

        /// <summary>Plain text with each of its lines collapsed and the empty ones dropped.</summary>
        public static string Of(string text)
        {
            var lines = new Lines();
            lines.Append(text, preformatted: true);
            return lines.ToString();
        }

        public void Append(string text, bool preformatted)
        {
            foreach (var c in text)
            {
                if (c is '\n' or '\r' && preformatted)
                {
                    Break();
                }
                else if (char.IsWhiteSpace(c))
                {
                    _pendingSpace = !_atStart;
                }
                else if (!IsUnsafe(c) && c != '\u00AD')
                {
                    if (_pendingSpace)
                    {
                        _text.Append(' ');
                        _pendingSpace = false;
                    }

                    _text.Append(c);
                    _atStart = false;
                }
            }
        }

        public void Break()
        {
            _pendingSpace = false;
            if (!_atStart)
            {
                _text.Append('\n');
                _atStart = true;
            }
        }

        public override string ToString() => _text.ToString().TrimEnd('\n');
    }

    /// <summary>The last resort for input the parser must not see: cuts out whatever looks like a tag, in one pass.</summary>
    private static class TagStripper
    {
        public static string Strip(string html)
        {
            var length = Math.Min(html.Length, GuardedHtml.MaxCharacters);
            var text = new StringBuilder();
            var at = 0;
            while (at < length)
            {
                var tag = html.IndexOf('<', at, length - at);
                if (tag < 0)
                {
                    break;
                }

                text.Append(html, at, tag - at).Append('\n');
                at = Math.Min(length, EndOf(html, tag, length));
            }

            return WebUtility.HtmlDecode(text.Append(html, at, length - at).ToString());
        }

        private static int EndOf(string html, int tag, int length)
        {
            foreach (var raw in (ReadOnlySpan<string>)["script", "style"])
            {
                if (string.Compare(html, tag + 1, raw, 0, raw.Length, StringComparison.OrdinalIgnoreCase) == 0)
                {
                    var close = html.IndexOf("</" + raw, tag, length - tag, StringComparison.OrdinalIgnoreCase);
                    return close < 0 ? length : AfterTag(html, close, length);
                }
            }

            return AfterTag(html, tag, length);
        }

        private static int AfterTag(string html, int tag, int length)
        {
            var end = html.IndexOf('>', tag, length - tag);
            return end < 0 ? length : end + 1;
        }
    }
}
