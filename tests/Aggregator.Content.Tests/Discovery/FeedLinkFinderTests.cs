using System.Text;
using Aggregator.Content.Discovery;

namespace Aggregator.Content.Tests.Discovery;

public sealed class FeedLinkFinderTests
{
    private static readonly Uri Page = new("https://www.example.org/blog/post.html");

    [Theory]
    [InlineData("""<LINK REL="Alternate" TYPE="Application/RSS+XML" HREF="/News.rss" TITLE=" All   news ">""", "https://www.example.org/News.rss")]
    [InlineData("""<link rel="home alternate feed" type="text/plain" href="x">""", "https://www.example.org/blog/x")]
    [InlineData("""<link rel=feed href="/updates">""", "https://www.example.org/updates")]
    [InlineData("""<base href="https://cdn.example.net/d/"><link rel="alternate" type="application/atom+xml" href="a?b=1&amp;c=2#part">""", "https://cdn.example.net/d/a?b=1&c=2")]
    [InlineData("""<body><p>text<link rel="alternate" type="application/feed+json" href="//example.org/f"></p></body>""", "https://example.org/f")]
    [InlineData("""<link rel="alternate" type="application/json" href="/feed.json">""", "https://www.example.org/feed.json")]
    [InlineData("""<link rel="alternate" type="text/xml" href="/rss/all">""", null)]
    [InlineData("""<link rel="alternate" type="text/xml" href="/rss.php">""", "https://www.example.org/rss.php")]
    [InlineData("""<link rel="alternate" type="application/rss+xml" href="feed://example.org/f.rss">""", "https://example.org/f.rss")]
    [InlineData("""<link rel="alternate" type="application/json+oembed" href="/oembed?url=feed">""", null)]
    [InlineData("""<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">""", null)]
    [InlineData("""<link rel="alternate stylesheet" type="application/rss+xml" href="/feed">""", null)]
    [InlineData("""<link rel="alternate" hreflang="de" href="/de/">""", null)]
    [InlineData("""<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">""", null)]
    [InlineData("""<link rel="alternate" type="application/rss+xml" href="https://me:secret@example.org/feed">""", null)]
    public void Find_LinkElement_IsTakenIfItDeclaresAFeed(string html, string? address)
    {
        var found = Find(html).Candidates;

        Assert.Equal(address, found.SingleOrDefault()?.Address.AbsoluteUri);
        Assert.All(found, candidate => Assert.Equal(FoundBy.LinkElement, candidate.FoundBy));
    }

    [Theory]
    [InlineData("""<a href="/feed/">x</a>""", "https://www.example.org/feed/")]
    [InlineData("""<a href="/feeds/news.rss">x</a>""", "https://www.example.org/feeds/news.rss")]
    [InlineData("""<a href="https://feeds.feedburner.com/Example">Subscribe</a>""", "https://feeds.feedburner.com/Example")]
    [InlineData("""<a href="/?feed=rss2">x</a>""", "https://www.example.org/?feed=rss2")]
    [InlineData("""<a href="https://reader.example/add?url=https%3A%2F%2Fwww.example.org%2Fatom.xml">Add</a>""", "https://www.example.org/atom.xml")]
    [InlineData("""<a href="/subscribe-here" title="RSS feed"><img src="i.png"></a>""", "https://www.example.org/subscribe-here")]
    [InlineData("""<a href="https://social.example/dialog/feed?link=https%3A%2F%2Fwww.example.org%2Fblog">Share</a>""", null)]
    [InlineData("""<a href="https://feeds.example.net/a/episode.mp3">Listen</a>""", null)]
    [InlineData("""<a href="/sitemap-index.xml">x</a>""", null)]
    [InlineData("""<a href="/feedback">Feedback</a>""", null)]
    [InlineData("""<a href="/atomic-energy.html">Atomic energy</a>""", null)]
    [InlineData("""<a href="/about"><img src="i.png"></a>""", null)]
    public void Find_LinkInThePage_IsTakenIfItLooksLikeAFeed(string html, string? address) =>
        Assert.Equal(address, Find(html).Candidates.SingleOrDefault()?.Address.AbsoluteUri);

