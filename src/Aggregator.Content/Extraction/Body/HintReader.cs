using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Body;

/// <summary>
/// Reads <see cref="Hints"/> from an element's names. Names are cut into words at anything but letters and at camel humps, so that
/// "shareholder" is not "share". One reader serves one page and remembers what it has seen.
/// </summary>
internal sealed class HintReader
{
    private static readonly string[] NameAttributes = ["class", "id", "role", "data-testid", "data-component", "data-component-name", "data-qa", "data-module", "aria-label"];

    private readonly Dictionary<string, Hints> _known = new(StringComparer.Ordinal);

    public Hints Read(IElement element)
    {
        var hints = Hints.None;
        foreach (var name in NameAttributes)
        {
            if (element.GetAttribute(name) is { Length: > 0 and < 400 } value && (name != "aria-label" || value.Length < 40))
            {
                if (!_known.TryGetValue(value, out var said))
                {
                    _known[value] = said = HintWords.Of(value, name == "class");
                }

                hints |= said;
            }
        }

        return IsHidden(element) ? hints | Hints.Hidden : hints;
    }

    private static bool IsHidden(IElement element)
    {
        if (element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true")
        {
            return true;
        }

        return element.GetAttribute("style") is { Length: > 0 } style
            && (Says(style, "display", "none") || Says(style, "visibility", "hidden"));
    }

    private static bool Says(string style, string property, string value)
    {
        var at = style.IndexOf(property, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && style.AsSpan(at + property.Length).TrimStart(" :").StartsWith(value, StringComparison.OrdinalIgnoreCase);
    }
}
