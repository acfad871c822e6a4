using System.Net;
using System.Text;
using System.Xml.Linq;
using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>What crawlers are shown of the service.</summary>
public sealed class CrawlerTests
{
    private static readonly XNamespace Map = "http://www.sitemaps.org/schemas/sitemap/0.9";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sitemap_OfAService_ListsEveryPageThatStays()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(
            folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys), ("Hosting:PublicAddress", "https://example.org/news/"), ("SavedQueries:Labs", "source:\"The lab\""));

        var pages = await ReadAsync(service);

        Assert.All(["", "topics/ai", "topics/ip-theft", "feeds/labs", "categories/test"], page => Assert.Contains($"https://example.org/news/{page}", pages.Keys));
        foreach (var page in pages.Keys)
        {
            Assert.Contains("<h2>Newest stories</h2>", await service.GetTextAsync(new Uri(page).AbsolutePath), StringComparison.Ordinal);
        }
    }

    /// <summary>A date is that of the newest change a page shows; one that is not known is not guessed.</summary>
    [Fact]
    public async Task Sitemap_DatesOfPages_AreThoseOfTheirStories()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", ("SavedQueries:All", "since:9d"));
        var before = await ReadAsync(service);
        var store = service.Services.GetRequiredService<IStoryStore>();
        var retagged = TestStories.Make(2, null, "Space") with { Retagged = TestStories.Morning.AddHours(3) };
        await store.SaveAsync(new StoryBatch([TestStories.Make(1, null, "AI"), retagged], null), Token);
        service.Services.GetRequiredService<StoreChanges>().Happened();

        var after = await ReadAsync(service);

        Assert.All(before.Values, Assert.Null);
        Assert.Equal("2026-11-24T08:01:00Z", after[$"{service.Client.BaseAddress}topics/ai"]);
        Assert.Equal("2026-11-24T11:00:00Z", after[$"{service.Client.BaseAddress}topics/space"]);
        Assert.Equal("2026-11-24T11:00:00Z", after[$"{service.Client.BaseAddress}"]);
        Assert.Null(after[$"{service.Client.BaseAddress}topics/ip-theft"]);
        Assert.Null(after[$"{service.Client.BaseAddress}feeds/all"]);
    }

    [Theory]
    [InlineData("/sitemap.xml", "application/xml")]
    [InlineData("/robots.txt", "text/plain")]
    public async Task Documents_ThatDidNotChange_Cost304(string path, string mediaType)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");
        using var first = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await service.Client.SendAsync(request, Token);
        using var head = await service.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Token);

        Assert.Equal((HttpStatusCode.OK, mediaType), (first.StatusCode, first.Content.Headers.ContentType!.MediaType));
        Assert.Equal("public, max-age=300", first.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal((HttpStatusCode.OK, first.Headers.ETag), (head.StatusCode, head.Headers.ETag));
    }

    /// <summary>Judged by our own reader of such files.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("https://example.org/news/", "/news")]
    public async Task Robots_MayReadPagesAndFeedsAndNothingElse(string publicAddress, string root)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""", ("Hosting:PublicAddress", publicAddress));
        var home = publicAddress.Length > 0 ? publicAddress : service.Client.BaseAddress!.AbsoluteUri;

        var text = await service.GetTextAsync("/robots.txt");

        Assert.Contains($"\nSitemap: {home}sitemap.xml\n", text, StringComparison.Ordinal);
        var rules = RobotsTxt.Parse(Encoding.UTF8.GetBytes(text), "crawler");
        foreach (var open in (string[])["/", "/topics/ai", "/feeds/to-read", "/categories/test", "/categories/events", "/stories/0123456789abcdef01234567", "/sitemap.xml", "/style.css", "/feed.atom?q=topic:ai", "/topics/ai/feed.rss?q=space", "/feeds/to-read.atom?q=space"])
        {
            Assert.True(rules.Allows(new Uri($"https://example.org{root}{open}")), open);
        }

        foreach (var closed in (string[])["/api/stories", "/api/feeds.opml", "/hub/0123", "/hub", "/events", "/topics/ai/events", "/mcp", "/state.atom", "/?q=topic:ai", "/topics/ai?q=space"])
        {
            Assert.False(rules.Allows(new Uri($"https://example.org{root}{closed}")), closed);
        }
    }

    /// <summary>Below a path nobody reads our robots.txt, so pages of searches say it themselves.</summary>
    [Fact]
    public async Task Pages_OfSearches_AskNotToBeIndexed()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");

        Assert.DoesNotContain("noindex", await service.GetTextAsync("/topics/ai"), StringComparison.Ordinal);
        Assert.Contains("<meta name=\"robots\" content=\"noindex\">", await service.GetTextAsync("/topics/ai?q=space"), StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, string?>> ReadAsync(RunningService service) =>
        XDocument.Parse(await service.GetTextAsync("/sitemap.xml")).Root!.Elements(Map + "url").ToDictionary(url => url.Element(Map + "loc")!.Value, url => (string?)url.Element(Map + "lastmod"));
}
