using System.Globalization;
using System.Xml;
using Aggregator.Content.Sanitizing;
using static Aggregator.Content.Publishing.XmlDocumentWriter;

namespace Aggregator.Content.Publishing.Rdf;

/// <summary>
/// RSS 1.0 (RDF Site Summary, web.resource.org/rss/1.0/spec), with the modules its readers know: Dublin Core for dates, authors and topics, content for
/// the full text, enclosures; and Atom's links for what none of them says.
/// </summary>
public sealed class RdfWriter : IFeedWriter
{
    private const string RdfNamespace = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private const string RssNamespace = "http://purl.org/rss/1.0/";
    private const string SyndicationNamespace = "http://purl.org/rss/1.0/modules/syndication/";
    private const string EnclosureNamespace = "http://purl.oclc.org/net/rss_2.0/enc#";

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
            xml.WriteAttributeString("xmlns", "enc", null, EnclosureNamespace);
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
        xml.WriteAttributeString("about", RdfNamespace, feed.Self.AbsoluteUri);
        xml.WriteElementString("title", RssNamespace, EntryContent.Text(feed.Title));
        xml.WriteElementString("link", RssNamespace, feed.Alternate.AbsoluteUri);
        xml.WriteElementString("description", RssNamespace, EntryContent.Text(feed.Subtitle.Length > 0 ? feed.Subtitle : feed.Title));
        xml.WriteElementString("date", DublinCoreNamespace, EntryContent.Rfc3339(feed.Updated));
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
        xml.WriteElementString("title", RssNamespace, entry.Title);
        xml.WriteElementString("link", RssNamespace, entry.Lead.Link.AbsoluteUri);

        // HTML by custom, as in RSS 2.0.
        xml.WriteElementString("description", RssNamespace, HtmlText.Escape(entry.Summary.Length > 0 ? entry.Summary : entry.Title));
        xml.WriteElementString("date", DublinCoreNamespace, EntryContent.Rfc3339(entry.Published));
        foreach (var author in entry.Authors)
        {
            xml.WriteElementString("creator", DublinCoreNamespace, author);
        }

        foreach (var category in entry.Topics.Concat(entry.Entities))
        {
            xml.WriteElementString("subject", DublinCoreNamespace, category.Label);
        }

        if (entry.Language is not null)
        {
            xml.WriteElementString("language", DublinCoreNamespace, entry.Language);
        }

        xml.WriteElementString("source", DublinCoreNamespace, entry.SourceName);
        foreach (var enclosure in entry.Enclosures)
        {
            xml.WriteStartElement("enclosure", EnclosureNamespace);
            xml.WriteAttributeString("resource", RdfNamespace, enclosure.Address.AbsoluteUri);
            xml.WriteAttributeString("type", EnclosureNamespace, enclosure.MediaType);
            xml.WriteAttributeString("length", EnclosureNamespace, enclosure.Length.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }

        xml.WriteElementString("encoded", ContentNamespace, entry.Html);
        WriteImage(xml, entry);
        if (entry.Comments is not null)
        {
            WriteLink(xml, "replies", entry.Comments, "text/html");
        }

        WriteReports(xml, entry);

        xml.WriteEndElement();
    }
}
