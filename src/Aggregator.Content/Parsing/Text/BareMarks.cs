using System.Text;

namespace Aggregator.Content.Parsing.Text;

/// <summary>
/// Saves text that only looks like a declaration. To HTML everything from "&lt;!" to the next "&gt;" is a comment, so one arrow typed by
/// somebody ("&lt;!!") would swallow what follows it.
/// </summary>
internal static class BareMarks
{
    private const string Mark = "<!";

    /// <summary>The text with each "&lt;!" escaped that starts neither a comment nor a CDATA section nor a whole DOCTYPE.</summary>
    public static string Escape(string html)
    {
        var at = html.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
        {
            return html;
        }

        StringBuilder? escaped = null;
        var copied = 0;
        for (; at >= 0; at = html.IndexOf(Mark, at + Mark.Length, StringComparison.Ordinal))
        {
            if (!IsDeclaration(html.AsSpan(at)))
            {
                (escaped ??= new StringBuilder(html.Length + 32)).Append(html, copied, at - copied).Append("&lt;");
                copied = at + 1;
            }
        }

        return escaped is null ? html : escaped.Append(html, copied, html.Length - copied).ToString();
    }

    private static bool IsDeclaration(ReadOnlySpan<char> text) =>
        text.StartsWith("<!--") || text.StartsWith("<![")
        || (text.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase) && text[..Math.Min(text.Length, 1_000)].Contains('>'));
}
