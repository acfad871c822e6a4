using System.Net;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Tests.Fetching;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Polling;

/// <summary>How often an article's page is asked for: once, and again only when its entry changed, and then only if the page did.</summary>
public sealed class PageRereadTests : IAsyncDisposable
{
    private const string Paragraph =
        "The harbour office published its figures on Monday, and they were better than anyone in the town had expected, said the people who "
        + "work there. Ships stayed for two days on average, a day less than the year before, because the new cranes work through the night.";

    private readonly PolledFeed _feed;
    private string _title = "Harbour figures";
    private string _summary = "Short.";
    private string _words = "The first version.";
    private HttpStatusCode? _pageStatus;
    private bool _pageHasValidators = true;

    public PageRereadTests() => _feed = new PolledFeed(Answer);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnumerable<HttpRequestMessage> PageRequests => _feed.Web.Requests.Where(request => request.RequestUri!.AbsolutePath == "/story");

    [Fact]
    public async Task Poll_EntryUnchanged_PageIsAskedForOnce()
    {
        await PollAsync();
        _summary += " "; // another document, the same entries
        await PollAsync();

        Assert.Single(PageRequests);
    }

    [Fact]
    public async Task Poll_EntryEditedPageNot_AsksConditionallyAndKeepsTheText()
    {
        var before = await PollAsync();
        _title = "Harbour figures: corrected";

        var after = await PollAsync();

        Assert.Equal([null, "\"The first version.\""], PageRequests.Select(request => Sent(request, "If-None-Match")));
        Assert.Equal((BodySource.Page, BodySource.Page), (before.BodySource, after.BodySource));
        Assert.Contains("The first version.", before.Body!.Text, StringComparison.Ordinal);
        Assert.Equal((before.Body, before.BodyNote, before.Page, _title), (after.Body, after.BodyNote, after.Page, after.Title));
    }

    [Fact]
    public async Task Poll_EntryAndPageEdited_ReadsTheNewPage()
    {
        await PollAsync();
        (_title, _words) = ("Harbour figures: corrected", "The second version.");

        var after = await PollAsync();

        Assert.Contains("The second version.", after.Body!.Text, StringComparison.Ordinal);
        Assert.Equal("\"The second version.\"", after.Page!.ETag);
    }

    [Fact]
    public async Task Poll_EntryEditedWhilePageIsOutOfReach_AsksConditionallyAgainHoursLater()
    {
        await PollAsync();
        (_title, _pageStatus) = ("Harbour figures: corrected", HttpStatusCode.BadGateway);
        await PollAsync();
        (_summary, _pageStatus) = (_summary + " ", null);
        _feed.Web.Clock.Advance(TimeSpan.FromHours(3));

        var after = await PollAsync();

        Assert.Equal([null, "\"The first version.\"", "\"The first version.\""], PageRequests.Select(request => Sent(request, "If-None-Match")));
        Assert.Contains("The first version.", after.Body!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poll_EntryEditedOnASiteWithoutValidators_ReadsThePageAgain()
    {
        _pageHasValidators = false;
        await PollAsync();
        (_title, _words) = ("Harbour figures: corrected", "The second version.");

        var after = await PollAsync();

        Assert.Equal(2, PageRequests.Count());
        Assert.Contains("The second version.", after.Body!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_PageListedByTwoFeeds_IsAskedForOnce()
    {
        using var articles = _feed.NewReader();
        FeedEntry Entry(string key) => new() { Key = key, Fingerprint = "f", Link = new Uri($"https://news.example.org/story#{key}") };

        var pages = await Task.WhenAll(articles.ReadAsync(Entry("a"), null, Token), articles.ReadAsync(Entry("b"), null, Token));
        var later = await articles.ReadAsync(Entry("c"), null, Token);

        Assert.Single(PageRequests);
        Assert.All([.. pages, later], page => Assert.Contains("The first version.", page.Article!.BodyText, StringComparison.Ordinal));
        _feed.Web.Clock.Advance(TimeSpan.FromHours(25));
        await articles.ReadAsync(Entry("d"), null, Token);
        Assert.Equal(2, PageRequests.Count());
    }

    [Fact]
    public async Task Read_PageOutOfReach_IsTriedAnewByTheNextWhoAsks()
    {
        using var articles = _feed.NewReader();
        var entry = new FeedEntry { Key = "a", Fingerprint = "f", Link = new Uri("https://news.example.org/story") };
        _pageStatus = HttpStatusCode.BadGateway;
        Assert.Null((await articles.ReadAsync(entry, null, Token)).Article);
        _pageStatus = null;

        Assert.NotNull((await articles.ReadAsync(entry, null, Token)).Article);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    /// <summary>Polls once, and returns the one story as it is then.</summary>
    private async Task<Story> PollAsync()
    {
        Assert.Equal(FeedHealth.Healthy, await _feed.PollAsync());
        return Assert.Single(await _feed.StoriesAsync());
    }

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        switch (request.RequestUri!.AbsolutePath)
        {
            case "/feed":
                return StubWeb.Answer(200, $"<rss version=\"2.0\"><channel><title>F</title><item><guid>1</guid><title>{_title}</title><link>https://news.example.org/story</link><description>{_summary}</description></item></channel></rss>");
            case "/story" when _pageStatus is { } status:
                return StubWeb.Answer((int)status);
            case "/story" when Sent(request, "If-None-Match") == $"\"{_words}\"":
                return StubWeb.Answer(304);
            case "/story":
                var page = $"<html><body><article><h1>{_title}</h1><p>{_words}</p><p>{Paragraph}</p><p>{Paragraph.Replace("Monday", "Tuesday", StringComparison.Ordinal)}</p></article></body></html>";
                return _pageHasValidators
                    ? StubWeb.Answer(200, page, ("Content-Type", "text/html"), ("ETag", $"\"{_words}\""))
                    : StubWeb.Answer(200, page, ("Content-Type", "text/html"));
            default:
                return StubWeb.Answer(404);
        }
    }
}
