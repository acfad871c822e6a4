using System.Text;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>
/// The elements whose names or attributes may mark an author or a date, gathered in one walk over the page, so that the long lists of
/// selectors are tried on tens of elements instead of thousands.
/// </summary>
internal sealed class MarkedElements
{
    private const int MaxElements = 1_000;

    private static readonly string[] Telling =
        ["author", "byline", "autor", "auteur", "vcard", "fn", "date", "time", "publi", "datum", "fecha", "meta", "info", "entry"];

    private readonly List<IElement> _elements = [];

    public MarkedElements(IElement root) => Walk(root, inside: false);

    /// <summary>Selectors ready for use; a selector that AngleSharp cannot parse is a bug of ours.</summary>
    public static ISelector[] Selectors(params ReadOnlySpan<string> texts)
    {
        var parser = new CssSelectorParser();
        var selectors = new ISelector[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            selectors[i] = parser.ParseSelector(texts[i]) ?? throw new ArgumentException($"no selector: {texts[i]}", nameof(texts));
        }

        return selectors;
    }

    /// <summary>The first elements in document order that the selector fits.</summary>
    public IEnumerable<IElement> All(ISelector selector, int count) => _elements.Where(element => selector.Match(element, null)).Take(count);

    /// <summary>The element's text when it is no longer than <paramref name="limit"/> characters; null when it is, without reading all of it.</summary>
    public static string? ShortText(IElement element, int limit)
    {
        var text = new StringBuilder();
        return Append(element) ? text.ToString() : null;

        bool Append(INode node)
        {
            foreach (var child in node.ChildNodes)
            {
                if (child is IText run)
                {
                    text.Append(run.Data);
                }
                else if (child is IElement { LocalName: not ("script" or "style") } && !Append(child))
                {
                    return false;
                }

                if (text.Length > limit)
                {
                    return false;
                }
            }

            return true;
        }
    }

    private void Walk(IElement element, bool inside)
    {
        foreach (var child in element.Children)
        {
            if (_elements.Count >= MaxElements)
            {
                return;
            }

            var marked = IsMarked(child);
            if (marked || (inside && child.LocalName == "a"))
            {
                _elements.Add(child);
            }

            Walk(child, inside || marked);
        }
    }

    private static bool IsMarked(IElement element) =>
        element.LocalName == "time" || element.HasAttribute("itemprop") || element.HasAttribute("rel") || element.HasAttribute("property")
        || Tells(element.ClassName) || Tells(element.Id);

    private static bool Tells(string? name)
    {
        if (!string.IsNullOrEmpty(name))
        {
            foreach (var word in Telling)
            {
                if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
