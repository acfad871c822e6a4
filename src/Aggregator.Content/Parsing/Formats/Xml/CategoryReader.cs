using System.Xml.Linq;
using Aggregator.Content.Parsing.Text;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>Reads categories, whatever a format calls them, and lists of key words.</summary>
internal static class CategoryReader
{
    private static readonly string[] Keys = ["category", "atom:category", "dc:subject", "itunes:category", "itunes:keywords", "media:category", "media:keywords", "tags"];

    /// <summary>The owner's categories, those inside others (itunes:category) with them, and key words (itunes:keywords).</summary>
    public static IReadOnlyList<FeedCategory> Read(XElement owner, FeedElements elements)
    {
        List<FeedCategory>? categories = null;
        foreach (var element in elements.Children(owner, Keys))
        {
            categories ??= [];
            if (elements.Key(element) == "itunes:category")
            {
                foreach (var inner in element.DescendantsAndSelf(element.Name).Take(FeedLimits.PartsOfAKind))
                {
                    Add(elements, inner, categories);
                }
            }
            else
            {
                Add(elements, element, categories);
            }

            if (categories.Count >= FeedLimits.PartsOfAKind)
            {
                return categories[..FeedLimits.PartsOfAKind];
            }
        }

        return categories ?? [];
    }

    private static void Add(FeedElements elements, XElement element, List<FeedCategory> into)
    {
        if (elements.Key(element) is "itunes:keywords" or "media:keywords" or "tags")
        {
            into.AddRange((PlainText.FromHtml(element.Value) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Take(FeedLimits.PartsOfAKind)
                .Select(word => new FeedCategory(word, null, null)));
        }
        else if (PlainText.FromHtml(FeedElements.Attribute(element, "term") ?? FeedElements.Attribute(element, "text") ?? element.Value) is { Length: > 0 } term)
        {
            into.Add(new FeedCategory(term, FeedElements.Attribute(element, "scheme") ?? FeedElements.Attribute(element, "domain"), FeedElements.Attribute(element, "label")));
        }
    }
}
