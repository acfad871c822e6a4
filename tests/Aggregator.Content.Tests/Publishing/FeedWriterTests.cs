using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Aggregator.Content.Publishing;
using Aggregator.Content.Publishing.Atom;
using Aggregator.Content.Publishing.Json;
using Aggregator.Content.Publishing.Rdf;
using Aggregator.Content.Publishing.Rss;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using AngleSharp.Html.Parser;

namespace Aggregator.Content.Tests.Publishing;

public class FeedWriterTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Content = "http://purl.org/rss/1.0/modules/content/";
    private static readonly XNamespace DublinCore = "http://purl.org/dc/elements/1.1/";
    private static readonly XNamespace Rss1 = "http://purl.org/rss/1.0/";
    private static readonly XNamespace Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static readonly XNamespace Media = "http://search.yahoo.com/mrss/";

    [Fact]
    public void All_Formats_HaveTheirOwnEndingAndACharset()
    {
        Assert.Equal(["atom", "rss", "json", "rdf"], PublishedFormats.All.Select(format => format.Extension));
        Assert.All(PublishedFormats.All, format => Assert.EndsWith("; charset=utf-8", format.MediaType, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_SameFeed_GivesTheSameBytes() =>
        Assert.All(PublishedFormats.All, format => Assert.Equal(format.Write(Samples.Nasty()), format.Write(Samples.Nasty())));

    [Fact]
    public void Updated_OfAnEntryThatAnotherOutletReports_MovesOnlyWhereAsked()
    {
        var entry = new PublishedEntry(Samples.Story("Lead"), [Samples.Story("Other") with { FirstSeen = Samples.Noon.AddHours(2) }]);

        Assert.StartsWith("2026-03-04T12:05:00.", UpdatedOf(Samples.Feed(entry)), StringComparison.Ordinal);
        Assert.StartsWith("2026-03-04T14:00:00.", UpdatedOf(Samples.Feed(entry) with { NewReportsUpdateEntries = true }), StringComparison.Ordinal);

        static string UpdatedOf(PublishedFeed feed) => Xml(new AtomWriter(), feed).Element(Atom + "entry")!.Element(Atom + "updated")!.Value;
    }

    [Fact]
    public void Write_EmptyFeed_IsReadable()
    {
        Assert.Equal(Atom + "feed", Xml(new AtomWriter(), Samples.Feed()).Name);
        Assert.Equal("rss", Xml(new RssWriter(), Samples.Feed()).Name);
        Assert.Equal(0, Json(Samples.Feed()).GetProperty("items").GetArrayLength());
        Assert.Equal(Rdf + "RDF", Xml(new RdfWriter(), Samples.Feed()).Name);
    }

    [Fact]
    public void Write_NastyTitles_StayWellFormedAndPlain()
    {
        var atom = Xml(new AtomWriter(), Samples.Nasty()).Elements(Atom + "entry").Select(entry => TextOf(entry.Element(Atom + "title")!)).ToList();
        var rss = Xml(new RssWriter(), Samples.Nasty()).Element("channel")!.Elements("item").Select(item => TextOf(item.Element("title")!)).ToList();
        var json = Json(Samples.Nasty()).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()!).ToList();
        var rdf = Xml(new RdfWriter(), Samples.Nasty()).Elements(Rss1 + "item").Select(item => TextOf(item.Element(Rss1 + "title")!)).ToList();
        Assert.Equal(atom, rss);
        Assert.Equal(atom, rdf);
        Assert.Equal(atom, json);
        Assert.Equal(Samples.NastyTitles.Length, atom.Count);
        Assert.Equal("AT&T <b>buys</b> &amp; sells", atom[1]);
        Assert.Equal("Emoji 😀👩‍💻 and 𝒳", atom[4]);
        Assert.Equal("gnp.exe", atom[6]);
        Assert.Equal("half pair", atom[8]);
        Assert.Equal("paper.example", atom[^1]);

        // What could be taken for HTML: Atom says that it is escaped, RSS keeps it apart with a character that nobody sees.
        static string TextOf(XElement title) => (string?)title.Attribute("type") == "html" ? WebUtility.HtmlDecode(title.Value) : title.Value.Replace("\u2060", "", StringComparison.Ordinal);
    }

    [Fact]
    public void Title_ThatLooksLikeHtml_IsReadAsItWasWrittenByThoseWhoTakeItForText()
    {
        var feed = Samples.Feed(new PublishedEntry(Samples.Story("R&D: the <dialog> element, &amp; more")));
        foreach (var writer in new IFeedWriter[] { new AtomWriter(), new RssWriter(), new RdfWriter() })
        {
            Assert.Contains("title", Xml(writer, feed).Descendants().Where(element => element.Value == "R&D: the <dialog> element, &amp; more").Select(element => element.Name.LocalName));
            Assert.Contains("R&#x26;D: the &#x3C;dialog&gt; element, &#x26;amp; more</", Encoding.UTF8.GetString(writer.Write(feed)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Addresses_BeyondAscii_AreWrittenAsRfc3986HasThem()
    {
        var story = Samples.Story("T") with { Link = new Uri("https://bücher.example:8080/ä[1]?q=[ö]#a#ß"), Enclosures = [], Image = null, Comments = null };
        Assert.All(PublishedFormats.All, writer =>
            Assert.Contains("https://xn--bcher-kva.example:8080/%C3%A4%5B1%5D?q=%5B%C3%B6%5D#a%23%C3%9F", Encoding.UTF8.GetString(writer.Write(Samples.Feed(new PublishedEntry(story)))), StringComparison.Ordinal));
    }

    [Fact]
    public void RssFiles_OfUnknownLengthOrOddHost_SayNoMoreThanIsKnown()
    {
        var story = Samples.Story("T") with
        {
            Image = null,
            Enclosures = [new(new Uri("https://odd_host.example/a.mp3"), "audio/mpeg", null), new(new Uri("https://paper.example/b.mp3"), "audio/mpeg/x", null)],
        };
        var item = Xml(new RssWriter(), Samples.Feed(new PublishedEntry(story))).Element("channel")!.Element("item")!;
        var enclosure = Assert.Single(item.Elements("enclosure"));
        Assert.Equal(("https://paper.example/b.mp3", "0", "application/octet-stream"), (enclosure.Attribute("url")!.Value, enclosure.Attribute("length")!.Value, enclosure.Attribute("type")!.Value));
        var media = Assert.Single(item.Elements(Media + "content"));
        Assert.Equal("https://odd_host.example/a.mp3", media.Attribute("url")!.Value);
        Assert.Null(media.Attribute("fileSize"));
    }

    [Fact]
    public void Player_InABody_KeepsItsFileInReachWithoutControls()
    {
        var feed = Samples.Feed(new PublishedEntry(Samples.Story("T", "<p><video src=/v.mp4></video></p><a href=/x><audio src=/a.mp3></audio></a><p>in words: &lt;audio controls=\"\"></p><bdo dir=rtl>x</bdo>")));
        var html = Xml(new AtomWriter(), feed).Element(Atom + "entry")!.Element(Atom + "content")!.Value;
        Assert.Contains("<video src=\"https://paper.example/v.mp4\" preload=\"none\"></video> <a href=\"https://paper.example/v.mp4\" rel=\"noopener noreferrer nofollow\">video</a></p>", html, StringComparison.Ordinal);
        Assert.Contains("<audio src=\"https://paper.example/a.mp3\" preload=\"none\"></audio></a>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;audio controls=\"\"&gt;", html, StringComparison.Ordinal);
        Assert.Contains("<bdi dir=\"rtl\">x</bdi>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Authors_WithAddressesOfMail_AreToldByName()
    {
        var story = Samples.Story("T") with { Authors = ["Bob <bob@mail.example>", "<ann@mail.example>"] };
        Assert.Equal(["Bob", "ann@mail.example"], Xml(new AtomWriter(), Samples.Feed(new PublishedEntry(story))).Element(Atom + "entry")!.Elements(Atom + "author").Select(author => author.Value));
    }

    [Theory]
    [InlineData("cafÃ© au lait", "café au lait")]
    [InlineData("IRMÃ ANA «sic»", "IRMÃ ANA «sic»")]
    [InlineData("«A IRMÃ»", "«A IRMÃ»")]
    [InlineData("cafÃ© – 中文", "cafÃ© – 中文")]
    public void Text_ThatWasReadWrong_IsPutRightWhereAllOfItCanBe(string title, string told) =>
        Assert.Equal(told, Json(Samples.Feed(new PublishedEntry(Samples.Story(title)))).GetProperty("items")[0].GetProperty("title").GetString());

    [Fact]
    public void Write_Html_HasNoScriptAndNoForbiddenCharacter() => Assert.All(PublishedFormats.All, format =>
    {
        var text = Encoding.UTF8.GetString(format.Write(Samples.Nasty()));
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(text, c => c is < ' ' and not '\n' or '\uFFFE' or '\uFFFF');
    });

    [Theory]
    [InlineData("<iframe src=x>fallback <script>x()</script></iframe> <a href='javascript:x()'>l</a>")]
    [InlineData("<script> <p>a <script>x()</script> <!-- > <img src=x onerror=x()>")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=x()&gt;\">")]
    [InlineData("<svg><title><style><img title='</style><img src=x onerror=x()>'></svg> <font style=x class=c id=i>f</font>")]
    public void Write_HostileBody_ReachesAnotherReaderWithoutAnythingActive(string html)
    {
        var feed = Samples.Feed(new PublishedEntry(Samples.Story("Title", html), []));
        string[] bodies =
        [
            Xml(new AtomWriter(), feed).Element(Atom + "entry")!.Element(Atom + "content")!.Value,
            Xml(new RssWriter(), feed).Element("channel")!.Element("item")!.Element(Content + "encoded")!.Value,
            Json(feed).GetProperty("items")[0].GetProperty("content_html").GetString()!,
            Xml(new RdfWriter(), feed).Element(Rss1 + "item")!.Element(Content + "encoded")!.Value,
        ];
        Assert.All(bodies, body =>
        {
            var read = new HtmlParser().ParseDocument(body);
            Assert.Empty(read.QuerySelectorAll("script, style, iframe, svg, math, form, object, embed, meta, link, base"));
            Assert.DoesNotContain(read.All.SelectMany(element => element.Attributes), attribute =>
                attribute.Name.StartsWith("on", StringComparison.Ordinal) || attribute.Name is "style" or "id" or "class" || attribute.Value.StartsWith("javascript:", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void AtomEntry_FullStory_SaysEverything()
    {
        var entry = Xml(new AtomWriter(), Samples.Feed(Cluster())).Element(Atom + "entry")!;
        Assert.Equal("tag:aggregator.example,2026:cluster/fedcba987654321001234567", entry.Element(Atom + "id")!.Value);
        Assert.Equal("2026-03-04T11:00:00Z", entry.Element(Atom + "published")!.Value);
        Assert.Matches("^2026-03-04T12:05:00\\.[0-9]{6}Z$", entry.Element(Atom + "updated")!.Value);
        Assert.Equal(["Ann O’Nym", "Bob"], entry.Elements(Atom + "author").Select(author => author.Value));
        Assert.Equal("en-GB", entry.Attribute(XNamespace.Xml + "lang")!.Value);
        Assert.Equal("text", entry.Element(Atom + "title")!.Attribute("type")!.Value);
        Assert.Equal(
            ["alternate https://paper.example/a?x=1&y=2", "related https://other.example/b", "replies https://paper.example/a#talk",
                "enclosure https://paper.example/a.mp3", "enclosure https://paper.example/b.bin"],
            entry.Elements(Atom + "link").Select(link => $"{link.Attribute("rel")!.Value} {link.Attribute("href")!.Value}"));
        Assert.Equal(
            ["evs-self-driving|https://news.example/topics/|EVs & self-driving", "ai|https://news.example/topics/|AI",
                "Example Motors|tag:aggregator.example,2026:entities|Example Motors"],
            entry.Elements(Atom + "category").Select(c => $"{c.Attribute("term")!.Value}|{c.Attribute("scheme")!.Value}|{c.Attribute("label")!.Value}"));
        Assert.Equal("The Example & Co", entry.Element(Atom + "source")!.Element(Atom + "title")!.Value);
        Assert.Equal("https://paper.example/lead.jpg", entry.Element(Media + "thumbnail")!.Attribute("url")!.Value);
        var html = entry.Element(Atom + "content")!.Value;
        Assert.StartsWith("<p>Body with <a href=\"https://paper.example/x\"", html, StringComparison.Ordinal);
        Assert.Contains("Source: <a href=\"https://paper.example/a?x=1&amp;y=2\"", html, StringComparison.Ordinal);
        Assert.Contains("Also reported by:</p><ul><li>Other Times: <a href=\"https://other.example/b\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void RssItem_FullStory_SaysEverything()
    {
        var channel = Xml(new RssWriter(), Samples.Feed(Cluster())).Element("channel")!;
        Assert.Equal("self", channel.Element(Atom + "link")!.Attribute("rel")!.Value);
        Assert.Equal("Wed, 04 Mar 2026 13:00:00 GMT", channel.Element("lastBuildDate")!.Value);
        var item = channel.Element("item")!;
        Assert.Equal("false", item.Element("guid")!.Attribute("isPermaLink")!.Value);
        Assert.Equal("Wed, 04 Mar 2026 11:00:00 GMT", item.Element("pubDate")!.Value);
        Assert.Equal(["Ann O’Nym", "Bob"], item.Elements(DublinCore + "creator").Select(creator => creator.Value));
        Assert.Equal("Less &lt; more &amp; shorter.", item.Element("description")!.Value);
        Assert.Equal("https://paper.example/feed.xml", item.Element("source")!.Attribute("url")!.Value);
        Assert.Equal("12345", Assert.Single(item.Elements("enclosure")).Attribute("length")!.Value);
        Assert.Contains("Also reported by", item.Element(Content + "encoded")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void RdfItem_FullStory_SaysEverything()
    {
        var rdf = Xml(new RdfWriter(), Samples.Feed(Cluster()));
        var item = rdf.Element(Rss1 + "item")!;
        var id = item.Attribute(Rdf + "about")!.Value;
        Assert.Equal("tag:aggregator.example,2026:cluster/fedcba987654321001234567", id);
        Assert.Equal(id, rdf.Element(Rss1 + "channel")!.Element(Rss1 + "items")!.Element(Rdf + "Seq")!.Element(Rdf + "li")!.Attribute(Rdf + "resource")!.Value);
        Assert.Equal("https://paper.example/a?x=1&y=2", item.Element(Rss1 + "link")!.Value);
        Assert.Equal("2026-03-04T11:00:00Z", item.Element(DublinCore + "date")!.Value);
        Assert.Equal(["Ann O’Nym", "Bob"], item.Elements(DublinCore + "creator").Select(creator => creator.Value));
        Assert.Equal(["EVs & self-driving", "AI", "Example Motors"], item.Elements(DublinCore + "subject").Select(subject => subject.Value));
        Assert.Equal(
            ["replies https://paper.example/a#talk", "enclosure https://paper.example/a.mp3", "enclosure https://paper.example/b.bin", "related https://other.example/b"],
            item.Elements(Atom + "link").Select(link => $"{link.Attribute("rel")!.Value} {link.Attribute("href")!.Value}"));
        Assert.Equal("https://paper.example/lead.jpg", item.Element(Media + "thumbnail")!.Attribute("url")!.Value);
        Assert.Contains("Also reported by", item.Element(Content + "encoded")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonItem_FullStory_SaysEverything()
    {
        var item = Json(Samples.Feed(Cluster())).GetProperty("items")[0];
        Assert.Equal("2026-03-04T12:05:00Z", item.GetProperty("date_modified").GetString());
        Assert.Equal(["EVs & self-driving", "AI", "Example Motors"], item.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("application/octet-stream", item.GetProperty("attachments")[1].GetProperty("mime_type").GetString());
        Assert.Equal("https://other.example/b", item.GetProperty("_aggregator").GetProperty("also_reported_by")[0].GetProperty("url").GetString());
    }

    [Fact]
    public void Categories_OfACluster_AreThoseOfAllItsStories()
    {
        var other = Samples.Story("Other") with { Topics = [new TopicTag("AI", 1, []), new TopicTag("Chips", 1, [])] };
        var feed = Samples.Feed(new PublishedEntry(Samples.Story("Lead") with { Entities = [] }, [other]));

        Assert.Equal(["evs-self-driving", "ai", "chips"], Xml(new AtomWriter(), feed).Element(Atom + "entry")!.Elements(Atom + "category").Select(category => category.Attribute("term")!.Value));
        Assert.Equal(["EVs & self-driving", "AI", "Chips"], Xml(new RssWriter(), feed).Descendants("category").Select(category => category.Value));
        Assert.Equal(["EVs & self-driving", "AI", "Chips"], Json(feed).GetProperty("items")[0].GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
    }

    [Fact]
    public void Id_ClusterThatGrowsAndChangesItsLead_StaysTheSame()
    {
        var alone = Samples.Story("First");
        var later = Samples.Story("Second") with { Id = new StoryId("ffffffffffffffffffffffff") };
        Assert.Equal(IdOf(new PublishedEntry(alone)), IdOf(new PublishedEntry(later, [alone])));
    }

    [Fact]
    public void Content_PublisherForbidsArchiving_IsTheSummaryOnly()
    {
        var kept = Samples.Story("T", "<p>Whole text</p>") with { NoArchive = true, Body = new("<p>Whole text</p>", "Whole text") };
        var entry = new PublishedEntry(kept, [kept]);
        Assert.All(PublishedFormats.All, format =>
        {
            var text = Encoding.UTF8.GetString(format.Write(Samples.Feed(entry)));
            Assert.DoesNotContain("Whole text", text, StringComparison.Ordinal);
            Assert.Contains("shorter", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Links_WithOtherSchemes_AreLeftOut()
    {
        var story = Samples.Story("T") with
        {
            Image = new Uri("javascript:alert(1)"),
            Comments = new Uri("data:text/html,x"),
            Enclosures = [new(new Uri("file:///etc/passwd"), null, null)],
        };
        Assert.All(PublishedFormats.All, format =>
        {
            var text = Encoding.UTF8.GetString(format.Write(Samples.Feed(new PublishedEntry(story))));
            Assert.DoesNotContain("javascript:", text, StringComparison.Ordinal);
            Assert.DoesNotContain("data:", text, StringComparison.Ordinal);
            Assert.DoesNotContain("file:", text, StringComparison.Ordinal);
        });
    }

    private static PublishedEntry Cluster() => new(
        Samples.Story("Lead", "<p>Body with <a href='/x'>link</a></p>"),
        [Samples.Story("Other view") with { FeedName = "Other Times", Link = new Uri("https://other.example/b") }]);

    private static string IdOf(PublishedEntry entry) =>
        Xml(new AtomWriter(), Samples.Feed(entry)).Element(Atom + "entry")!.Element(Atom + "id")!.Value;

    private static XElement Xml(IFeedWriter writer, PublishedFeed feed)
    {
        using var bytes = new MemoryStream(writer.Write(feed));
        return XDocument.Load(bytes).Root!;
    }

    private static JsonElement Json(PublishedFeed feed) => JsonDocument.Parse(new JsonFeedWriter().Write(feed)).RootElement;
}
