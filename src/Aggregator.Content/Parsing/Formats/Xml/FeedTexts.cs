using System.Text;
using System.Xml.Linq;
using Aggregator.Content.Parsing.Text;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>Reads the texts of a document, titles as lines and the rest as HTML, decoded as often as their format says.</summary>
internal sealed class FeedTexts(FeedElements elements, bool isAtom)
{
    /// <summary>A title: plain text, decoded as often as its format says.</summary>
    public string? Line(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (elements.Find(owner, key) is { } element && Line(element, element.Value) is { } line)
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>The same for a text that was read from <paramref name="element"/>.</summary>
    public string? Line(XElement? element, string? text) => element is null || text is null ? PlainText.FromHtml(text)
        : element.HasElements ? PlainText.FromHtml(InlineMarkup.Inner(element, null, elements.Growth))
        : IsAtom(element) && TypeOf(element) is "text" or "xhtml" ? PlainText.FromText(text)
        : PlainText.FromHtml(Unwrap(element, text));

    /// <summary>The same as HTML, where it has markup that its plain text does not show: pictures, links. Null: it has none.</summary>
    public string? LineMarkup(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (elements.Find(owner, key) is { } element && element.Value.Length + (element.HasElements ? 1 : 0) > 0)
            {
                // Most titles are words: where nothing can have become markup, nothing is made of them to look at.
                if (!element.HasElements && !IsAtom(element) && !element.Value.Contains('<', StringComparison.Ordinal))
                {
                    return null;
                }

                var isText = !element.HasElements && IsAtom(element) && TypeOf(element) is "text" or "xhtml";
                return !isText && Markup(element) is { } html && PlainText.HasMarkup(html) ? html : null;
            }
        }

        return null;
    }

    /// <summary>The first text that is not empty, as HTML.</summary>
    public string? Markup(XElement owner, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (elements.Find(owner, key) is { } element && Markup(element) is { Length: > 0 } html)
            {
                return html;
            }
        }

        return null;
    }

    /// <summary>A text as HTML, its links absolute: escaped HTML, markup that stands in the feed as elements, or plain text.</summary>
    public string? Markup(XElement element)
    {
        var baseAddress = elements.Base(element);
        if (element.HasElements && !IsEscapedInDivs(element))
        {
            return InlineMarkup.Inner(element, baseAddress, elements.Growth).Trim();
        }

        var value = Characters.Clean(Unwrap(element, element.Value)).Trim();
        return value.Length == 0 ? null
            : IsAtom(element) && TypeOf(element) == "text" ? InlineMarkup.Escape(value)
            : HtmlLinks.MakeAbsolute(BareMarks.Escape(value), baseAddress, elements.Growth);
    }

    private bool IsAtom(XElement element)
    {
        var key = elements.Key(element);
        return key.StartsWith("atom:", StringComparison.Ordinal) || (isAtom && !key.Contains(':', StringComparison.Ordinal));
    }

    /// <summary>"text", "html" or "xhtml" (RFC 4287 section 3.1; Atom 0.3 says it by media type and mode).</summary>
    private static string TypeOf(XElement element)
    {
        var type = (FeedElements.Attribute(element, "type") ?? "text").ToLowerInvariant();
        return FeedElements.Attribute(element, "mode")?.ToLowerInvariant() switch
        {
            "escaped" or "base64" => "html",
            _ => type switch
            {
                "text" or "text/plain" => "text",
                "xhtml" or "application/xhtml+xml" => "xhtml",
                _ => "html",
            },
        };
    }

    /// <summary>An element's text, of which Atom may have made Base64: mode "base64", or a media type that is no text (RFC 4287 section 4.1.3.3).</summary>
    private string Unwrap(XElement element, string text) => IsAtom(element) && IsBase64(element) && FromBase64(text) is { } unwrapped ? unwrapped : text;

    /// <summary>Whether a text is HTML escaped as usual, and then wrapped into div elements that nobody escaped (TypePad, 2005).</summary>
    private bool IsEscapedInDivs(XElement element) =>
        !(IsAtom(element) && TypeOf(element) is "xhtml" or "text")
        && element.Descendants().All(inner => inner.Name.LocalName == "div")
        && element.Value.Contains('<', StringComparison.Ordinal);

    private static bool IsBase64(XElement element)
    {
        var type = FeedElements.Attribute(element, "type")?.ToLowerInvariant() ?? "text";
        return "base64".Equals(FeedElements.Attribute(element, "mode"), StringComparison.OrdinalIgnoreCase)
            || (type.Contains('/', StringComparison.Ordinal) && !type.StartsWith("text/", StringComparison.Ordinal) && !type.EndsWith("xml", StringComparison.Ordinal));
    }

    private static string? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) && System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, count))
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : null;
    }
}
