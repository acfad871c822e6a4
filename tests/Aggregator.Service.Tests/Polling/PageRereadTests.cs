using System.Net;
using Aggregator.Content.Clustering;
using Aggregator.Content.Tagging;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.Fetching;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static Aggregator.Service.Tests.Fetching.StubWeb;

namespace Aggregator.Service.Tests.Polling;

/// <summary>How often an article's page is asked for: once, and again only when its entry changed, and then only if the page did.</summary>
public sealed class PageRereadTests : IAsyncDisposable
{
    private const string Paragraph =
        "The harbour office published its figures on Monday, and they were better than anyone in the town had expected, said the people who "
        + "work there. Ships stayed for two days on average, a day less than the year before, because the new cranes work through the night.";

    private readonly TestFolder _folder = new();
    private readonly StubWeb _web;
    private IStoryStore? _store;
    private string _title = "Harbour figures";
    private string _summary = "Short.";
    private string _words = "The first version.";
    private HttpStatusCode? _pageStatus;
    private bool _pageHasValidators = true;

    public PageRereadTests() => _web = new StubWeb(Answer);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnumerable<HttpRequestMessage> PageRequests => _web.Requests.Where(request => request.RequestUri!.AbsolutePath == "/story");

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
        _web.Clock.Advance(TimeSpan.FromHours(3));

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
        using var articles = NewReader();
        FeedEntry Entry(string key) => new() { Key = key, Fingerprint = "f", Link = new Uri($"https://news.example.org/story#{key}") };

        var pages = await Task.WhenAll(articles.ReadAsync(Entry("a"), null, Token), articles.ReadAsync(Entry("b"), null, Token));
        var later = await articles.ReadAsync(Entry("c"), null, Token);

        Assert.Single(PageRequests);
        Assert.All([.. pages, later], page => Assert.Contains("The first version.", page.Article!.BodyText, StringComparison.Ordinal));
        _web.Clock.Advance(TimeSpan.FromHours(25));
        await articles.ReadAsync(Entry("d"), null, Token);
        Assert.Equal(2, PageRequests.Count());
    }

    [Fact]
    public async Task Read_PageOutOfReach_IsTriedAnewByTheNextWhoAsks()
    {
        using var articles = NewReader();
        var entry = new FeedEntry { Key = "a", Fingerprint = "f", Link = new Uri("https://news.example.org/story") };
        _pageStatus = HttpStatusCode.BadGateway;
        Assert.Null((await articles.ReadAsync(entry, null, Token)).Article);
        _pageStatus = null;

        Assert.NotNull((await articles.ReadAsync(entry, null, Token)).Article);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _web.Dispose();
        _folder.Dispose();
    }

    /// <summary>Polls once, and returns the one story as it is then.</summary>
    private async Task<Story> PollAsync()
    {
        var store = _store ??= await StorageRegistration.OpenAsync(_folder.Data, _web.Clock, Token);
        var source = new FeedSource { Address = FeedAddress };
        using var articles = NewReader();
        using var window = new ClusterWindow(store, new ClusteringOptions(), _web.Clock);
        var enricher = new StoryEnricher(new TopicTagger(TopicSet.BuiltIn, EntitySet.BuiltIn), window);
        var poller = new FeedPoller(
            _web.Feeds, articles, enricher, store, new PollProgress(), new StoreChanges(), Options.Create(new PollingOptions()), _web.Clock, NullLogger<FeedPoller>.Instance);
        var state = await store.FindFeedStateAsync(source.Id, Token) ?? _web.State();
        Assert.Equal(FeedHealth.Healthy, await poller.PollAsync(source, state, Token));
        return (await store.FindStoryAsync(Assert.Single((await store.QueryAsync(new StoryQuery(), Token)).Stories).Id, Token))!;
    }

    private ArticleReader NewReader() => new(_web.Pages, Options.Create(new FetchingOptions()), _web.Clock, NullLogger<ArticleReader>.Instance);

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
