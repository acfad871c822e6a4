using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Writes the kept part of the page as clean HTML: only elements of an allow-list, only harmless attributes, absolute addresses. What
/// cannot be shown without being active (embeds) becomes a link.
/// </summary>
internal sealed class HtmlWriter
{
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption",
        "figure", "figcaption", "a", "em", "strong", "b", "i", "u", "s", "del", "ins", "mark", "small", "sup", "sub", "q", "cite", "abbr", "kbd", "samp", "var", "time",
        "dl", "dt", "dd",
    };

    private static readonly string[] LazySources = ["data-src", "data-lazy-src", "data-original", "data-url", "data-full-src", "data-hi-res-src", "data-image", "data-img-src"];

    private readonly StringBuilder _html = new();
    private readonly SelectedBody _body;
    private readonly Uri _page;
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private bool _paragraph;

    private HtmlWriter(SelectedBody body, Uri page) => (_body, _page) = (body, page);

    public static string Write(SelectedBody body, Uri page)
    {
        var writer = new HtmlWriter(body, page);
        foreach (var child in body.Root.Children)
        {
            writer.Node(child, inText: body.Root.Name is "p" or "pre");
        }

        writer.CloseParagraph();
        return writer._html.ToString();
    }

    private void Node(PageNode node, bool inText)
    {
        if (node.IsText)
        {
            if (_body.Keeps(node.FirstBlock))
            {
                OpenParagraph(inText, node.Text!);
                Text(node.Text!);
            }

            return;
        }

        switch (node.Name)
        {
            case "br":
                if (_paragraph || inText)
                {
                    _html.Append("<br>");
                }

                return;
            case "hr":
                if (Within(node) && !inText)
                {
                    CloseParagraph();
                    _html.Append("<hr>");
                }

                return;
            case "img" or "amp-img":
                if (Within(node))
                {
                    Image(node.Element!, inText);
                }

                return;
            case "iframe" or "video" or "embed" or "amp-youtube":
                if (Within(node))
                {
                    Embed(node.Element!, inText);
                }

                return;
            default:
                Element(node, inText);
                return;
        }
    }

    private void Element(PageNode node, bool inText)
    {
        var keepsText = _body.KeepsAny(node);
        if (!keepsText && !(HoldsPicture(node) && Within(node)))
        {
            return;
        }

        var allowed = Allowed.Contains(node.Name) && (keepsText || node.Name is "figure" or "a");
        if (node.IsBlock)
        {
            if (!inText || node.Name is "p" or "blockquote" or "ul" or "ol" or "table" or "pre" or "figure")
            {
                CloseParagraph();
            }
        }
        else
        {
            OpenParagraph(inText, null);
        }

        if (allowed)
        {
            Open(node);
        }

        var holdsText = inText || _paragraph || (allowed && node.Name is "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "li" or "td" or "th" or "pre" or "figcaption" or "dt" or "dd" or "caption");
        foreach (var child in node.Children)
        {
            Node(child, holdsText);
        }

        if (node.IsBlock && !inText)
        {
            CloseParagraph();
        }
        else if (node.IsBlock && !allowed && _html.Length > 0)
        {
            _html.Append(' ');
        }

        if (allowed)
        {
            _html.Append("</").Append(node.Name).Append('>');
        }
    }

    private void Open(PageNode node)
    {
        _html.Append('<').Append(node.Name);
        var element = node.Element!;
        switch (node.Name)
        {
            case "a":
                Attribute("href", Addresses.Absolute(element.GetAttribute("href"), _page)?.AbsoluteUri);
                Attribute("title", element.GetAttribute("title"));
                break;
            case "td" or "th":
                Attribute("colspan", Count(element.GetAttribute("colspan")));
                Attribute("rowspan", Count(element.GetAttribute("rowspan")));
                break;
            case "time" or "del" or "ins":
                Attribute("datetime", element.GetAttribute("datetime"));
                break;
            case "abbr":
                Attribute("title", element.GetAttribute("title"));
                break;
        }

        if (element.GetAttribute("lang") is { Length: > 1 and < 20 } language)
        {
            Attribute("lang", language);
        }

        _html.Append('>');
    }

    /// <summary>Bare text between blocks becomes a paragraph of its own.</summary>
    private void OpenParagraph(bool inText, string? text)
    {
        if (!inText && !_paragraph && (text is null || !string.IsNullOrWhiteSpace(text)))
        {
            _html.Append("<p>");
            _paragraph = true;
        }
    }

    private void CloseParagraph()
    {
        if (_paragraph)
        {
            _html.Append("</p>");
            _paragraph = false;
        }
    }

    /// <summary>Whether a thing without text stands among the kept blocks, and in no furniture.</summary>
    private bool Within(PageNode node)
    {
        if (node.FirstBlock < _body.FirstKept || node.FirstBlock > _body.LastKept + 1)
        {
            return false;
        }

        for (var outer = node; outer is not null && outer != _body.Root; outer = outer.Parent)
        {
            if ((outer.Hints & (Hints.Furniture | Hints.Comments)) != 0 && !_body.KeepsAny(outer))
            {
                return false;
            }

            if (outer.Name is "aside" or "nav" or "footer" && !_body.KeepsAny(outer))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HoldsPicture(PageNode node)
    {
        foreach (var child in node.Children)
        {
            if (child.Name is "img" or "amp-img" or "iframe" or "video" or "amp-youtube" || (!child.IsText && HoldsPicture(child)))
            {
                return true;
            }
        }

        return false;
    }

    private void Image(IElement image, bool inText)
    {
        var source = SourceOf(image);
        if (source is null || IsPixel(image) || !_shown.Add(source.AbsoluteUri))
        {
            return;
        }

        OpenParagraph(inText, null);
        _html.Append("<img");
        Attribute("src", source.AbsoluteUri);
        Attribute("alt", image.GetAttribute("alt") ?? "");
        Attribute("title", image.GetAttribute("title"));
        Attribute("width", Count(image.GetAttribute("width")));
        Attribute("height", Count(image.GetAttribute("height")));
        _html.Append('>');
    }

    private Uri? SourceOf(IElement image)
    {
        foreach (var name in LazySources)
        {
            if (image.GetAttribute(name) is { } lazy && !lazy.StartsWith('{') && Addresses.Absolute(lazy, _page) is { } found)
            {
                return found;
            }
        }

        return Addresses.Absolute(image.GetAttribute("src"), _page)
            ?? Addresses.Absolute(Widest(image.GetAttribute("srcset") ?? image.GetAttribute("data-srcset") ?? image.GetAttribute("data-lazy-srcset")), _page)
            ?? (image.ParentElement is { LocalName: "picture" } picture ? Addresses.Absolute(Widest(picture.QuerySelector("source")?.GetAttribute("srcset") ?? picture.QuerySelector("source")?.GetAttribute("data-srcset")), _page) : null);
    }

    /// <summary>The address of a srcset with the greatest width or density (HTML section 4.8.4.2.1).</summary>
    private static string? Widest(string? set)
    {
        string? best = null;
        var bestSize = -1.0;
        foreach (var candidate in (set ?? "").Split(", ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = candidate.TrimEnd(',').Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var size = parts.Length > 1 && double.TryParse(parts[1].AsSpan(0, parts[1].Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var stated) ? stated : 0;
            if (parts.Length > 0 && size > bestSize)
            {
                (best, bestSize) = (parts[0], size);
            }
        }

        return best;
    }

    private static bool IsPixel(IElement image) => image.GetAttribute("width") is "0" or "1" or "1px" || image.GetAttribute("height") is "0" or "1" or "1px";

    private void Embed(IElement embed, bool inText)
    {
        var address = Addresses.Absolute(embed.GetAttribute("src") ?? embed.GetAttribute("data-src") ?? embed.QuerySelector("source")?.GetAttribute("src"), _page)
            ?? (embed.GetAttribute("data-videoid") is { Length: 11 } id ? Addresses.Absolute("https://www.youtube.com/watch?v=" + Uri.EscapeDataString(id), _page) : null);
        if (address is null || !_shown.Add(address.AbsoluteUri))
        {
            return;
        }

        var label = embed.GetAttribute("title") is { Length: > 2 and < 200 } title ? title : address.Host;
        OpenParagraph(inText, null);
        _html.Append("<a");
        Attribute("href", address.AbsoluteUri);
        _html.Append('>');
        Text(label);
        _html.Append("</a>");
    }

    private void Attribute(string name, string? value)
    {
        if (value is not null)
        {
            _html.Append(' ').Append(name).Append("=\"");
            foreach (var c in value)
            {
                Character(c, quoted: true);
            }

            _html.Append('"');
        }
    }

    private void Text(string text)
    {
        foreach (var c in text)
        {
            Character(c, quoted: false);
        }
    }

    private void Character(char c, bool quoted)
    {
        switch (c)
        {
            case '&':
                _html.Append("&amp;");
                break;
            case '<':
                _html.Append("&lt;");
                break;
            case '>':
                _html.Append("&gt;");
                break;
            case '"' when quoted:
                _html.Append("&quot;");
                break;
            case '\t' or '\n':
                _html.Append(c);
                break;
            case (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'):
                break;
            default:
                if (!char.IsControl(c))
                {
                    _html.Append(c);
                }

                break;
        }
    }

    private static string? Count(string? text) =>
        int.TryParse(text?.TrimEnd('x', 'p'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 10_000
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;
}
