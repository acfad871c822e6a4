using System.Globalization;
using System.Xml.Linq;

namespace Aggregator.Content.Tests.Publishing.Checks;

/// <summary>What several formats borrow: Atom's links, Media RSS, Dublin Core, how often to come again.</summary>
internal sealed class ExtensionChecks(CheckedXml xml, Uri self)
{
    /// <summary>What may stand in a feed or channel beside its own elements.</summary>
    public static readonly string[] OfFeeds =
    [
        "sy:updatePeriod", "sy:updateFrequency", "sy:updateBase", "fh:archive", "fh:complete", "dc:creator*", "dc:date", "dc:language", "dc:publisher*", "dc:rights",
        "dc:subject*", "dc:title", "dc:description", "dc:source", "media:thumbnail*", "opensearch:totalResults", "opensearch:startIndex", "opensearch:itemsPerPage",
    ];

    /// <summary>What may stand in an entry or item beside its own elements.</summary>
    public static readonly string[] OfEntries =
    [
        "dc:creator*", "dc:date", "dc:language", "dc:publisher*", "dc:rights", "dc:subject*", "dc:title", "dc:source", "dc:identifier*", "dc:relation*",
        "media:content*", "media:group*", "media:thumbnail*", "media:credit*", "media:title", "media:description", "slash:comments", "thr:total", "wfw:commentRss",
    ];

    /// <summary>A link as RFC 4287 section 4.2.7 has it.</summary>
    public void Link(XElement link, bool isOfEntry)
    {
        var where = $"{link.Parent!.Name.LocalName}/link";
        var relation = (string?)link.Attribute("rel") ?? "alternate";
        var findings = xml.Findings;
        xml.Attributes(link, "rel", "href", "type", "title", "hreflang", "length", "thr:count", "thr:updated");
        findings.Unless(link.Value.Trim().Length == 0 && !link.HasElements, "AtomLinkNotEmpty", where);
        findings.Unless(FeedFacts.Relations.Contains(relation), "UnregisteredAtomLinkRel", where, relation);
        findings.Unless(!isOfEntry || !FeedFacts.PagingRelations.Contains(relation), "FeedHistoryRelInEntry", where, relation);
        findings.Unless(link.Attribute("href") is not null, "MissingHref", where);
        xml.Values.Address((string?)link.Attribute("href"), where);
        if (link.Attribute("type") is { } type)
        {
            xml.Values.MediaType(type.Value, where);
            findings.Unless(relation != "self" || type.Value is "application/atom+xml" or "application/rss+xml" or "application/rdf+xml", "SelfNotAtom", where, type.Value);
        }

        if (link.Attribute("title") is { } title)
        {
            findings.Unless(title.Value.Trim().Length > 0, "AttrNotBlank", where);
            xml.Plain(link, title.Value, where, isRss: xml.Root.Name.LocalName == "rss");
        }

        if (link.Attribute("length") is { } length)
        {
            findings.Unless(long.TryParse(length.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _), "InvalidNonNegativeInteger", where, length.Value);
        }

        if (link.Attribute("hreflang") is { } language)
        {
            xml.Values.Language(language.Value, where);
        }
    }

    /// <summary>The links of a feed: one says where the feed is, and does not err; no two are the same alternative; paging makes sense.</summary>
    public void LinksOfFeed(XElement feed)
    {
        XNamespace atom = FeedFacts.Atom;
        var links = feed.Elements(atom + "link").ToList();
        links.ForEach(link => Link(link, isOfEntry: false));
        var own = links.Where(link => (string?)link.Attribute("rel") == "self").ToList();
        xml.Findings.Unless(own.Count > 0, "MissingSelf", feed.Name.LocalName);
        xml.Findings.Unless(own.TrueForAll(link => Uri.TryCreate((string?)link.Attribute("href"), UriKind.Absolute, out var told) && told.IdnHost == self.IdnHost
            && Uri.UnescapeDataString(told.PathAndQuery) == Uri.UnescapeDataString(self.PathAndQuery)), "SelfDoesntMatchLocation", feed.Name.LocalName);
        Alternatives(links, feed.Name.LocalName);
        PastEnd(links, "first", "previous");
        PastEnd(links, "last", "next");
        var isArchive = feed.Elements().Any(child => FeedFacts.NameOf(child) == "fh:archive");
        var relations = links.Select(link => (string?)link.Attribute("rel")).ToHashSet();
        xml.Findings.Unless(!isArchive || relations.Overlaps(["prev-archive", "next-archive"]), "ArchiveIncomplete", feed.Name.LocalName);
        xml.Findings.Unless(!isArchive || relations.Contains("current"), "MissingCurrentInArchive", feed.Name.LocalName);
    }

    /// <summary>No two alternatives of one type and language.</summary>
    public void Alternatives(IEnumerable<XElement> links, string where)
    {
        var doubled = links.Where(link => (string?)link.Attribute("rel") is null or "alternate").GroupBy(link => ((string?)link.Attribute("type"), (string?)link.Attribute("hreflang"))).Any(group => group.Count() > 1);
        xml.Findings.Unless(!doubled, "DuplicateAtomLink", where);
    }

    /// <summary>Media RSS, Dublin Core and the rest, wherever they stand below an element.</summary>
    public void Others(XElement parent)
    {
        foreach (var child in parent.Elements())
        {
            var name = FeedFacts.NameOf(child);
            var where = $"{parent.Name.LocalName}/{name}";
            switch (name)
            {
                case "media:content":
                    xml.Attributes(child, "url", "type", "medium", "fileSize", "height", "width", "duration", "isDefault", "lang");
                    xml.Values.Address((string?)child.Attribute("url"), where);
                    xml.Findings.Unless((string?)child.Attribute("medium") is null or "image" or "audio" or "video" or "document" or "executable", "InvalidMediaMedium", where);
                    Positive((string?)child.Attribute("fileSize"), where);
                    MediaTypeOf(child, where);
                    break;
                case "media:thumbnail":
                    xml.Attributes(child, "url", "height", "width", "time");
                    xml.Values.Address((string?)child.Attribute("url"), where);
                    break;
                case "dc:date":
                    xml.Values.Rfc3339(child.Value, where);
                    break;
                case "dc:language":
                    xml.Values.Language(child.Value, where);
                    break;
                case "dc:rights":
                    xml.Plain(child, child.Value, where);
                    break;
                case "content:encoded":
                    xml.Values.Html(child.Value, where);
                    break;
                case "sy:updatePeriod":
                    xml.Findings.Unless(child.Value is "hourly" or "daily" or "weekly" or "monthly" or "yearly", "InvalidUpdatePeriod", where, child.Value);
                    break;
                case "sy:updateFrequency" or "ttl":
                    Positive(child.Value, where);
                    break;
            }
        }
    }

    /// <summary>What is the first page has none before it, and what is the last none behind it.</summary>
    private void PastEnd(List<XElement> links, string end, string beyond)
    {
        var isEnd = links.Exists(link => (string?)link.Attribute("rel") == end && (string?)link.Attribute("href") == self.AbsoluteUri);
        xml.Findings.Unless(!isEnd || !links.Exists(link => (string?)link.Attribute("rel") == beyond), "LinkPastEnd", $"feed/link {beyond}");
    }

    private void MediaTypeOf(XElement media, string where)
    {
        if (media.Attribute("type") is { } type)
        {
            xml.Values.MediaType(type.Value, where);
        }
    }

    private void Positive(string? number, string where) =>
        xml.Findings.Unless(number is null || (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0), "InvalidPositiveInteger", where, number);
}
