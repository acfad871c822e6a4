using System.Text;
using AngleSharp.Dom;

namespace Aggregator.Content.Sanitizing;

/// <summary>
/// Writes a cleaned tree as HTML (HTML standard, "serialising HTML fragments"), with <c>&lt;</c> and <c>&gt;</c> escaped inside
/// attributes too, in one pass over the children of each node: asking a node for its next sibling costs a search in its parent.
/// </summary>
internal static class HtmlText
{
    private static readonly HashSet<string> Void = new(StringComparer.Ordinal) { "br", "hr", "img", "col", "source", "track", "wbr" };

    /// <summary>The HTML of the content of <paramref name="parent"/>. Comments are left out.</summary>
    public static string OfContent(INode parent)
    {
        var html = new StringBuilder();
        WriteContent(parent, html);
        return html.ToString();
    }

    /// <summary>Text as HTML.</summary>
    public static string Escape(string text) => Escape(text, new StringBuilder(text.Length + 16), inAttribute: false).ToString();

    /// <summary>Text as the value of a quoted attribute.</summary>
    public static string EscapeAttribute(string text) => Escape(text, new StringBuilder(text.Length + 16), inAttribute: true).ToString();

    /// <summary>Text as HTML, each of its lines that has words a paragraph.</summary>
    public static string Paragraphs(string text) => string.Concat(
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => $"<p>{Escape(line)}</p>"));

    // The parser caps the depth of its tree, so the recursion is bounded.
    private static void WriteContent(INode parent, StringBuilder html)
    {
        foreach (var node in parent.ChildNodes)
        {
            if (node is IText text)
            {
                Escape(text.Data, html, inAttribute: false);
            }
            else if (node is IElement element)
            {
                Write(element, html);
            }
        }
    }

    private static void Write(IElement element, StringBuilder html)
    {
        html.Append('<').Append(element.LocalName);
        foreach (var attribute in element.Attributes)
        {
            html.Append(' ').Append(attribute.Name).Append("=\"");
            Escape(attribute.Value, html, inAttribute: true).Append('"');
        }

        html.Append('>');
        if (!Void.Contains(element.LocalName))
        {
            WriteContent(element, html);
            html.Append("</").Append(element.LocalName).Append('>');
        }
    }

    private static StringBuilder Escape(string text, StringBuilder html, bool inAttribute)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' when inAttribute => html.Append("&quot;"),
                '\u00A0' => html.Append("&nbsp;"),
                _ => html.Append(c),
            };
        }

        return html;
    }
}
