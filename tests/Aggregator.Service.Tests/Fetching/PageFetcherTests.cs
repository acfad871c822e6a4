using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Fetching;

public class PageFetcherTests
{
    private static readonly Uri Page = new("https://news.example.org/story");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_TwoPages_AsksRobotsOnce()
    {
        using var web = NewWeb(Answer(404), () => Html());

        Assert.IsType<PageResult.Page>(await web.Pages.FetchAsync(Page, null, Token));
        Assert.IsType<PageResult.Page>(await web.Pages.FetchAsync(new Uri(Page, "/other"), null, Token));

        Assert.Equal(["/robots.txt", "/story", "/other"], web.Requests.Select(request => request.RequestUri!.AbsolutePath));
    }

    [Fact]
    public async Task Fetch_Disallowed_SaysSoAndDoesNotAsk()
    {
        using var web = NewWeb(Answer(200, "User-agent: *\nDisallow: /story"), () => Html());

        var result = Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, null, Token));

        Assert.Contains("robots.txt of news.example.org disallows", result.Reason, StringComparison.Ordinal);
        Assert.False(result.RetryLater);
        Assert.Single(web.Requests);
    }

    [Fact]
    public async Task Fetch_RobotsUnreachable_FetchesNothing()
    {
        using var web = NewWeb(Answer(500), () => Html());

        Assert.True(Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, null, Token)).RetryLater);
        Assert.Single(web.Requests);
    }

    [Fact]
    public async Task Fetch_RedirectIntoDisallowedPart_IsNotFollowed()
    {
        using var web = NewWeb(Answer(200, "User-agent: *\nDisallow: /private"), () => Answer(302, "", ("Location", "/private/story")));

        Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, null, Token));

        Assert.DoesNotContain(web.Requests, request => request.RequestUri!.AbsolutePath.StartsWith("/private", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("noarchive", true)]
    [InlineData("noindex, NoSnippet", true)]
    [InlineData("none", true)]
    [InlineData("noindex", false)]
    [InlineData("otherbot: noarchive, nosnippet", false)]
    [InlineData("otherbot: noindex, Aggregator: noarchive", true)]
    [InlineData("aggregator: noindex, otherbot: noarchive", false)]
    [InlineData("max-snippet: 0", true)]
    [InlineData("max-snippet: 50, unavailable_after: 25 Jun 2026 15:00:00 PST", false)]
    public async Task Fetch_XRobotsTag_TellsWhetherThePageMayBeRepublished(string tag, bool noArchive)
    {
        using var web = NewWeb(Answer(404), () => Html(("X-Robots-Tag", tag)));

        Assert.Equal(noArchive, Assert.IsType<PageResult.Page>(await web.Pages.FetchAsync(Page, null, Token)).NoArchive);
    }

    [Fact]
    public async Task Fetch_NotHtml_SaysWhatItIs()
    {
        using var web = NewWeb(Answer(404), () => Answer(200, "%PDF", ("Content-Type", "application/pdf")));

        Assert.Contains("application/pdf", Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, null, Token)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_VideoBehindTheLink_IsNotDownloaded()
    {
        using var web = NewWeb(Answer(404), () =>
        {
            var answer = Answer(200, "", ("Content-Type", "video/mp4"));
            answer.Content = new StreamContent(new UnreadableStream()) { Headers = { ContentType = new("video/mp4") } };
            return answer;
        });

        Assert.Contains("video/mp4", Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, null, Token)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Fetch_AskedToComeBack_LeavesTheHostAlone(int status)
    {
        using var web = NewWeb(Answer(404), () => Answer(status, "", ("Retry-After", "60")));

        Assert.True(Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, null, Token)).RetryLater);
        await web.Pages.FetchAsync(Page, null, Token);

        Assert.Equal(2, web.Requests.Count);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(402)]
    [InlineData(404)]
    public async Task Fetch_PaywallOrForbidden_IsNotTriedAgain(int status)
    {
        using var web = NewWeb(Answer(404), () => Answer(status, "<p>Subscribe</p>", ("Content-Type", "text/html")));

        var result = Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, null, Token));

        Assert.False(result.RetryLater);
        Assert.DoesNotContain("Subscribe", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ReadBefore_AsksConditionallyAndTellsThatItIsAsBefore()
    {
        using var web = NewWeb(Answer(404), () => Answer(304));

        Assert.IsType<PageResult.NotModified>(await web.Pages.FetchAsync(Page, new PageValidators(Page, "W/\"p 1\"", "long ago"), Token));

        Assert.Equal(("W/\"p 1\"", "long ago"), (Sent(web.Requests[1], "If-None-Match"), Sent(web.Requests[1], "If-Modified-Since")));
    }

    [Fact]
    public async Task Fetch_PageWithValidators_KeepsThemWithTheAddressThatGaveThem()
    {
        using var web = NewWeb(Answer(404), request => request.RequestUri == Page
            ? Answer(301, "", ("Location", "/moved"))
            : Html(("ETag", "\"2\""), ("Last-Modified", "Mon, 02 Mar 2026 11:00:00 GMT")));

        var first = Assert.IsType<PageResult.Page>(await web.Pages.FetchAsync(Page, null, Token));
        await web.Pages.FetchAsync(Page, first.Validators, Token);

        Assert.Equal(new PageValidators(new Uri(Page, "/moved"), "\"2\"", "Mon, 02 Mar 2026 11:00:00 GMT"), first.Validators);
        Assert.Equal([null, null, null, null, "\"2\""], web.Requests.Select(request => Sent(request, "If-None-Match")));
    }

    [Fact]
    public async Task Fetch_NotModifiedUnasked_IsNoPage()
    {
        using var web = NewWeb(Answer(404), () => Answer(304));

        Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, null, Token));
        Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, new PageValidators(new Uri("https://other.example.org/"), "\"1\"", null), Token));
    }

    [Fact]
    public async Task Fetch_SiteWithCrawlDelay_KeepsToIt()
    {
        using var web = NewWeb(Answer(200, "User-agent: *\nCrawl-delay: 30"), () => Html());
        await web.Pages.FetchAsync(Page, null, Token);

        var second = web.Pages.FetchAsync(new Uri(Page, "/other"), null, Token);
        web.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(2, web.Requests.Count);
        web.Clock.Advance(TimeSpan.FromSeconds(8));
        await second.WaitAsync(TimeSpan.FromMinutes(5), Token);

        Assert.Equal(3, web.Requests.Count);
    }

    private static HttpResponseMessage Html(params (string Name, string Value)[] headers) =>
        Answer(200, "<p>Text</p>", [("Content-Type", "text/html"), .. headers]);

    private static StubWeb NewWeb(HttpResponseMessage robots, Func<HttpResponseMessage> page) => NewWeb(robots, _ => page());

    private static StubWeb NewWeb(HttpResponseMessage robots, Func<HttpRequestMessage, HttpResponseMessage> page) =>
        new(request => request.RequestUri!.AbsolutePath == "/robots.txt" ? robots : page(request));

    /// <summary>Fails the test if anybody reads from it.</summary>
    private sealed class UnreadableStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidOperationException("nobody may read this");

        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("nobody may read this");
    }
}
