using System.Xml.Linq;
using Aggregator.Content.Parsing.Formats.Xml;

namespace Aggregator.Content.Tests.Parsing;

/// <summary>What FeedReader itself reads, so that a new version of it that reads less is noticed.</summary>
public sealed class LibraryReadingTests
{
    [Fact]
    public void Entry_Rss_IsReadByFeedReader()
    {
        var root = XElement.Parse("<rss><channel><item><title>t</title><link>/l</link><guid>g</guid><pubDate>d</pubDate></item></channel></rss>");
        LibraryReading.Prepare(root, XNamespace.None);

        Assert.Equal(new LibraryReading("t", "/l", "g", "d", null), LibraryReading.Entry(root.Descendants("item").Single(), "rss2.0"));
    }

    [Fact]
    public void Entry_AtomUnderAPrefix_IsReadByFeedReader()
    {
        XNamespace atom = "http://www.w3.org/2005/Atom";
        var item = new XElement(atom + "entry", new XElement(atom + "title", "t"), new XElement(atom + "link", new XAttribute("href", "/l")),
            new XElement(atom + "id", "i"), new XElement(atom + "published", "p"), new XElement(atom + "updated", "u"));
        LibraryReading.Prepare(new XElement(atom + "feed", item), atom);

        Assert.Equal(new LibraryReading("t", "/l", "i", "p", "u"), LibraryReading.Entry(item, "atom1.0"));
    }

    [Fact]
    public void Entry_Rdf_IsReadByFeedReader()
    {
        XNamespace rss = "http://purl.org/rss/1.0/", rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", dc = "http://purl.org/dc/elements/1.1/";
        var item = new XElement(rss + "item", new XAttribute(rdf + "about", "i"), new XElement(rss + "title", "t"), new XElement(rss + "link", "/l"), new XElement(dc + "date", "d"));
        LibraryReading.Prepare(new XElement(rdf + "RDF", new XElement(rss + "channel"), item), rss);

        Assert.Equal(new LibraryReading("t", "/l", "i", "d", null), LibraryReading.Entry(item, "rss1.0"));
    }

    [Fact]
    public void Feed_EveryFormat_IsReadByFeedReader()
    {
        XNamespace atom = "http://www.w3.org/2005/Atom";
        var rss = XElement.Parse("<rss><channel><title>t</title><link>/l</link><pubDate>p</pubDate><lastBuildDate>u</lastBuildDate></channel></rss>");
        var feed = new XElement(atom + "feed", new XElement(atom + "title", "t"), new XElement(atom + "id", "i"), new XElement(atom + "updated", "u"));
        LibraryReading.Prepare(feed, atom);

        Assert.Equal(new LibraryReading("t", "/l", null, "p", "u"), LibraryReading.Feed(rss, "rss2.0"));
        Assert.Equal(("t", "i", "u"), LibraryReading.Feed(feed, "atom1.0") is var read ? (read.Title, read.Id, read.Updated) : default);
    }
}
