using System.Text;

namespace Aggregator.Content.Sanitizing;

/// <summary>
/// By the rules of HTML, some elements take all that follows for their own until their end tag comes: an iframe, a script, a comment that
/// is not closed (or closed as in XML: "&lt;iframe src=x /&gt;") swallows the rest of the article. Feeds are full of them. What was swallowed
/// by mistake, or was meant for readers that show no frames (which is us), is given back before the text is parsed. Nothing here makes
/// the text safe: what is given back is cleaned like all the rest. Takes time in proportion to the length of the text.
/// </summary>
internal static class SwallowedText
{
    /// <summary>The element around what is shown where an embedded page is not. It stands directly behind that page.</summary>
    public const string Instead = "x-instead";

    private const int CommentStart = 4;

    /// <summary>The text with its comments, scripts and frames closed where they do not close themselves.</summary>
    public static string GiveBack(string html)
    {
        if (!html.Contains('<', StringComparison.Ordinal))
        {
            return html;
        }

        // By the rules of HTML the XML way to write one line break makes two.
        html = CloseScripts(CloseComments(html)).Replace("<br></br>", "<br>", StringComparison.OrdinalIgnoreCase);
        html = CloseWhereItBegins(html, "style", onlyXml: true);
        foreach (var name in (ReadOnlySpan<string>)["title", "textarea", "xmp"])
        {
            html = CloseWhereItBegins(html, name, onlyXml: false);
        }

        foreach (var name in (ReadOnlySpan<string>)["iframe", "noembed", "noframes"])
        {
            html = OpenUp(html, name, keepTag: name is "iframe");
        }

        return html;
    }

    /// <summary>A comment that never ends is ended by the first "&gt;", as readers of old did.</summary>
    private static string CloseComments(string html)
    {
        var start = html.IndexOf("<!--", StringComparison.Ordinal);
        while (start >= 0)
        {
            var end = html.IndexOf("-->", start + CommentStart - 2, StringComparison.Ordinal);
            if (end < 0)
            {
                return EndAtFirstBracket(html, start);
            }

            start = html.IndexOf("<!--", end, StringComparison.Ordinal);
        }

        return html;
    }

    private static string EndAtFirstBracket(string html, int start)
    {
        var closed = new StringBuilder(html.Length + 64);
        var copied = 0;
        while (start >= 0 && html.IndexOf('>', start + CommentStart) is >= 0 and var bracket)
        {
            closed.Append(html, copied, bracket - copied).Append("--");
            copied = bracket;
            start = html.IndexOf("<!--", bracket, StringComparison.Ordinal);
        }

        return closed.Append(html, copied, html.Length - copied).ToString();
    }

    /// <summary>
    /// A script that another one follows before any end tag was not closed, and is closed where it begins; so is one that only names its
    /// source. A start tag within a string of the script is no other script: scripts write scripts.
    /// </summary>
    private static string CloseScripts(string html)
    {
        var closed = new Copy(html);
        var end = -1;
        var start = StartOf(html, "<script", 0);
        while (start >= 0 && html.IndexOf('>', start) is >= 0 and var tagEnd)
        {
            end = EndOf(html, "</script", tagEnd, end);
            var onlyNames = html[tagEnd - 1] == '/' || html.AsSpan(start, tagEnd - start).Contains(" src", StringComparison.OrdinalIgnoreCase);
            var next = onlyNames ? StartOf(html, "<script", tagEnd) : NextInCode(html, tagEnd + 1, end);
            if (next >= 0 && next < end)
            {
                closed.Insert(tagEnd + 1, "</script>");
                start = next;
            }
            else if (end == html.Length)
            {
                // The last script, and no end tag: one that has code goes with all that follows, for nothing tells code from words.
                if (onlyNames)
                {
                    closed.Insert(tagEnd + 1, "</script>");
                }

                break;
            }
            else
            {
                start = StartOf(html, "<script", end);
            }
        }

        return closed.ToString();
    }

    /// <summary>The first start of a script between two places that is not in a string of the language.</summary>
    private static int NextInCode(string html, int from, int to)
    {
        var quote = '\0';
        for (var i = from; i < to; i++)
        {
            var c = html[i];
            if (quote == '\0')
            {
                quote = c is '"' or '\'' or '`' ? c : '\0';
                if (c == '<' && IsTag(html, "<script", i))
                {
                    return i;
                }
            }
            else if (c == '\\')
            {
                i++;
            }
            else if (c == quote || (c == '\n' && quote != '`'))
            {
                quote = '\0';
            }
        }

        return -1;
    }

