using Aggregator.Content.Discovery;
using Aggregator.Service.Discovery;
using Aggregator.Service.Fetching;
using Aggregator.Service.Tests.Fetching;
using Microsoft.Extensions.Options;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Discovery;

public sealed class FeedFinderTests
{
    private const string Rss = "<rss version='2.0'><channel><title>Example news</title><item><title>One</title><link>https://example.org/1</link></item></channel></rss>";
    private const string Atom = "<feed xmlns='http://www.w3.org/2005/Atom'><title>Example news</title><entry><title>One</title><link href='https://example.org/1'/></entry></feed>";
    private const string Declared = "<link rel=alternate type=application/rss+xml href=/rss><link rel=alternate type=application/atom+xml href=/atom>"
        + "<link rel=alternate type=application/rss+xml href=/comments/feed/><a href=/section/feed>x</a>";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_PageThatDeclaresFeeds_OffersTheBestAndLeavesTheRestAlone()
    {
        var (found, web) = await FindAsync("https://example.org/", new() { ["/"] = Declared, ["/rss"] = Rss, ["/atom"] = Atom });

        Assert.Equal([("/atom", null), ("/rss", "/atom")], found.Feeds.Select(feed => (feed.Address.AbsolutePath, feed.SameAs?.AbsolutePath)));
        Assert.Equal(("Example news", 1, FoundBy.LinkElement), (found.Feeds[0].Title, found.Feeds[0].Entries, found.Feeds[0].FoundBy));
        Assert.Equal(["/section/feed", "/comments/feed/"], found.NotRead.Select(candidate => candidate.Address.AbsolutePath));
        Assert.Equal(["/", "/rss", "/atom"], web.Requests.Select(request => request.RequestUri!.AbsolutePath));
        Assert.All(web.Requests, request => Assert.Equal(HttpMethod.Get, request.Method));
    }

    [Fact]
    public async Task Find_Unverified_FetchesThePageOnly()
    {
        var (found, web) = await FindAsync("https://example.org/", new() { ["/"] = Declared }, new DiscoveryWish(Verify: false));

        Assert.Single(web.Requests);
        Assert.Equal(4, found.NotRead.Count);
    }

    [Fact]
    public async Task Find_AddressThatIsAFeed_IsTheFeed()
    {
        var (found, web) = await FindAsync("https://example.org/atom", new() { ["/atom"] = Atom });

        Assert.Equal(FoundBy.Itself, Assert.Single(found.Feeds).FoundBy);
        Assert.Single(web.Requests);
    }

