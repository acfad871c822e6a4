using System.Text;

namespace Aggregator.Content.Sanitizing;

/// <summary>
/// An iframe that is not closed (or closed as in XML: "&lt;iframe src=x /&gt;") swallows everything after it, by the rules of HTML. Feeds
/// are full of them, so each is closed where it begins, before the text is parsed.
/// </summary>
internal static class UnclosedFrames
{
    private const string Start = "<iframe";
    private const string End = "</iframe";

    /// <summary>The text with an end tag behind each start tag that has none before the next one. Takes time in proportion to its length.</summary>
    public static string Close(string html)
    {
        var start = html.IndexOf(Start, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return html;
        }

        var closed = new StringBuilder(html.Length + 64);
        var copied = 0;
        var end = -1;
        while (start >= 0)
        {
            var tagEnd = html.IndexOf('>', start);
            if (tagEnd < 0)
            {
                break;
            }

            if (end < tagEnd && end != html.Length)
            {
                end = html.IndexOf(End, tagEnd, StringComparison.OrdinalIgnoreCase);
                end = end < 0 ? html.Length : end;
            }

            var next = html.IndexOf(Start, tagEnd, StringComparison.OrdinalIgnoreCase);
            if (end == html.Length || (next >= 0 && next < end))
            {
                closed.Append(html, copied, tagEnd + 1 - copied).Append(End).Append('>');
                copied = tagEnd + 1;
            }

            start = next;
        }

        return closed.Append(html, copied, html.Length - copied).ToString();
    }
}
