using System.Text;
using System.Xml.Linq;

namespace Aggregator.Content.Parsing.Text;

/// <summary>Writes markup that stands in a feed as elements (xhtml, or HTML that nobody escaped) as HTML.</summary>
internal static class InlineMarkup
{
    private const int MaxDepth = 256;

    private static readonly HashSet<string> Voids = new(StringComparer.OrdinalIgnoreCase)
    {
        "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    };

    /// <summary>
    /// What is inside <paramref name="element"/>, its links resolved against <paramref name="baseAddress"/> and inner xml:base, as far as
    /// <paramref name="growth"/> allows.
    /// </summary>
    public static string Inner(XElement element, Uri? baseAddress, GrowthLimit growth)
    {
        var html = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            Write(node, baseAddress, growth, html, depth: 0);
        }

        return html.ToString();
    }

    private static void Write(XNode node, Uri? baseAddress, GrowthLimit growth, StringBuilder html, int depth)
    {
        if (node is XText text)
        {
            html.Append(Escape(text.Value));
            return;
        }

        if (node is not XElement element)
        {
            return;
        }

        if (depth >= MaxDepth)
        {
            html.Append(Escape(element.Value));
            return;
        }

        var name = element.Name.LocalName;
        if (element.Attribute(XNamespace.Xml + "base") is { } inner)
        {
            baseAddress = Addresses.UsableBase(Addresses.Resolve(inner.Value, baseAddress)) ?? baseAddress;
        }

        html.Append('<').Append(name);
        foreach (var attribute in element.Attributes())
        {
            if (!attribute.IsNamespaceDeclaration)
            {
                WriteAttribute(attribute, baseAddress, growth, html);
            }
        }

        html.Append('>');
        if (!Voids.Contains(name))
        {
            foreach (var child in element.Nodes())
            {
                Write(child, baseAddress, growth, html, depth + 1);
            }

            html.Append("</").Append(name).Append('>');
        }
    }

    private static void WriteAttribute(XAttribute attribute, Uri? baseAddress, GrowthLimit growth, StringBuilder html)
    {
        var name = attribute.Name.LocalName;
        var space = attribute.Name.NamespaceName;
        if (space == XNamespace.Xml.NamespaceName)
        {
            if (name != "lang")
            {
                return;
            }
        }
        else if (space == "http://www.w3.org/1999/xlink")
        {
            name = $"xlink:{name}";
        }

        var value = attribute.Value;
        if (!growth.IsSpent && HtmlLinks.IsAddress(name) && Addresses.MakeAbsolute(value, baseAddress) is { } absolute && growth.Take(absolute.Length - value.Length))
        {
            value = absolute;
        }

        html.Append(' ').Append(name).Append("=\"").Append(Escape(value).Replace("\"", "&quot;", StringComparison.Ordinal)).Append('"');
    }

    /// <summary>Plain text as HTML.</summary>
    public static string Escape(string text) =>
        text.AsSpan().IndexOfAny("&<>") < 0
            ? text
            : text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
