using System.Globalization;
using System.Xml;
using Aggregator.Content.Sanitizing;
using static Aggregator.Content.Publishing.XmlDocumentWriter;

namespace Aggregator.Content.Publishing.Rss;

/// <summary>
/// RSS 2.0 as the RSS Advisory Board writes it down, with the extensions its best practices profile recommends: atom:link to the
/// feed itself, content:encoded for the full text, dc:creator for authors' names, Media RSS for images.
/// </summary>
public sealed class RssWriter : IFeedWriter
{
    /// <inheritdoc/>
    public string Extension => "rss";

    /// <inheritdoc/>
    public string MediaType => "application/rss+xml; charset=utf-8";

    /// <inheritdoc/>
    public byte[] Write(PublishedFeed feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        return XmlDocumentWriter.Write(xml =>
        {
            xml.WriteStartElement("rss");
            xml.WriteAttributeString("version", "2.0");
            xml.WriteAttributeString("xmlns", "atom", null, AtomNamespace);
            xml.WriteAttributeString("xmlns", "content", null, ContentNamespace);
            xml.WriteAttributeString("xmlns", "dc", null, DublinCoreNamespace);
            xml.WriteAttributeString("xmlns", "media", null, MediaNamespace);
            xml.WriteStartElement("channel");
            xml.WriteElementString("title", EntryContent.Text(feed.Title));
            xml.WriteElementString("link", feed.Alternate.AbsoluteUri);
            xml.WriteElementString("description", EntryContent.Text(feed.Subtitle.Length > 0 ? feed.Subtitle : feed.Title));
            xml.WriteElementString("lastBuildDate", Rfc822(feed.Updated));
            xml.WriteElementString("generator", "Aggregator");
            if (feed.AskAgainAfter is { } wait)
            {
                xml.WriteElementString("ttl", wait.TotalMinutes.ToString("0", CultureInfo.InvariantCulture));
            }

            WriteFeedLinks(xml, feed, "application/rss+xml");

            foreach (var entry in feed.Entries)
            {
                WriteItem(xml, feed, new EntryContent(feed, entry));
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        });
    }

    private static void WriteItem(XmlWriter xml, PublishedFeed feed, EntryContent entry)
    {
        xml.WriteStartElement("item");
        xml.WriteElementString("title", entry.Title);
        xml.WriteElementString("link", entry.Lead.Link.AbsoluteUri);
        xml.WriteStartElement("guid");
        xml.WriteAttributeString("isPermaLink", "false");
        xml.WriteString(entry.Id);
        xml.WriteEndElement();
        xml.WriteElementString("pubDate", Rfc822(entry.Published));
        foreach (var author in entry.Authors)
        {
            xml.WriteElementString("creator", DublinCoreNamespace, author);
        }

        if (entry.Language is not null)
        {
            xml.WriteElementString("language", DublinCoreNamespace, entry.Language);
        }

        foreach (var topic in entry.Topics)
        {
            WriteWithAttribute(xml, "category", "domain", feed.TopicScheme.AbsoluteUri, topic.Label);
        }

        foreach (var entity in entry.Entities)
        {
            WriteWithAttribute(xml, "category", "domain", $"tag:{feed.TagAuthority}:entities", entity.Label);
        }

        if (entry.Comments is not null)
        {
            xml.WriteElementString("comments", entry.Comments.AbsoluteUri);
        }

        // A description is HTML by custom, so plain text is escaped as HTML before it is escaped as XML.
        xml.WriteElementString("description", HtmlText.Escape(entry.Summary.Length > 0 ? entry.Summary : entry.Title));
        xml.WriteElementString("encoded", ContentNamespace, entry.Html);
        WriteWithAttribute(xml, "source", "url", (entry.SourceAddress ?? entry.Site).AbsoluteUri, entry.SourceName);
        WriteMedia(xml, entry);
        WriteReports(xml, entry);

        xml.WriteEndElement();
    }

    /// <summary>One enclosure at most, because many readers take only one; further files and the image as media:content.</summary>
    private static void WriteMedia(XmlWriter xml, EntryContent entry)
    {
        for (var i = 0; i < entry.Enclosures.Count; i++)
        {
            var file = entry.Enclosures[i];
            if (i == 0)
            {
                xml.WriteStartElement("enclosure");
            }
            else
            {
                xml.WriteStartElement("content", MediaNamespace);
            }

            xml.WriteAttributeString("url", file.Address.AbsoluteUri);
            xml.WriteAttributeString(i == 0 ? "length" : "fileSize", file.Length.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("type", file.MediaType);
            xml.WriteEndElement();
        }

        WriteImage(xml, entry);
    }

    private static void WriteWithAttribute(XmlWriter xml, string name, string attribute, string value, string text)
    {
        xml.WriteStartElement(name);
        xml.WriteAttributeString(attribute, value);
        xml.WriteString(text);
        xml.WriteEndElement();
    }

    /// <summary>RFC 822 as RSS has it: four digits for the year, GMT.</summary>
    private static string Rfc822(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture);
}