    /// <summary>
    /// A start tag that no end tag belongs to gets one. Where the content is no text (<paramref name="onlyXml"/>), only "&lt;style/&gt;" does,
    /// which is a mere start tag in HTML: any other leaves its content hidden.
    /// </summary>
    private static string CloseWhereItBegins(string html, string name, bool onlyXml)
    {
        var closed = new Copy(html);
        var end = -1;
        var start = StartOf(html, $"<{name}", 0);
        while (start >= 0 && html.IndexOf('>', start) is >= 0 and var tagEnd)
        {
            var next = StartOf(html, $"<{name}", tagEnd);
            end = EndOf(html, $"</{name}", tagEnd, end);
            if ((!onlyXml || html[tagEnd - 1] == '/') && (end == html.Length || (next >= 0 && next < end)))
            {
                closed.Insert(tagEnd + 1, $"</{name}>");
            }

            start = next;
        }

        return closed.ToString();
    }

    /// <summary>What HTML reads as mere characters inside an element is put behind it, as markup; without an end tag it is what follows anyway.</summary>
    private static string OpenUp(string html, string name, bool keepTag)
    {
        var opened = new Copy(html);
        var end = -1;
        var start = StartOf(html, $"<{name}", 0);
        while (start >= 0 && html.IndexOf('>', start) is >= 0 and var tagEnd)
        {
            var next = StartOf(html, $"<{name}", tagEnd);
            end = EndOf(html, $"</{name}", tagEnd, end);
            if (!keepTag)
            {
                opened.Skip(start, tagEnd + 1);
            }

            opened.Insert(tagEnd + 1, keepTag ? $"</{name}>" : "");
            if (end < html.Length && (next < 0 || end < next))
            {
                var isEmpty = html.AsSpan(tagEnd + 1, end - tagEnd - 1).IsWhiteSpace();
                opened.Insert(tagEnd + 1, isEmpty ? "" : $"<{Instead}>");
                var after = html.IndexOf('>', end) is >= 0 and var bracket ? bracket + 1 : html.Length;
                after = next < 0 ? after : Math.Min(after, next);
                opened.Skip(end, after);
                opened.Insert(after, isEmpty ? "" : $"</{Instead}>");
            }

            start = next;
        }

        return opened.ToString();
    }

    private static int StartOf(string html, string tag, int from)
    {
        var at = html.IndexOf(tag, from, StringComparison.OrdinalIgnoreCase);
        while (at >= 0 && !IsTag(html, tag, at))
        {
            at = html.IndexOf(tag, at + 1, StringComparison.OrdinalIgnoreCase);
        }

        return at;
    }

    /// <summary>Where the first end tag behind <paramref name="from"/> is: the one known already, or the length of the text if there is none.</summary>
    private static int EndOf(string html, string tag, int from, int known) =>
        known >= from ? known : StartOf(html, tag, from) is >= 0 and var found ? found : html.Length;

    private static bool IsTag(string html, string tag, int at)
    {
        var after = at + tag.Length;
        return string.Compare(html, at, tag, 0, tag.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (after >= html.Length || char.IsWhiteSpace(html[after]) || html[after] is '>' or '/');
    }

    /// <summary>A copy of a text with changes, made from the beginning to the end. It is the text itself while nothing was changed.</summary>
    private sealed class Copy(string text)
    {
        private StringBuilder? _changed;
        private int _copied;

        public void Insert(int at, string inserted)
        {
            CopyTo(at);
            _changed!.Append(inserted);
        }

        public void Skip(int from, int to)
        {
            CopyTo(from);
            _copied = Math.Max(_copied, to);
        }

        public override string ToString() => _changed is null ? text : _changed.Append(text, _copied, text.Length - _copied).ToString();

        private void CopyTo(int at)
        {
            _changed ??= new StringBuilder(text.Length + 64);
            if (at > _copied)
            {
                _changed.Append(text, _copied, at - _copied);
                _copied = at;
            }
        }
    }
}
