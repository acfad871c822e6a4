using System.Xml.Linq;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Parsing.Formats.Xml;

/// <summary>Reads the links of a feed or entry: all there are, and the one to its page.</summary>
internal sealed class FeedLinks(FeedElements elements, bool isAtom)
{
    private static readonly string[] LinksAndFiles = [.. FeedElements.LinkKeys, "enclosure", "podcast:transcript", "podcast:chapters"];

    /// <summary>
    /// The element's page: the link that is the alternate for people, else any alternate. A link whose address is its text counts like
    /// one that has it in an attribute.
    /// </summary>
    public Uri? Page(XElement owner)
    {
        Uri? first = null;
        foreach (var element in elements.Children(owner, FeedElements.LinkKeys))
        {
            if (IsAlternate(element) && Target(element) is { } alternate)
            {
                first ??= alternate;
                if (IsForPeople(element))
                {
                    return alternate;
                }
            }
        }

        return first;
    }

    /// <summary>The link element with this address as it is written, if it leads to the owner's page. Null: none does.</summary>
    public XElement? ToPage(XElement owner, string href)
    {
        foreach (var element in elements.Children(owner, FeedElements.LinkKeys))
        {
            if (FeedElements.Attribute(element, "href") == href && IsAlternate(element) && IsForPeople(element))
            {
                return element;
            }
        }

        return null;
    }

    /// <summary>Every link of the owner, whatever its format calls them.</summary>
    public IReadOnlyList<FeedLink> All(XElement owner)
    {
        List<FeedLink>? links = null;
        foreach (var element in elements.Children(owner, LinksAndFiles))
        {
            if (ToLink(element) is { } link)
            {
                (links ??= []).Add(link);
                if (links.Count == FeedLimits.PartsOfAKind)
                {
                    break;
                }
            }
        }

        if (elements.Key(owner) is "item" or "channel" && elements.Address(owner, "href") is { } href)
        {
            (links ??= []).Insert(0, new FeedLink(href, "alternate", null, null, null, null));
        }

        return links ?? [];
    }

    private static bool IsAlternate(XElement link) => (FeedElements.Attribute(link, "rel") ?? "alternate").Equals("alternate", StringComparison.OrdinalIgnoreCase);

    private bool IsForPeople(XElement link) => FeedElements.Attribute(link, "type") is null or "text/html" || (isAtom && FeedElements.Attribute(link, "type") is "application/xhtml+xml");

    private Uri? Target(XElement link) => FeedElements.Attribute(link, "href") is { } href ? elements.AddressIn(link, href) : elements.Address(link);

    private FeedLink? ToLink(XElement element)
    {
        var key = elements.Key(element);
        var isFile = key is "enclosure" or "podcast:transcript" or "podcast:chapters";
        var relation = isFile ? key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..] : (FeedElements.Attribute(element, "rel") ?? "alternate").ToLowerInvariant();
        // An empty address means the document itself (RFC 3986 section 4.4), which says something only in a link to itself.
        var target = isFile ? elements.Address(element, "url") : relation == "self" && element.Attribute("href")?.Value.Length == 0 ? elements.AddressOfDocument(element) : Target(element);
        return target is null
            ? null
            : new FeedLink(target, relation, FeedElements.Attribute(element, "type"), FeedElements.Attribute(element, "title"), FeedElements.Attribute(element, "hreflang"), FeedElements.Length(element, "length"));
    }
}
