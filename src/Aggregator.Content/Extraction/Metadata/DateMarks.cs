using AngleSharp.Dom;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Takes dates from elements whose name or attributes say that they hold one: time, itemprop, property, class names.</summary>
internal static class DateMarks
{
    private const int MaxElements = 80;
    private const int LongestText = 250;

    /// <summary>Adds the dates of publication to the candidates; gives the first date of a change.</summary>
    public static Stamp? AddTo(DateCandidates candidates, MarkedElements elements, bool dayFirst)
    {
        Stamp? changed = null;
        var seen = 0;
        foreach (var (element, place) in elements.Marked)
        {
            var (weight, isChange) = Weight(element);
            if (weight <= 0 || IsElsewhere(element))
            {
                continue;
            }

            if (++seen > MaxElements)
            {
                break;
            }

            if (Read(element, dayFirst, ref isChange, ref weight) is not { } stamp)
            {
                continue;
            }

            if (isChange)
            {
                changed ??= stamp;
                continue;
            }

            weight += elements.IsNearHeadline(place) ? 0.4 : elements.HasHeadline ? -0.5 : 0;
            candidates.Add(DateSource.Marked, Math.Max(0.1, weight - (IsAside(element) ? 0.8 : 0)), stamp);
        }

        return changed;
    }

    private static Stamp? Read(IElement element, bool dayFirst, ref bool isChange, ref double weight)
    {
        var text = MarkedElements.ShortText(element, LongestText);
        var stated = element.GetAttribute("datetime") ?? element.GetAttribute("content") ?? (element.LocalName is "abbr" or "time" ? element.GetAttribute("title") : null);
        var stamp = DateText.ReadMachine(stated, dayFirst) ?? (text is { Length: > 5 } && text.AsSpan().ContainsAnyInRange('0', '9') ? DateText.ReadHuman(text.Trim(), dayFirst) : null);
        if (stamp is not null && text is not null)
        {
            var before = WordsBefore(element, text);
            var published = DateWords.SaysPublished(before);
            isChange = isChange || (!published && DateWords.SaysChanged(before));
            weight += published ? 0.5 : 0;
        }

        return stamp;
    }

    /// <summary>The element's own words up to its first digit, else those right before it.</summary>
    private static string WordsBefore(IElement element, string text)
    {
        var digit = text.AsSpan().IndexOfAnyInRange('0', '9');
        var own = (digit < 0 ? "" : text[..digit]).Trim();
        return own.Length > 3 ? own : own + MarkedElements.TextBefore(element);
    }

    /// <summary>How much an element's name and attributes say that it holds the day of publication, near the logarithm of the odds as measured; and whether they speak of a change.</summary>
    private static (double Weight, bool IsChange) Weight(IElement element)
    {
        var name = element.ClassName is { Length: < 300 } given ? given : "";
        if (MarkedElements.Has(element, "itemprop", "dateModified") || MarkedElements.Has(element, "property", "dateModified") || MarkedElements.Has(element, "property", "modified"))
        {
            return (1, true);
        }

        var weight = MarkedElements.Has(element, "itemprop", "datePublished") || MarkedElements.Has(element, "property", "datePublished") ? 1.7
            : MarkedElements.Has(element, "itemprop", "dateCreated") || MarkedElements.Has(element, "property", "dateCreated") || MarkedElements.Has(element, "property", "date") || MarkedElements.Has(element, "property", "created") ? 1.3
            : element.LocalName is "time" ? (element.HasAttribute("pubdate") ? 1.6 : 1.0)
            : 0;
        if (name.Length > 0)
        {
            weight = Math.Max(weight, Contains(name, "publish") || Contains(name, "pubdate") ? 1.3
                : Contains(name, "post-date") || Contains(name, "entry-date") || Contains(name, "article-date") || Contains(name, "dateline") ? 1.2
                : Contains(name, "date") || Contains(name, "datum") || Contains(name, "fecha") || Contains(name, "timestamp") ? 0.8
                : Contains(name, "time") || Contains(name, "publi") ? 0.6
                : Contains(name, "byline") || Contains(name, "meta") || Contains(name, "info") || Contains(name, "author") ? 0.5
                : 0);
        }

        if (weight == 0 && element.Id is { Length: > 3 } id && Contains(id, "date"))
        {
            weight = 0.6;
        }

        var isChange = weight > 0 && weight < 1.7 && (Contains(name, "updated") || Contains(name, "modif")) && !Contains(name, "publish") && !Contains(name, "entry-date");
        return (weight, isChange);
    }

    private static bool Contains(string name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsAside(IElement element)
    {
        for (var node = element; node is not null; node = node.ParentElement)
        {
            if (node.LocalName is "aside" or "footer" or "nav" || (node.LocalName is not ("body" or "html" or "main") && node.ClassName is { Length: > 0 and < 200 } name && Contains(name, "sidebar")))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsElsewhere(IElement element)
    {
        for (var node = element; node is not null; node = node.ParentElement)
        {
            var name = node.ClassName;
            if (name is { Length: > 0 and < 200 } && node.LocalName is not ("body" or "html" or "main")
                && (Contains(name, "comment") || Contains(name, "related") || Contains(name, "recommend")))
            {
                return true;
            }
        }

        return false;
    }
}
