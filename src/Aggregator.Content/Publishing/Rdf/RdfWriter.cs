using System.Globalization;
using System.Xml;
using Aggregator.Content.Sanitizing;
using static Aggregator.Content.Publishing.XmlDocumentWriter;

namespace Aggregator.Content.Publishing.Rdf;

/// <summary>
/// RSS 1.0 (RDF Site Summary, web.resource.org/rss/1.0/spec), with the modules its readers know: Dublin Core for dates, authors and topics, content for
/// the full text; and Atom's links for what none of them says, enclosures among it.
/// </summary>
public sealed class RdfWriter : IFeedWriter
{
    private const string RdfNamespace = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private const string RssNamespace = "http://purl.org/rss/1.0/";
    private const string SyndicationNamespace = "http://purl.org/rss/1.0/modules/syndication/";

    /// <inheritdoc/>
    public string Extension => "rdf";

    /// <inheritdoc/>
    public string MediaType => "application/rdf+xml; charset=utf-8";

    /// <inheritdoc/>
    public byte[] Write(PublishedFeed feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        List<EntryContent> entries = [.. feed.Entries.Select(entry => new EntryContent(feed, entry))];
        return XmlDocumentWriter.Write(xml =>
        {
            xml.WriteStartElement("rdf", "RDF", RdfNamespace);
            xml.WriteAttributeString("xmlns", RssNamespace);
            xml.WriteAttributeString("xmlns", "atom", null, AtomNamespace);
            xml.WriteAttributeString("xmlns", "content", null, ContentNamespace);
            xml.WriteAttributeString("xmlns", "dc", null, DublinCoreNamespace);
            xml.WriteAttributeString("xmlns", "media", null, MediaNamespace);
            xml.WriteAttributeString("xmlns", "sy", null, SyndicationNamespace);
            WriteChannel(xml, feed, entries);
            foreach (var entry in entries)
            {
                WriteItem(xml, entry);
            }

            xml.WriteEndElement();
        });
    }

    /// <summary>What the channel says of itself, and the order of its items (section 5.3).</summary>
    private static void WriteChannel(XmlWriter xml, PublishedFeed feed, List<EntryContent> entries)
    {
        xml.WriteStartElement("channel", RssNamespace);
        xml.WriteAttributeString("about", RdfNamespace, WrittenAddress.Of(feed.Self));
        var title = EntryContent.LineOr(feed.Title, feed.Alternate.Host);
        PlainLine.WriteElement(xml, "title", RssNamespace, title);
        xml.WriteElementString("link", RssNamespace, WrittenAddress.Of(feed.Alternate));
        PlainLine.WriteElement(xml, "description", RssNamespace, EntryContent.LineOr(feed.Subtitle, title, int.MaxValue));
        xml.WriteElementString("date", DublinCoreNamespace, EntryContent.Rfc3339(EntryContent.Plausible(feed.Updated)));
        if (feed.AskAgainAfter is { TotalMinutes: > 0 } wait)
        {
            xml.WriteElementString("updatePeriod", SyndicationNamespace, "hourly");
            xml.WriteElementString("updateFrequency", SyndicationNamespace, Math.Max(1, (int)(60 / wait.TotalMinutes)).ToString(CultureInfo.InvariantCulture));
        }

        WriteFeedLinks(xml, feed, "application/rdf+xml");
        xml.WriteStartElement("items", RssNamespace);
        xml.WriteStartElement("Seq", RdfNamespace);
        foreach (var entry in entries)
        {
            xml.WriteStartElement("li", RdfNamespace);
            xml.WriteAttributeString("resource", RdfNamespace, entry.Id);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>An item is named by its id and not by its link: another report may come to speak for the event, and it stays the same item.</summary>
    private static void WriteItem(XmlWriter xml, EntryContent entry)
    {
        xml.WriteStartElement("item", RssNamespace);
        xml.WriteAttributeString("about", RdfNamespace, entry.Id);
        PlainLine.WriteElement(xml, "title", RssNamespace, entry.Title);
        xml.WriteElementString("link", RssNamespace, WrittenAddress.Of(entry.Lead.Link));

        // HTML by custom, as in RSS 2.0.
        xml.WriteElementString("description", RssNamespace, HtmlText.Escape(entry.Summary.Length > 0 ? entry.Summary : entry.Title));
        xml.WriteElementString("date", DublinCoreNamespace, EntryContent.Rfc3339(entry.Published));
        foreach (var author in entry.Authors)
        {
            PlainLine.WriteElement(xml, "creator", DublinCoreNamespace, author);
        }

        foreach (var category in entry.Topics.Concat(entry.Entities))
        {
            PlainLine.WriteElement(xml, "subject", DublinCoreNamespace, category.Label);
        }

        if (entry.Language is not null)
        {
            xml.WriteElementString("language", DublinCoreNamespace, entry.Language);
        }

        PlainLine.WriteElement(xml, "source", DublinCoreNamespace, entry.SourceName);
        xml.WriteElementString("encoded", ContentNamespace, entry.Html);
        WriteImage(xml, entry);
        if (entry.Comments is not null)
        {
            WriteLink(xml, "replies", entry.Comments, "text/html");
        }

        // The module for enclosures lies in a namespace that the checkers of feeds do not know.
        foreach (var enclosure in entry.Enclosures)
        {
            WriteLink(xml, "enclosure", enclosure.Address, enclosure.MediaType, length: enclosure.Length);
        }

        WriteReports(xml, entry);

        xml.WriteEndElement();
    }
}