    [Fact]
    public async Task Find_DeclaredFeedIsDead_TakesTheOneThePageLinksTo()
    {
        var (found, _) = await FindAsync("https://example.org/", new() { ["/"] = Declared, ["/section/feed"] = Rss });

        Assert.Equal("/section/feed", Assert.Single(found.Feeds).Address.AbsolutePath);
        Assert.Equal(["/rss", "/atom"], found.Missed.Select(missed => missed.Address.AbsolutePath));
        Assert.Contains("404", found.Missed[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.org/2026/article", "<link rel=canonical href=/blog/article>", "/blog/article", FoundBy.LinkElement)]
    [InlineData("https://example.org/2026/article", "<p>text", "/", FoundBy.LinkElement)]
    public async Task Find_PageWithoutFeeds_LooksInItsCanonicalAndTheFirstPage(string address, string page, string other, FoundBy by)
    {
        var (found, web) = await FindAsync(address, new() { ["/2026/article"] = page, [other] = Declared, ["/rss"] = Rss });

        Assert.Equal(("/rss", by), (Assert.Single(found.Feeds).Address.AbsolutePath, found.Feeds[0].FoundBy));
        Assert.DoesNotContain(web.Requests, request => request.RequestUri!.AbsolutePath == "/robots.txt");
    }

    [Fact]
    public async Task Find_SilentSite_TriesUsualPathsOneAfterAnotherAndStopsAtTheFirst()
    {
        var (found, web) = await FindAsync("https://example.org/", new() { ["/"] = "<p>Hello", ["/feed.xml"] = Rss, ["/robots.txt"] = "User-agent: *\nDisallow: /rss\n" });

        Assert.Equal(("/feed.xml", FoundBy.WellKnownPath), (Assert.Single(found.Feeds).Address.AbsolutePath, found.Feeds[0].FoundBy));
        Assert.Equal(["/", "/robots.txt", "/feed", "/feed.xml"], web.Requests.Select(request => request.RequestUri!.AbsolutePath));
    }

    [Fact]
    public async Task Find_NothingAnywhere_EndsWithinItsLimitAndReadsNoPageAsAFeed()
    {
        var (found, web) = await FindAsync("https://example.org/a/b/c", new() { ["*"] = "<p>Every address shows this page" });

        Assert.Empty(found.Feeds);
        Assert.InRange(web.Requests.Count, 10, FeedFinder.MostRequests + 1);
        Assert.Equal(web.Requests.Count - 1, found.Requests);
    }

    [Theory]
    [InlineData(429, 3)]
    [InlineData(403, 5)]
    public async Task Find_SiteThatDeniesGuesses_IsLeftAlone(int status, int most)
    {
        using var web = new StubWeb(request => request.RequestUri!.AbsolutePath switch
        {
            "/" => Answer(200, "<p>Hello"),
            "/robots.txt" => Answer(404),
            _ => Answer(status),
        });

        var found = await Finder(web).FindAsync(new Uri("https://example.org/"), new DiscoveryWish(), Token);

        Assert.Empty(found.Feeds);
        Assert.True(web.Requests.Count <= most, $"{web.Requests.Count} requests");
    }

    [Fact]
    public async Task Find_SiteWithAFeedForEachSection_ReadsTheFirstOnesOnly()
    {
        var page = string.Concat(Enumerable.Range(1, 40).Select(number => $"<link rel=alternate type=application/rss+xml href=/{number}/feed>"));
        var (found, web) = await FindAsync("https://example.org/", new() { ["/"] = page, ["*"] = Rss });

        Assert.Equal(FeedFinder.LikelyFeeds + 1, web.Requests.Count);
        Assert.Equal(40, found.Feeds.Count + found.NotRead.Count);
        Assert.Equal("/1/feed", found.Feeds[0].Address.AbsolutePath);
    }

    [Fact]
    public async Task Find_JsonThatIsNoFeed_IsNotOffered()
    {
        var (found, _) = await FindAsync("https://example.org/", new() { ["/"] = "<script>var f = '/api/feed.json'</script>", ["/api/feed.json"] = "{\"items\":[{\"id\":1,\"price\":2}]}" });

        Assert.Empty(found.Feeds);
        Assert.Equal("is no feed", Assert.Single(found.Missed).Reason);
    }

    [Fact]
    public async Task Find_FeedMovedForGood_OffersTheNewAddress()
    {
        using var web = new StubWeb(request => request.RequestUri!.AbsolutePath switch
        {
            "/" => Answer(200, Declared),
            "/rss" => Answer(301, "", ("Location", "/news.rss")),
            "/news.rss" => Answer(200, Rss),
            _ => Answer(404),
        });

        var found = await Finder(web).FindAsync(new Uri("https://example.org/"), new DiscoveryWish(), Token);

        Assert.Equal("/news.rss", Assert.Single(found.Feeds).Address.AbsolutePath);
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://router.local/")]
    [InlineData("http://metadata.internal/")]
    public async Task Find_PrivateAddress_IsRefusedUnasked(string address)
    {
        var (found, web) = await FindAsync(address, []);

        Assert.NotNull(found.Fault);
        Assert.Empty(web.Requests);
    }

    [Theory]
    [InlineData("example.org/blog", "https://example.org/blog")]
    [InlineData(" http://example.org ", "http://example.org/")]
    [InlineData("ftp://example.org", null)]
    [InlineData("https://me:secret@example.org/", null)]
    [InlineData("", null)]
    public void SiteAddress_AsTyped_IsRead(string text, string? address) => Assert.Equal(address, SiteAddress.Read(text)?.AbsoluteUri);

    private static async Task<(DiscoveryResult Found, StubWeb Web)> FindAsync(string address, Dictionary<string, string> pages, DiscoveryWish? wish = null)
    {
        var web = new StubWeb(request => (pages.GetValueOrDefault(request.RequestUri!.AbsolutePath) ?? pages.GetValueOrDefault("*")) is { } body
            ? Answer(200, body, ("Content-Type", "text/html"))
            : Answer(404));
        return (await Finder(web).FindAsync(new Uri(address), wish ?? new DiscoveryWish(), Token), web);
    }

    private static FeedFinder Finder(StubWeb web) => new(web.Client, web.Robots, Options.Create(new FetchingOptions()), web.Clock);
}
