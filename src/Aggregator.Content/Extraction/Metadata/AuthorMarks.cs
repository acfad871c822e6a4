using System.Text;
using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Takes authors from elements whose attributes say that they hold one: rel, itemprop, property, class names, links to authors' pages.</summary>
internal static class AuthorMarks
{
    private const int MaxElements = 60;
    private const int LongestText = 250;
    private const int LongestBox = 700;

    public static void AddTo(AuthorCandidates candidates, MarkedElements elements)
    {
        var marks = new List<Mark>();
        foreach (var (element, place) in elements.Marked)
        {
            if (marks.Count < MaxElements && element.LocalName is not ("meta" or "link") && Weight(element) is var weight and > 0 && Read(element, weight) is { } mark)
            {
                marks.Add(mark with { IsNear = elements.IsNearHeadline(place) });
            }
        }

        // Many names far from the headline are the authors of other stories.
        var others = marks.Where(mark => !mark.IsNear).Select(mark => mark.Names[0]).Distinct().Count() > 3;
        foreach (var mark in marks)
        {
            candidates.Add(AuthorSource.Marked, mark.Weight + (mark.IsNear ? 0.3 : others && elements.HasHeadline ? -0.5 : 0), mark.Names);
        }

        // Several authors are often marked each for itself, side by side.
        foreach (var beside in marks.Where(mark => mark.Holder is not null && !mark.IsHelper && mark.Names.TrueForAll(PersonNames.IsPerson)).GroupBy(mark => mark.Holder))
        {
            var names = beside.SelectMany(mark => mark.Names).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            if (names.Count > 1)
            {
                candidates.Add(AuthorSource.Marked, beside.Max(mark => mark.Weight + (mark.IsNear ? 0.3 : others && elements.HasHeadline ? -0.5 : 0)) + 0.1, names);
            }
        }
    }

    private static Mark? Read(IElement element, double weight)
    {
        var text = MarkedElements.ShortText(element, LongestBox);
        if (text is not { Length: > 1 } || IsOthers(element))
        {
            return null;
        }

        var isHelper = BylineWords.NamesHelper(MarkedElements.TextBefore(element));
        weight -= (isHelper ? 0.9 : 0) + (IsAside(element) ? 0.8 : 0) + (text.Length > LongestText ? 0.2 : 0);
        foreach (var line in Lines(element))
        {
            var names = PersonNames.Read([line], stated: false);
            if (names.Count > 0)
            {
                // A long box tells about its author; only its first line can be the name.
                return text.Length > LongestText && !names.TrueForAll(PersonNames.IsPerson) ? null : new Mark(names, weight, isHelper, element.LocalName == "a" ? Holder(element) : null, IsNear: false);
            }

            if (text.Length > LongestText)
            {
                break;
            }
        }

        return null;
    }

    private sealed record Mark(List<string> Names, double Weight, bool IsHelper, IElement? Holder, bool IsNear);

    /// <summary>How much an element's attributes say that it holds an author's name; 0: nothing. Near the logarithm of the odds, as measured.</summary>
    private static double Weight(IElement element)
    {
        var name = element.ClassName ?? "";
        var weight = MarkedElements.Has(element, "rel", "author") ? 1.6
            : MarkedElements.Has(element, "itemprop", "author") || MarkedElements.Has(element, "property", "author") || MarkedElements.Has(element, "property", "creator") ? 1.3
            : MarkedElements.Has(element, "itemprop", "name") && element.ParentElement?.Closest("[itemprop~=author]") is not null ? 1.5
            : element.LocalName is "byline" ? 1.0
            : element.LocalName is "address" ? 0.4
            : 0;
        if (name.Length is > 0 and < 300)
        {
            weight = Math.Max(weight, Contains(name, "byline") ? 1.0
                : (Contains(name, "author") && !Contains(name, "authori")) || Contains(name, "autor") || Contains(name, "auteur") ? (Contains(name, "name") ? 1.1 : 0.8)
                : Contains(name, "writer") || Contains(name, "verfasser") || Contains(name, "redakteur") || Contains(name, "contributor") || Contains(name, "journalist") || Contains(name, "columnist") ? 0.7
                : Contains(name, "username") ? 0.5
                : name is "fn" || name.EndsWith(" fn", StringComparison.Ordinal) || name.StartsWith("fn ", StringComparison.Ordinal) ? 0.8
                : 0);
        }

        if (element.LocalName == "a")
        {
            weight = Math.Max(weight, MarkedElements.LeadsToAuthor(element) ? 1.2 : 0);
            if (weight < 1.5 && element.ParentElement is { } parent && (Weight(parent) > 0.9 || (parent.ParentElement is { } outer && Weight(outer) > 0.9)))
            {
                weight = Math.Max(weight, 1.0) + 0.3;
            }
        }

        return weight > 0 ? weight : Contains(element.Id ?? "", "author") ? 0.3 : 0;
    }

    private static bool Contains(string name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The short element that holds the author's mark and perhaps others beside it.</summary>
    private static IElement? Holder(IElement element)
    {
        IElement? holder = null;
        var node = element.ParentElement;
        for (var up = 0; up < 3 && node is not null && MarkedElements.ShortText(node, 150) is not null; up++, node = node.ParentElement)
        {
            holder = node;
        }

        return holder;
    }

    /// <summary>In comments, or in lists of other stories, another author is named.</summary>
    private static bool IsOthers(IElement element)
    {
        for (var node = element; node is not null; node = node.ParentElement)
        {
            if (node.LocalName is not ("body" or "html" or "main") && node.ClassName is { Length: > 0 and < 200 } name
                && (Contains(name, "comment") || Contains(name, "related") || Contains(name, "recommend")))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAside(IElement element)
    {
        for (var node = element; node is not null; node = node.ParentElement)
        {
            if (node.LocalName is "aside" or "footer" or "nav" || (node.ClassName is { Length: > 0 and < 200 } name && Contains(name, "sidebar") && node.LocalName is not ("body" or "html" or "main")))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The element's text, cut where one inner element touches the next: a name, a date and a role often stand without a blank.</summary>
    private static string[] Lines(IElement element)
    {
        var text = new StringBuilder();
        Append(element);
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        void Append(INode node)
        {
            var afterElement = false;
            foreach (var child in node.ChildNodes)
            {
                if (child is IText run)
                {
                    text.Append(run.Data.AsSpan().Trim().IsEmpty ? " " : run.Data.ReplaceLineEndings(" "));
                    afterElement = false;
                }
                else if (child is IElement { LocalName: not ("script" or "style") } inner)
                {
                    text.Append(afterElement || inner.LocalName is "div" or "p" or "li" or "br" or "time" ? "\n" : "");
                    Append(inner);
                    text.Append(inner.LocalName is "div" or "p" or "li" ? "\n" : "");
                    afterElement = true;
                }
            }
        }
    }
}
