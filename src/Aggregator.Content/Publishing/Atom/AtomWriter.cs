using System.Globalization;
using System.Xml;
using Aggregator.Content.Sanitizing;
using static Aggregator.Content.Publishing.XmlDocumentWriter;

namespace Aggregator.Content.Publishing.Atom;

/// <summary>Atom 1.0 (RFC 4287), with replies links (RFC 4685) and images (Media RSS).</summary>
public sealed class AtomWriter : IFeedWriter
{
    private const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";

    /// <inheritdoc/>
    public string Extension => "atom";

    /// <inheritdoc/>
    public string MediaType => "application/atom+xml; charset=utf-8";

    /// <inheritdoc/>
    public byte[] Write(PublishedFeed feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        return XmlDocumentWriter.Write(xml =>
        {
            xml.WriteStartElement("feed", AtomNamespace);
            xml.WriteAttributeString("xmlns", "media", null, MediaNamespace);
            xml.WriteElementString("id", AtomNamespace, $"tag:{feed.TagAuthority}:feed/{feed.Key}");
            WriteTitle(xml, EntryContent.LineOr(feed.Title, feed.Alternate.Host));
            if (EntryContent.Line(feed.Subtitle, int.MaxValue) is { Length: > 0 } subtitle)
            {
                WriteText(xml, "subtitle", subtitle);
            }

            xml.WriteElementString("updated", AtomNamespace, EntryContent.Rfc3339(EntryContent.Plausible(feed.Updated)));
            xml.WriteElementString("generator", AtomNamespace, "Aggregator");
            WriteLink(xml, "alternate", feed.Alternate, "text/html");
            WriteFeedLinks(xml, feed, "application/atom+xml");

            foreach (var entry in feed.Entries)
            {
                WriteEntry(xml, feed, new EntryContent(feed, entry));
            }

            xml.WriteEndElement();
        });
    }

    private static void WriteEntry(XmlWriter xml, PublishedFeed feed, EntryContent entry)
    {
        xml.WriteStartElement("entry", AtomNamespace);
        if (entry.Language is not null)
        {
            xml.WriteAttributeString("xml", "lang", XmlNamespace, entry.Language);
        }

        xml.WriteElementString("id", AtomNamespace, entry.Id);
        WriteTitle(xml, entry.Title);
        xml.WriteElementString("published", AtomNamespace, EntryContent.Rfc3339(entry.Published));
        xml.WriteElementString("updated", AtomNamespace, Apart(entry));

        // An entry must have an author (section 4.1.2); where nobody is named, the feed it came from is.
        foreach (var author in entry.Authors.DefaultIfEmpty(EntryContent.NameOf(entry.SourceName)))
        {
            xml.WriteStartElement("author", AtomNamespace);
            PlainLine.WriteElement(xml, "name", AtomNamespace, author);
            xml.WriteEndElement();
        }

        WriteLinks(xml, entry);
        WriteCategories(xml, entry.Topics, WrittenAddress.Of(feed.TopicScheme));
        WriteCategories(xml, entry.Entities, $"tag:{feed.TagAuthority}:entities");
        if (entry.Summary.Length > 0)
        {
            WriteText(xml, "summary", entry.Summary);
        }

        WriteHtml(xml, "content", entry.Html);
        WriteImage(xml, entry);
        WriteSource(xml, entry);
        xml.WriteEndElement();
    }

    private static void WriteLinks(XmlWriter xml, EntryContent entry)
    {
        WriteLink(xml, "alternate", entry.Lead.Link, "text/html");
        WriteReports(xml, entry);
        if (entry.Comments is not null)
        {
            WriteLink(xml, "replies", entry.Comments, "text/html");
        }

        foreach (var enclosure in entry.Enclosures)
        {
            WriteLink(xml, "enclosure", enclosure.Address, enclosure.MediaType, length: enclosure.Length);
        }
    }

    /// <summary>Where the entry was taken from (section 4.2.11).</summary>
    private static void WriteSource(XmlWriter xml, EntryContent entry)
    {
        xml.WriteStartElement("source", AtomNamespace);
        xml.WriteElementString("id", AtomNamespace, entry.SourceId);
        WriteTitle(xml, entry.SourceName);
        xml.WriteElementString("updated", AtomNamespace, EntryContent.Rfc3339(entry.Updated));
        if (entry.SourceAddress is not null)
        {
            WriteLink(xml, "self", entry.SourceAddress);
        }

        WriteLink(xml, "alternate", entry.Site);
        xml.WriteEndElement();
    }

    private static void WriteCategories(XmlWriter xml, IReadOnlyList<Category> categories, string scheme)
    {
        foreach (var category in categories)
        {
            xml.WriteStartElement("category", AtomNamespace);
            xml.WriteAttributeString("term", category.Term);
            xml.WriteAttributeString("scheme", scheme);
            PlainLine.WriteAttribute(xml, "label", category.Label);
            xml.WriteEndElement();
        }
    }

    /// <summary>A title is plain text and says so, whatever it looks like: not every reader unescapes one that is HTML.</summary>
    private static void WriteTitle(XmlWriter xml, string title)
    {
        xml.WriteStartElement("title", AtomNamespace);
        xml.WriteAttributeString("type", "text");
        PlainLine.Write(xml, title);
        xml.WriteEndElement();
    }

    /// <summary>A text construct (section 3.1): plain text; as HTML only where it would be taken for HTML all the same.</summary>
    private static void WriteText(XmlWriter xml, string name, string text)
    {
        var isLine = !text.Contains('\n', StringComparison.Ordinal);
        if (PlainLine.LooksLikeHtml(text) || (!isLine && text.Contains('&', StringComparison.Ordinal)))
        {
            WriteHtml(xml, name, isLine ? HtmlText.Escape(text) : HtmlText.Paragraphs(text));
            return;
        }

        xml.WriteStartElement(name, AtomNamespace);
        xml.WriteAttributeString("type", "text");
        PlainLine.WriteAsItIs(xml, text);
        xml.WriteEndElement();
    }

    private static void WriteHtml(XmlWriter xml, string name, string html)
    {
        xml.WriteStartElement(name, AtomNamespace);
        xml.WriteAttributeString("type", "html");
        xml.WriteString(html);
        xml.WriteEndElement();
    }

    /// <summary>
    /// When the entry changed, with a fraction of a second made from its id: what came in one poll changed at one instant, and no two entries should
    /// tell the same (section 4.1.1). It is the entry's own, so that an entry stays as it is whatever stands around it.
    /// </summary>
    private static string Apart(EntryContent entry) =>
        EntryContent.Rfc3339(entry.Updated).Replace("Z", string.Create(CultureInfo.InvariantCulture, $".{Fnv.Add(Fnv.Start, entry.Id) % 1_000_000:000000}Z"), StringComparison.Ordinal);
}
