using System.Globalization;
using System.Text;
using System.Xml;
using Aggregator.Model.Feeds;
using Aggregator.Model.Text;

namespace Aggregator.Content.Opml;

/// <summary>
/// Writes subscription lists (OPML 2.0). Groups become nested outlines, in the order in which they first appear. No secret is written:
/// names of secrets, and address parameters that look like one, are left out.
/// </summary>
public static class OpmlWriter
{
    /// <summary>Groups nest at most so deep; what lies deeper is one name.</summary>
    private const int MaxDepth = 16;

    /// <summary>The document for feeds. Equal feeds give equal bytes.</summary>
    /// <param name="title">What the list is called.</param>
    /// <param name="feeds">The feeds.</param>
    /// <param name="withSecrets">Whether the addresses are written as they are, since the list is for nobody but whose secrets they hold.</param>
    public static byte[] Write(string title, IEnumerable<FeedSource> feeds, bool withSecrets = false)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(feeds);
        var root = new Group("");
        foreach (var feed in feeds)
        {
            var path = (feed.Category ?? "").Split(OpmlReader.PathSeparator, MaxDepth, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            path.Aggregate(root, (group, name) => group.Find(name)).Feeds.Add(feed);
        }

        using var bytes = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n", CheckCharacters = false };
        using (var xml = XmlWriter.Create(bytes, settings))
        {
            xml.WriteStartElement("opml");
            xml.WriteAttributeString("version", "2.0");
            xml.WriteStartElement("head");
            xml.WriteElementString("title", Clean(title));
            xml.WriteEndElement();
            xml.WriteStartElement("body");
            Write(xml, root, withSecrets);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void Write(XmlWriter xml, Group group, bool withSecrets)
    {
        foreach (var feed in group.Feeds)
        {
            Write(xml, feed, withSecrets);
        }

        foreach (var inner in group.Groups)
        {
            xml.WriteStartElement("outline");
            Write(xml, "text", inner.Name);
            Write(xml, "title", inner.Name);
            Write(xml, inner, withSecrets);
            xml.WriteEndElement();
        }
    }

    private static void Write(XmlWriter xml, FeedSource feed, bool withSecrets)
    {
        xml.WriteStartElement("outline");
        Write(xml, "type", "rss"); // by OPML 2.0 for every format
        Write(xml, "text", feed.Name);
        Write(xml, "title", feed.Name);
        Write(xml, "xmlUrl", (withSecrets ? feed.Address : AddressSecrets.Without(feed.Address)).AbsoluteUri);
        Write(xml, "htmlUrl", feed.Site is { } site ? AddressSecrets.Without(site).AbsoluteUri : null);
        Write(xml, "language", feed.Language);
        Write(xml, "isComment", feed.Enabled ? null : "true");
        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, string name, string? value)
    {
        if (value is not null)
        {
            xml.WriteAttributeString(name, Clean(value));
        }
    }

    /// <summary>Without the characters that XML 1.0 cannot hold, not even escaped.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes().Where(rune => rune.Value is >= 0x20 and not (0xFFFE or 0xFFFF) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.Control))
        {
            clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>A group with its feeds and the groups in it.</summary>
    private sealed class Group(string name)
    {
        public string Name { get; } = name;

        public List<FeedSource> Feeds { get; } = [];

        public List<Group> Groups { get; } = [];

        public Group Find(string inner)
        {
            if (Groups.Find(group => group.Name == inner) is { } known)
            {
                return known;
            }

            var made = new Group(inner);
            Groups.Add(made);
            return made;
        }
    }
}
