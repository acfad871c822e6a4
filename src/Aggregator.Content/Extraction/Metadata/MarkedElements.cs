using System.Buffers;
using System.Text;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>
/// The elements whose names or attributes may mark an author or a date, gathered in one walk over the page, so that
/// their names are weighed on tens of elements instead of thousands.
/// </summary>
internal sealed class MarkedElements
{
    private const int MaxElements = 1_000;

    private static readonly SearchValues<string> Telling = SearchValues.Create(
        ["author", "byline", "autor", "auteur", "writer", "verfasser", "redakteur", "contributor", "journalist", "columnist", "username", "fn", "date", "time", "publi", "datum", "fecha", "meta", "info", "entry"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> AuthorPaths = SearchValues.Create(
        ["/author", "/autor", "/auteur", "/contributor", "/writer", "/people/", "/person/", "/profile/", "/profil/", "/staff/", "/journalist", "/redakteur", "/redaktion/", "/reporter", "/columnist", "/by/", "/newsteam/", "author="],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Elements after the headline that count as near it: about what a byline, a date, a share bar and a lead paragraph take.</summary>
    private const int Near = 80;

    private readonly List<(IElement Element, int Place)> _elements = [];
    private int _place;
    private readonly string _title;
    private int _headline = -1;
    private bool _headlineIsSure;

    /// <param name="root">The page's body.</param>
    /// <param name="title">The headline, for finding where it stands. Null: unknown.</param>
    public MarkedElements(IElement root, string? title)
    {
        _title = TextKey.Of(title);
        Walk(root, inside: false);
    }

    /// <summary>The elements in document order, with their place among all elements of the page.</summary>
    public IReadOnlyList<(IElement Element, int Place)> Marked => _elements;

    /// <summary>Whether it is known where the headline stands.</summary>
    public bool HasHeadline => _headline >= 0;

    /// <summary>Whether a place is close to the headline, else to the page's first heading of the first level.</summary>
    public bool IsNearHeadline(int place) => _headline >= 0 && place > _headline - (Near / 2) && place < _headline + Near;

    /// <summary>Whether an attribute holds the word among others between blanks.</summary>
    public static bool Has(IElement element, string attribute, string word)
    {
        var value = element.GetAttribute(attribute);
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        foreach (var part in value.AsSpan().Split(' '))
        {
            // A prefix names the vocabulary: "dc:creator", "schema:author".
            var name = value.AsSpan()[part];
            if (name[(name.LastIndexOf(':') + 1)..].Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a link leads to the page of an author, as far as its address says.</summary>
    public static bool LeadsToAuthor(IElement link) =>
        link.GetAttribute("href") is { Length: > 8 and < 300 } address && address.AsSpan().IndexOfAny(AuthorPaths) is var at and >= 0 && at + 9 < address.Length;

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

    /// <summary>The words right before an element, within its parent or its parent's.</summary>
    public static string TextBefore(IElement element)
    {
        INode? node = element;
        for (var up = 0; up < 3 && node is not null; up++)
        {
            for (var before = node.PreviousSibling; before is not null; before = before.PreviousSibling)
            {
                if (before is IText { Data: var data } && !string.IsNullOrWhiteSpace(data))
                {
                    return data.Length > 60 ? data[^60..] : data;
                }

                if (before is IElement inner)
                {
                    return ShortText(inner, 60) ?? "";
                }
            }

            node = node.Parent;
        }

        return "";
    }

    private void Walk(IElement element, bool inside)
    {
        foreach (var child in element.Children)
        {
            if (_elements.Count >= MaxElements)
            {
                return;
            }

            _place++;
            var marked = IsMarked(child);
            if (marked || (child.LocalName == "a" && (inside || LeadsToAuthor(child))))
            {
                _elements.Add((child, _place));
            }

            if (!_headlineIsSure && child.LocalName is "h1" or "h2" or "h3")
            {
                _headlineIsSure = _title.Length > 0 && ShortText(child, 500) is { } text && TextKey.Of(text) == _title;
                _headline = _headlineIsSure || (_headline < 0 && child.LocalName == "h1") ? _place : _headline;
            }

            Walk(child, inside || marked);
        }
    }

    private static bool IsMarked(IElement element) =>
        element.LocalName is "time" or "address" or "byline" || element.HasAttribute("itemprop") || element.HasAttribute("rel") || element.HasAttribute("property")
        || Tells(element.ClassName) || Tells(element.Id);

    private static bool Tells(string? name) => !string.IsNullOrEmpty(name) && name.AsSpan().ContainsAny(Telling);
}
