using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Reads <see cref="Hints"/> from an element's names. Names are cut into words at anything but letters and at camel humps, so that
/// "shareholder" is not "share". One reader serves one page and remembers what it has seen.
/// </summary>
internal sealed class HintReader
{
    private readonly Dictionary<string, Hints> _known = new(StringComparer.Ordinal);

    /// <summary>One pass over the attributes: every element of the page is asked, and looking each name up costs more than all else here.</summary>
    public Hints Read(IElement element)
    {
        var hints = Hints.None;
        var attributes = element.Attributes;
        for (var i = 0; i < attributes.Length; i++)
        {
            var attribute = attributes[i]!;
            switch (attribute.Name)
            {
                case "class" or "id" or "role" or "data-testid" or "data-component" or "data-component-name" or "data-qa" or "data-module":
                    hints |= Named(attribute, 400);
                    break;
                case "aria-label":
                    hints |= Named(attribute, 40);
                    break;
                case "hidden":
                    hints |= Hints.Hidden;
                    break;
                case "aria-hidden" when attribute.Value == "true":
                    hints |= Hints.Hidden;
                    break;
                case "style" when Says(attribute.Value, "display", "none") || Says(attribute.Value, "visibility", "hidden"):
                    hints |= Hints.Hidden;
                    break;
            }
        }

        return hints;
    }

    private Hints Named(IAttr attribute, int longest)
    {
        var value = attribute.Value;
        if (value.Length == 0 || value.Length >= longest)
        {
            return Hints.None;
        }

        if (!_known.TryGetValue(value, out var said))
        {
            _known[value] = said = HintWords.Of(value, attribute.Name == "class");
        }

        return said;
    }

    private static bool Says(string style, string property, string value)
    {
        var at = style.IndexOf(property, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && style.AsSpan(at + property.Length).TrimStart(" :").StartsWith(value, StringComparison.OrdinalIgnoreCase);
    }
}
