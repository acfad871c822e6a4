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

        Assert.IsType<PageResult.Page>(await web.Pages.FetchAsync(Page, Token));
        Assert.IsType<PageResult.Page>(await web.Pages.FetchAsync(new Uri(Page, "/other"), Token));

        Assert.Equal(["/robots.txt", "/story", "/other"], web.Requests.Select(request => request.RequestUri!.AbsolutePath));
    }

    [Fact]
    public async Task Fetch_Disallowed_SaysSoAndDoesNotAsk()
    {
        using var web = NewWeb(Answer(200, "User-agent: *\nDisallow: /story"), () => Html());

        var result = Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, Token));

        Assert.Contains("robots.txt of news.example.org disallows", result.Reason, StringComparison.Ordinal);
        Assert.False(result.RetryLater);
        Assert.Single(web.Requests);
    }

    [Fact]
    public async Task Fetch_RobotsUnreachable_FetchesNothing()
    {
        using var web = NewWeb(Answer(500), () => Html());

        Assert.True(Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, Token)).RetryLater);
        Assert.Single(web.Requests);
    }

    [Fact]
    public async Task Fetch_RedirectIntoDisallowedPart_IsNotFollowed()
    {
        using var web = NewWeb(Answer(200, "User-agent: *\nDisallow: /private"), () => Answer(302, "", ("Location", "/private/story")));

        Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, Token));

        Assert.DoesNotContain(web.Requests, request => request.RequestUri!.AbsolutePath.StartsWith("/private", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("noarchive", true)]
    [InlineData("noindex, NoSnippet", true)]
    [InlineData("none", true)]
    [InlineData("noindex", false)]
    public async Task Fetch_XRobotsTag_TellsWhetherThePageMayBeRepublished(string tag, bool noArchive)
    {
        using var web = NewWeb(Answer(404), () => Html(("X-Robots-Tag", tag)));

        Assert.Equal(noArchive, Assert.IsType<PageResult.Page>(await web.Pages.FetchAsync(Page, Token)).NoArchive);
    }

    [Fact]
    public async Task Fetch_NotHtml_SaysWhatItIs()
    {
        using var web = NewWeb(Answer(404), () => Answer(200, "%PDF", ("Content-Type", "application/pdf")));

        Assert.Contains("application/pdf", Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, Token)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Fetch_AskedToComeBack_LeavesTheHostAlone(int status)
    {
        using var web = NewWeb(Answer(404), () => Answer(status, "", ("Retry-After", "60")));

        Assert.True(Assert.IsType<PageResult.NotFetched>(await web.Pages.FetchAsync(Page, Token)).RetryLater);
        await web.Pages.FetchAsync(Page, Token);

        Assert.Equal(2, web.Requests.Count);
    }

    private static HttpResponseMessage Html(params (string Name, string Value)[] headers) =>
        Answer(200, "<p>Text</p>", [("Content-Type", "text/html"), .. headers]);

    private static StubWeb NewWeb(HttpResponseMessage robots, Func<HttpResponseMessage> page) =>
        new(request => request.RequestUri!.AbsolutePath == "/robots.txt" ? robots : page());
}
