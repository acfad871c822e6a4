using System.Globalization;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Model.Articles;
using Aggregator.Model.Feeds;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.Fetching;

namespace Aggregator.Service.Tests.Polling;

/// <summary>An article that its site shows on several pages is one article.</summary>
public sealed class ContinuationTests : IAsyncDisposable
{
    private static readonly string[] Subjects = ["cranes", "pilots", "warehouses", "lighthouses", "dredgers", "ferries", "locks", "buoys", "anchors", "gulls", "ropes", "moorings", "tides"];

    private readonly PolledFeed _feed;
    private int _pages = 3;
    private int _brokenPage;
    private int _repeatsFrom = 100;
    private string _robots = "";

    public ContinuationTests() => _feed = new PolledFeed(Answer);

    private IEnumerable<string> Asked => _feed.Web.Requests.Select(request => request.RequestUri!.PathAndQuery).Where(path => path != "/robots.txt");

    [Fact]
    public async Task Read_ArticleOnThreePages_IsWholeAndInOrderAndEachPageAskedForOnce()
    {
        var page = await ReadAsync();

        Assert.Equal(["/story", "/story?page=2", "/story?page=3"], Asked);
        Assert.Equal(BodyVerdict.Good, page.Article!.Verdict);
        Assert.Equal(Text(3), page.Article.BodyText.Split('\n'));
        Assert.All(Text(3), line => Assert.Contains($"<p>{line}</p>", page.Article.BodyHtml, StringComparison.Ordinal));
        Assert.Null(page.Article.NextPage);
        Assert.False(page.RetryLater);
    }

    [Fact]
    public async Task Read_LaterPageOutOfReach_KeepsWhatWasReadAndSaysWhy()
    {
        _brokenPage = 3;

        var page = await ReadAsync();

        Assert.Equal(Text(2), page.Article!.BodyText.Split('\n'));
        Assert.Equal(BodyVerdict.Doubtful, page.Article.Verdict);
        Assert.Equal("the article goes on after its page 2: the page answered 502", Assert.Single(page.Article.Reasons));
        Assert.True(page.RetryLater);
        Assert.Null(page.Validators);
    }

    [Fact]
    public async Task Read_LaterPageForbiddenByRobots_IsNotAskedFor()
    {
        _robots = "User-agent: *\nDisallow: /*page=";

        var page = await ReadAsync();

        Assert.Equal(["/story"], Asked);
        Assert.Equal(Text(1), page.Article!.BodyText.Split('\n'));
        Assert.Contains("robots.txt", Assert.Single(page.Article.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_PageThatRepeats_EndsTheArticle()
    {
        _repeatsFrom = 2;

        var page = await ReadAsync();

        Assert.Equal(["/story", "/story?page=2"], Asked);
        Assert.Equal(Text(1), page.Article!.BodyText.Split('\n'));
        Assert.Equal(BodyVerdict.Good, page.Article.Verdict);
    }

    [Fact]
    public async Task Read_ArticleWithoutEnd_StopsAfterTenPages()
    {
        _pages = int.MaxValue;

        var page = await ReadAsync();

        Assert.Equal(10, Asked.Count());
        Assert.Equal(Text(10), page.Article!.BodyText.Split('\n'));
    }

    [Fact]
    public async Task Read_SiteWhoseRuleNamesTheWholeOnOnePage_ReadsThatPage()
    {
        _feed.Rules = new SiteRules([SiteRuleReader.Read("news.example.org.txt", "single_page_link: //a[@class='all']").Rule]);

        var page = await ReadAsync();

        Assert.Equal(["/story", "/whole"], Asked);
        Assert.Equal(Text(3), page.Article!.BodyText.Split('\n'));
        Assert.Equal("\"1\"", page.Validators?.ETag);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    private async Task<ArticlePage> ReadAsync()
    {
        using var articles = _feed.NewReader();
        var entry = new FeedEntry { Key = "a", Fingerprint = "f", Link = new Uri("https://news.example.org/story"), SummaryHtml = "Where the harbour stands today, and what its office plans." };
        return await articles.ReadAsync(entry, null, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Text(int pages) => Enumerable.Range(1, pages).SelectMany(Paragraphs);

    private static string[] Paragraphs(int page) =>
    [
        $"The town has more {Subjects[page]} than it needs, the harbour office said on Monday, and nobody knows who ordered the last {page + 3} of them.",
        $"A report of {page + 40} pages traces the {Subjects[page]} back to a decision of the council that was taken late at night, with few members present.",
        $"Neighbours like the {Subjects[page]} all the same: they are painted each spring, and children learn their names at school before those of the kings.",
    ];

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        if (request.RequestUri!.AbsolutePath == "/robots.txt")
        {
            return StubWeb.Answer(200, _robots, ("Content-Type", "text/plain"));
        }

        if (request.RequestUri.AbsolutePath == "/whole")
        {
            return StubWeb.Answer(200, PageOf(Text(3), ""), ("Content-Type", "text/html"));
        }

        var query = request.RequestUri.Query;
        var page = query.Length == 0 ? 1 : int.Parse(query["?page=".Length..], CultureInfo.InvariantCulture);
        if (page == _brokenPage)
        {
            return StubWeb.Answer(502);
        }

        var next = page < _pages ? $"<a href='/story?page={page + 1}'>{page + 1}</a>" : "";
        return StubWeb.Answer(200, PageOf(Paragraphs(page >= _repeatsFrom ? 1 : page), next), ("Content-Type", "text/html"), ("ETag", $"\"{page}\""));
    }

    private static string PageOf(IEnumerable<string> lines, string next) =>
        $"<html><body><article><h1>The harbour today</h1>{string.Concat(lines.Select(line => $"<p>{line}</p>"))}<p>{next} <a class='all' href='/whole'>All on one page</a></p></article></body></html>";
}