    [Theory]
    [InlineData("""<div data-feed="/index.xml"></div>""", "https://www.example.org/index.xml")]
    [InlineData("""<script type="application/json">{"feed":"https:\/\/www.example.org\/podcast\/feed.xml"}</script>""", "https://www.example.org/podcast/feed.xml")]
    [InlineData("""<script>var u = '/rss/world.xml';</script>""", "https://www.example.org/rss/world.xml")]
    [InlineData("""<script>var u = "/api/feedback", s = "/sitemap.xml";</script>""", null)]
    public void Find_AddressInData_IsTakenIfItLooksLikeAFeed(string html, string? address)
    {
        var found = Find(html).Candidates;

        Assert.Equal(address, found.SingleOrDefault()?.Address.AbsoluteUri);
        Assert.All(found, candidate => Assert.Equal(FoundBy.PageData, candidate.FoundBy));
    }

    [Fact]
    public void Find_LinkHeader_ComesFirst()
    {
        const string Header = "<https://api.example.org/>; rel=\"https://api.w.org/\", </h>; title=\"a, \\\"b\\\"; c\"; REL=alternate; type=\"application/atom+xml\", <junk";

        var found = Find("""<link rel="alternate" type="application/rss+xml" href="/l">""", Header).Candidates;

        Assert.Equal(["/h", "/l"], found.Select(candidate => candidate.Address.AbsolutePath));
        Assert.Equal(("a, \"b\"; c", FoundBy.Header), (found[0].Title, found[0].FoundBy));
    }

    [Fact]
    public void Find_ManyKinds_PutsCommentsLastAndEachAddressOnce()
    {
        var found = Find("""
            <a href="https://other.example.net/feed">A friend</a> <a href="https://www.example.org/section/feed">Section</a>
            <link rel="alternate" type="application/rss+xml" title="Example » Kommentar-Feed: Kommentare" href="/x/feed/">
            <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
            <link rel="alternate" type="application/rss+xml" href="/feed/"><a href="/feed/#top">RSS</a>
            """).Candidates;

        Assert.Equal(
            ["https://www.example.org/feed/", "https://www.example.org/section/feed", "https://other.example.net/feed", "https://www.example.org/x/feed/", "https://www.example.org/comments/feed/"],
            found.Select(candidate => candidate.Address.AbsoluteUri));
        Assert.Equal([false, false, false, true, true], found.Select(candidate => candidate.IsComments));
    }

    [Fact]
    public void Find_Canonical_IsGivenIfItIsAnotherAddress()
    {
        Assert.Equal(new Uri("https://www.example.org/blog/"), Find("""<link rel="canonical" href="/blog/">""").Canonical);
        Assert.Null(Find("""<link rel="canonical" href="https://www.example.org/blog/post.html">""").Canonical);
    }

    [Fact]
    public void Find_HostilePage_StaysSmallAndDoesNotThrow()
    {
        var links = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"<a href='/{number}/feed'>"));
        var data = string.Concat(Enumerable.Range(0, 2_000).Select(_ => $"<i data-x='/{new string('r', 1_500)}rss.xm'></i>"));

        Assert.True(Find(links + data, new string('<', 50_000)).Candidates.Count <= 100);
    }

    [Fact]
    public void WellKnownPaths_InAFolder_TryTheFolderFirst()
    {
        var paths = WellKnownPaths.Of(new Uri("https://example.org/blog/post")).Select(candidate => candidate.Address.PathAndQuery).ToList();

        Assert.Equal("/blog/post/feed", paths[0]);
        Assert.Contains("/feed", paths);
        Assert.Contains("/?feed=rss2", paths);
        Assert.Equal(paths.Distinct(), paths);
        Assert.Equal("/feed", WellKnownPaths.Of(new Uri("https://example.org"))[0].Address.PathAndQuery);
    }

    private static PageFeeds Find(string html, string? header = null) =>
        FeedLinkFinder.Find(new SitePage(Encoding.UTF8.GetBytes(html), Page) { LinkHeader = header }, TestContext.Current.CancellationToken);
}
