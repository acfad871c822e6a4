using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using Aggregator.Content.Sanitizing;
using static Aggregator.Content.Publishing.XmlDocumentWriter;

namespace Aggregator.Content.Publishing.Rss;

/// <summary>
/// RSS 2.0 as the RSS Advisory Board writes it down, with the extensions its best practices profile recommends: atom:link to the
/// feed itself, content:encoded for the full text, dc:creator for authors' names, Media RSS for images.
/// </summary>
public sealed partial class RssWriter : IFeedWriter
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
            var title = EntryContent.LineOr(feed.Title, feed.Alternate.Host);
            PlainLine.WriteElement(xml, "title", null, title);
            xml.WriteElementString("link", WrittenAddress.Of(feed.Alternate));
            PlainLine.WriteElement(xml, "description", null, EntryContent.LineOr(feed.Subtitle, title, int.MaxValue));
            xml.WriteElementString("lastBuildDate", Rfc822(EntryContent.Plausible(feed.Updated)));
            xml.WriteElementString("generator", "Aggregator");
            if (feed.AskAgainAfter is { TotalMinutes: >= 1 } wait)
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
        PlainLine.WriteElement(xml, "title", null, entry.Title);
        xml.WriteElementString("link", WrittenAddress.Of(entry.Lead.Link));
        xml.WriteStartElement("guid");
        xml.WriteAttributeString("isPermaLink", "false");
        xml.WriteString(entry.Id);
        xml.WriteEndElement();
        xml.WriteElementString("pubDate", Rfc822(entry.Published));
        foreach (var author in entry.Authors)
        {
            PlainLine.WriteElement(xml, "creator", DublinCoreNamespace, author);
        }

        if (entry.Language is not null)
        {
            xml.WriteElementString("language", DublinCoreNamespace, entry.Language);
        }

        foreach (var topic in entry.Topics)
        {
            WriteWithAttribute(xml, "category", "domain", WrittenAddress.Of(feed.TopicScheme), topic.Label);
        }

        foreach (var entity in entry.Entities)
        {
            WriteWithAttribute(xml, "category", "domain", $"tag:{feed.TagAuthority}:entities", entity.Label);
        }

        if (entry.Comments is not null)
        {
            xml.WriteElementString("comments", WrittenAddress.Of(entry.Comments));
        }

        // A description is HTML by custom, so plain text is escaped as HTML before it is escaped as XML.
        xml.WriteElementString("description", HtmlText.Escape(entry.Summary.Length > 0 ? entry.Summary : entry.Title));
        xml.WriteElementString("encoded", ContentNamespace, entry.Html);
        WriteWithAttribute(xml, "source", "url", WrittenAddress.Of(entry.SourceAddress ?? entry.Site), entry.SourceName);
        WriteMedia(xml, entry);
        WriteReports(xml, entry);

        xml.WriteEndElement();
    }

    /// <summary>
    /// One enclosure at most, because many readers take only one, and one whose host has a plain name; further files and the image as media:content.
    /// An enclosure tells a length of 0 where it is not known (RSS Best Practices Profile); Media RSS has the file's size only where it is.
    /// </summary>
    private static void WriteMedia(XmlWriter xml, EntryContent entry)
    {
        var enclosure = entry.Enclosures.FirstOrDefault(file => file.Address.UserInfo.Length == 0 && PlainHost().IsMatch(WrittenAddress.HostOf(file.Address)));
        foreach (var file in entry.Enclosures)
        {
            var isEnclosure = ReferenceEquals(file, enclosure);
            if (isEnclosure)
            {
                xml.WriteStartElement("enclosure");
            }
            else
            {
                xml.WriteStartElement("content", MediaNamespace);
            }

            xml.WriteAttributeString("url", WrittenAddress.Of(file.Address));
            if (isEnclosure || file.Length > 0)
            {
                xml.WriteAttributeString(isEnclosure ? "length" : "fileSize", file.Length.ToString(CultureInfo.InvariantCulture));
            }

            xml.WriteAttributeString("type", file.MediaType);
            xml.WriteEndElement();
        }

        WriteImage(xml, entry);
    }

    private static void WriteWithAttribute(XmlWriter xml, string name, string attribute, string value, string text)
    {
        xml.WriteStartElement(name);
        xml.WriteAttributeString(attribute, value);
        PlainLine.Write(xml, text);
        xml.WriteEndElement();
    }

    /// <summary>RFC 822 as RSS has it: four digits for the year, GMT.</summary>
    private static string Rfc822(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture);

    [GeneratedRegex("^([A-Za-z0-9-]+\\.)+[A-Za-z0-9][A-Za-z0-9-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainHost();
}
