using System.Globalization;
using System.Text;
using System.Xml;

namespace Aggregator.Content.Publishing;

/// <summary>What the XML formats share: one set of writer settings, and the media extension.</summary>
internal static class XmlDocumentWriter
{
    public const string AtomNamespace = "http://www.w3.org/2005/Atom";
    public const string MediaNamespace = "http://search.yahoo.com/mrss/";
    public const string ContentNamespace = "http://purl.org/rss/1.0/modules/content/";
    public const string DublinCoreNamespace = "http://purl.org/dc/elements/1.1/";

    /// <summary>Of RFC 5005.</summary>
    public const string HistoryNamespace = "http://purl.org/syndication/history/1.0";

    /// <summary>UTF-8 without a byte order mark, line feeds, one space a level.</summary>
    public static byte[] Write(Action<XmlWriter> content)
    {
        using var bytes = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            IndentChars = " ",
            NewLineChars = "\n",
            NewLineHandling = NewLineHandling.None,
        };
        using (var xml = XmlWriter.Create(bytes, settings))
        {
            xml.WriteStartDocument();
            content(xml);
            xml.WriteEndDocument();
        }

        return bytes.ToArray();
    }

    /// <summary>The lead image as media:content and media:thumbnail (Media RSS 1.5.1).</summary>
    public static void WriteImage(XmlWriter xml, EntryContent entry)
    {
        if (entry.Image is { } image)
        {
            xml.WriteStartElement("content", MediaNamespace);
            xml.WriteAttributeString("url", WrittenAddress.Of(image));
            xml.WriteAttributeString("medium", "image");
            xml.WriteEndElement();
            xml.WriteStartElement("thumbnail", MediaNamespace);
            xml.WriteAttributeString("url", WrittenAddress.Of(image));
            xml.WriteEndElement();
        }
    }

    /// <summary>Where the feed itself is, its hub (W3C WebSub section 4) and its other documents (RFC 5005); and whether this one is an archive.</summary>
    public static void WriteFeedLinks(XmlWriter xml, PublishedFeed feed, string type)
    {
        WriteLink(xml, "self", feed.Self, type);
        if (feed.Hub is not null)
        {
            WriteLink(xml, "hub", feed.Hub);
        }

        foreach (var link in feed.Links)
        {
            WriteLink(xml, link.Relation, link.Address, type);
        }

        if (feed.IsArchive)
        {
            xml.WriteStartElement("fh", "archive", HistoryNamespace);
            xml.WriteEndElement();
        }
    }

    /// <summary>Where else the event is told: "via" for the same article, "related" for another (RFC 4287 section 4.2.7.2).</summary>
    public static void WriteReports(XmlWriter xml, EntryContent entry)
    {
        foreach (var other in entry.Others)
        {
            WriteLink(xml, other.IsSameArticle ? "via" : "related", other.Address, "text/html", other.Title);
        }
    }

    /// <summary>A link as Atom has it (RFC 4287 section 4.2.7), which the other formats borrow. A length of 0 is not told.</summary>
    public static void WriteLink(XmlWriter xml, string relation, Uri address, string? type = null, string? title = null, long length = 0)
    {
        xml.WriteStartElement("link", AtomNamespace);
        xml.WriteAttributeString("rel", relation);
        if (type is not null)
        {
            xml.WriteAttributeString("type", type);
        }

        xml.WriteAttributeString("href", WrittenAddress.Of(address));
        if (title is not null)
        {
            PlainLine.WriteAttribute(xml, "title", title);
        }

        if (length > 0)
        {
            xml.WriteAttributeString("length", length.ToString(CultureInfo.InvariantCulture));
        }

        xml.WriteEndElement();
    }
}
