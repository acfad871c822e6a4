using System.Globalization;
using System.Xml.Linq;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>RSS 2.0 and what the RSS Advisory Board's profile asks beyond it.</summary>
internal sealed class RssChecks(CheckedXml xml, Uri self)
{
    private static readonly HashSet<string> InChannel =
    [
        "title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate", "category*", "generator", "docs",
        "cloud", "ttl", "image", "rating", "skipHours", "skipDays", "item*", "atom:link*", "atom:id", "atom:updated", "atom:logo", "atom:icon", .. ExtensionChecks.OfFeeds,
    ];

    private static readonly HashSet<string> InItem =
    [
        "title", "link", "description", "author", "category*", "comments", "enclosure", "guid", "pubDate", "source", "content:encoded", "atom:link*", "atom:id",
        "atom:updated", "atom:published", .. ExtensionChecks.OfEntries,
    ];

    private readonly ExtensionChecks _extensions = new(xml, self);

    public void Check()
    {
        xml.Findings.Unless(xml.Root.Name == "rss" && (string?)xml.Root.Attribute("version") == "2.0", "InvalidRSSVersion", "rss");
        if (xml.Root.Element("channel") is not { } channel)
        {
            xml.Findings.Unless(false, "MissingElement", "rss/channel");
            return;
        }

        xml.Children(channel, InChannel);
        Required(channel, "title", "link", "description");
        xml.PlainElement(channel.Element("title"), "channel/title", isRss: true);
        xml.PlainElement(channel.Element("description"), "channel/description", isRss: true);
        xml.Values.Address(channel.Element("link")?.Value, "channel/link");
        Date(channel.Element("lastBuildDate"));
        Date(channel.Element("pubDate"));
        Language(channel.Element("language"));
        _extensions.LinksOfFeed(channel);
        _extensions.Others(channel);
        xml.Findings.Unless(!channel.Elements().SkipWhile(child => child.Name != "item").Any(child => child.Name != "item"), "MisplacedItem", "channel");
        Twice(channel, ("pubDate", "dc:date"), ("language", "dc:language"), ("managingEditor", "dc:creator"), ("copyright", "dc:rights"), ("category", "dc:subject"));
        var items = channel.Elements("item").ToList();
        items.ForEach(Item);
        var guids = items.Select(item => item.Element("guid")?.Value).ToList();
        xml.Findings.Unless(guids.Distinct().Count() == guids.Count, "DuplicateValue", "item/guid");
    }

    private void Item(XElement item)
    {
        xml.Children(item, InItem);
        xml.Findings.Unless(item.Element("title") is not null || item.Element("description") is not null, "ItemMustContainTitleOrDescription", "item");
        xml.PlainElement(item.Element("title"), "item/title", isRss: true);
        xml.Values.Html(item.Element("description")?.Value ?? "", "item/description");
        foreach (var address in (string[])["link", "comments"])
        {
            if (item.Element(address) is { } element)
            {
                xml.Values.Address(element.Value, $"item/{address}");
            }
        }

        Guid(item.Element("guid"));
        Date(item.Element("pubDate"));
        Author(item.Element("author")?.Value);
        foreach (var category in item.Elements("category"))
        {
            xml.Attributes(category, "domain");
            xml.PlainElement(category, "item/category", isRss: true);
        }

        if (item.Element("source") is { } source)
        {
            xml.Attributes(source, "url");
            xml.Values.Address((string?)source.Attribute("url"), "item/source/@url");
            xml.Plain(source, source.Value, "item/source", isRss: true);
        }

        Enclosure(item.Element("enclosure"));
        foreach (var link in item.Elements((XNamespace)FeedFacts.Atom + "link"))
        {
            _extensions.Link(link, isOfEntry: true);
        }

        _extensions.Others(item);
        var names = item.Elements().Select(FeedFacts.NameOf).ToList();
        xml.Findings.Unless(!names.Contains("content:encoded") || (names.Contains("description") && names.IndexOf("description") < names.IndexOf("content:encoded")), "NeedDescriptionBeforeContent", "item");
        Twice(item, ("pubDate", "dc:date"), ("author", "dc:creator"), ("category", "dc:subject"), ("source", "dc:source"), ("guid", "atom:id"), ("pubDate", "atom:published"));
    }

    private void Guid(XElement? guid)
    {
        xml.Findings.Unless(guid is not null, "MissingGuid", "item");
        if (guid is null)
        {
            return;
        }

        xml.Attributes(guid, "isPermaLink");
        var permanent = (string?)guid.Attribute("isPermaLink") ?? "true";
        xml.Findings.Unless(permanent is "true" or "false", "InvalidBooleanAttribute", "guid/@isPermaLink", permanent);
        xml.Findings.Unless(permanent != "true" || guid.Value.StartsWith("http", StringComparison.Ordinal), "InvalidHttpGUID", "item/guid", guid.Value);
        xml.Findings.Unless(guid.Value.Length >= 9 || !guid.Value.All(char.IsAsciiDigit), "NotSufficientlyUnique", "item/guid", guid.Value);
        xml.Findings.Unless(guid.Value.Trim().Length > 0, "NotBlank", "item/guid");
    }

    private void Author(string? author) =>
        xml.Findings.Unless(author is null || System.Text.RegularExpressions.Regex.IsMatch(author, @"^[\w.+'-]+@([\w-]+\.)+[\w-]+ \([^()]+\)$"), "InvalidContact", "item/author", author);

    private void Enclosure(XElement? enclosure)
    {
        if (enclosure is not null)
        {
            xml.Attributes(enclosure, "url", "length", "type");
            xml.Values.File((string?)enclosure.Attribute("url"), "enclosure/@url");
            xml.Values.MediaType((string?)enclosure.Attribute("type"), "enclosure/@type");
            xml.Findings.Unless(long.TryParse((string?)enclosure.Attribute("length"), NumberStyles.None, CultureInfo.InvariantCulture, out _), "InvalidNonNegativeInteger", "enclosure/@length");
        }
    }

    private void Required(XElement parent, params string[] names)
    {
        foreach (var name in names)
        {
            xml.Findings.Unless(parent.Element(name) is not null, "MissingElement", $"{parent.Name.LocalName}/{name}");
        }
    }

    private void Twice(XElement parent, params (string Core, string Extension)[] pairs)
    {
        var names = parent.Elements().Select(FeedFacts.NameOf).ToHashSet();
        foreach (var (core, extension) in pairs)
        {
            xml.Findings.Unless(!names.Contains(core) || !names.Contains(extension), "DuplicateSemantics", $"{parent.Name.LocalName}/{extension}");
        }
    }

    private void Date(XElement? date)
    {
        if (date is not null)
        {
            xml.Values.Rfc822(date.Value, $"{date.Parent!.Name.LocalName}/{date.Name.LocalName}");
        }
    }

    private void Language(XElement? language)
    {
        if (language is not null)
        {
            xml.Values.Language(language.Value, "channel/language");
        }
    }
}
