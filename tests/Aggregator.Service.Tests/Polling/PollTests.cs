using Aggregator.Content.Clustering;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Archive;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Hub;
using Aggregator.Service.Polling;
using Aggregator.Service.Retention;
using Aggregator.Service.Rules;
using Aggregator.Service.Secrets;
using Aggregator.Service.Tests.Fetching;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Polling;

/// <summary>Whole polls over a real store, with a web that is a function and a clock that is set.</summary>
public sealed class PollTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Uri Feed = new("https://news.example.org/feed");

    private static readonly string Document =
        $"<rss version='2.0'><channel><title>The Test</title>{string.Concat(Enumerable.Range(1, 6).Select(n => $"<item><guid>g{n}</guid><title>Entry {n}</title><link>https://news.example.org/{n}</link></item>"))}</channel></rss>";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Poll_LongerThanItsLease_IsBrokenOffAndCountsWhatItStored()
    {
        await using var service = new Desk(async (request, hanging) =>
        {
            if (request.RequestUri!.AbsolutePath is "/4" or "/5" or "/6")
            {
                await Task.Delay(Timeout.Infinite, hanging);
            }

            return Answer(request, 200, Document);
        });

        var polling = service.PollAsync();
        await Eventually.HoldsAsync(async () => (await service.Store.CountAsync(Token)).Stories == 3);
        service.Clock.Advance(TimeSpan.FromMinutes(31));
        await polling;

        var state = await service.StateAsync();
        Assert.Equal(((await service.Store.CountAsync(Token)).Stories, FeedHealth.Failing, null), (state.Stories, state.Health, state.ETag));
        Assert.Contains("took longer than 30 min", state.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poll_FaultInOneEntry_SetsThatOneAside()
    {
        await using var service = new Desk((request, _) => Task.FromResult(Answer(request, 200, Document)), faultyTitle: "Entry 2");

        await service.PollAsync();

        var state = await service.StateAsync();
        Assert.Equal((5, 5, FeedHealth.Healthy), ((await service.Store.CountAsync(Token)).Stories, state.Stories, state.Health));
    }

    [Fact]
    public async Task Poll_PageOverItsBudget_KeepsTheFeedsTextAndSaysWhy()
    {
        await using var service = new Desk((request, _) => Task.FromResult(Answer(request, 200, Document.Replace("</title><link>", "</title><description>What the feed tells.</description><link>", StringComparison.Ordinal))), options: new PollingOptions { ArticlesAtOnce = 1, PageBudget = TimeSpan.Zero });

        await service.PollAsync();

        var page = await service.Store.QueryAsync(new StoryQuery { WithBody = true }, Token);
        Assert.Equal(6, page.Stories.Count);
        Assert.All(page.Stories, story => Assert.Equal((BodySource.Feed, "What the feed tells.", "the page takes more than 0 s to read"), (story.BodySource, story.Body!.Text, story.BodyNote)));
    }

    [Fact]
    public async Task Poll_InTheHoursThePublisherWantsQuiet_SendsNothing()
    {
        await using var service = new Desk((request, _) => Task.FromResult(Answer(request, 200, Document.Replace("<title>The Test</title>", "<title>The Test</title><skipHours><hour>13</hour></skipHours>", StringComparison.Ordinal))));
        await service.PollAsync();
        var asked = service.Requests;

        service.Clock.Advance(TimeSpan.FromHours(1));
        await service.PollAsync();

        Assert.Equal(asked, service.Requests);
        Assert.Equal(14, (await service.StateAsync()).NextPoll.Hour);
    }

    [Fact]
    public async Task Poll_ServerThatAnswers304ForEver_IsFoundOutAfterAWeek()
    {
        var entries = 3;
        await using var service = new Desk((request, _) =>
            Task.FromResult(request.RequestUri == Feed && StubWeb.Sent(request, "If-None-Match") is not null
                ? Answer(request, 304, "", "\"stuck\"")
                : Answer(request, 200, Dated(entries), "\"stuck\"")));
        await service.PollAsync();
        entries = 8;

        for (var hour = 0; hour < 8 * 24; hour += 6)
        {
            service.Clock.Advance(TimeSpan.FromHours(6));
            await service.PollAsync();
        }

        var state = await service.StateAsync();
        Assert.Equal((8, true), (state.Stories, state.DistrustsETag));

        string Dated(int count) =>
            $"<rss version='2.0'><channel><title>T</title>{string.Concat(Enumerable.Range(1, count).Select(n => $"<item><guid>g{n}</guid><title>Entry {n}</title><pubDate>{Noon.AddHours((6 * n) - 24):R}</pubDate></item>"))}</channel></rss>";
    }

    [Fact]
    public async Task Restart_FeedsPolledAndDue_OnlyTheDueAreHandedOut()
    {
        using var folder = new TestFolder();
        var clock = new FakeTimeProvider(Noon);
        FeedSource[] sources = [.. "abc".Select(name => new FeedSource { Address = new Uri($"https://{name}.example/feed") })];
        var catalog = new FeedCatalog();
        catalog.Replace(new FeedList(sources, []));
        await using (var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, clock, Token))
        {
            await new CatalogActivation(catalog, store, clock).ApplyAsync(Token);
            foreach (var state in await store.ClaimDueFeedsAsync(clock.GetUtcNow(), 2, TimeSpan.FromMinutes(30), Token))
            {
                var result = new FetchResult.Failed(FetchFault.Unreachable, 500, "x");
                await store.SaveAsync(new StoryBatch([], FeedStates.After(state, sources[0], new PollOutcome(result), new PollingOptions(), clock.GetUtcNow())), Token);
            }
        }

        for (var restart = 0; restart < 20; restart++)
        {
            await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, clock, Token);
            await new CatalogActivation(catalog, store, clock).ApplyAsync(Token);
            Assert.Single(await store.ClaimDueFeedsAsync(clock.GetUtcNow(), 10, TimeSpan.FromMinutes(30), Token));
        }
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request, int status, string feed, string etag = "\"1\"") => request.RequestUri!.AbsolutePath switch
    {
        "/robots.txt" => StubWeb.Answer(404),
        "/feed" => StubWeb.Answer(status, feed, ("ETag", etag), ("Content-Type", "application/rss+xml")),
        _ => StubWeb.Answer(200, "<html><body><p>A page without an article.</p></body></html>", ("Content-Type", "text/html")),
    };

    /// <summary>The poller and all it needs.</summary>
    private sealed class Desk : HttpMessageHandler, IAsyncDisposable
    {
        private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> _answer;
        private readonly TestFolder _folder = new();
        private readonly TestMeters _meters = new();
        private readonly FeedSource _source = new() { Address = Feed };
        private readonly FeedPoller _poller;
        private int _requests;

        public Desk(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer, string? faultyTitle = null, PollingOptions? options = null)
        {
            _answer = answer;
            Store = StorageRegistration.OpenAsync(_folder.Data, new StoryRetention(), TimeSpan.Zero, Clock, Token).GetAwaiter().GetResult();
            var store = faultyTitle is null ? Store : FaultyStore.Of((method, arguments) =>
                method.Name == nameof(IStoryStore.SaveAsync) && ((StoryBatch)arguments[0]!).Stories is [{ } story] && story.Title == faultyTitle
                    ? throw new InvalidOperationException("a fault of ours")
                    : method.Invoke(Store, arguments));
            var polling = Options.Create(options ?? new PollingOptions { ArticlesAtOnce = 1 });
            var fetching = Options.Create(new FetchingOptions { PerHostSpacing = TimeSpan.Zero });
            var guard = new AddressGuard(fetching);
            var gate = new HostGate(fetching, Clock);
            var web = new WebClient(this, guard, gate, fetching, Clock);
            var robots = new RobotsCache(web, fetching, Clock);
            var pages = new PageFetcher(web, robots, guard, gate, fetching, Clock);
            var rules = new RulesInForce();
            var metrics = new PollMetrics(_meters, Clock);
            var secrets = new FeedSecrets(_folder.Feeds + ".secrets", [], NullLogger<FeedSecrets>.Instance);
            var (progress, log) = (new PollProgress(), new PollLog(NullLogger<FeedPoller>.Instance));
            _poller = new FeedPoller(
                new FeedFetcher(web, robots, gate, fetching, Clock),
                secrets,
                new BodiesInHand(fetching),
                new EntryFinder(store, rules, Clock),
                new StoryMaker(
                    new ArticleReader(pages, SiteRules.None, new BodiesInHand(fetching), fetching, polling, Clock, NullLogger<ArticleReader>.Instance),
                    secrets,
                    new StoryEnricher(new TopicsInForce(), rules, new FeedCatalog(), new ClusterWindow(Store, new ClusteringOptions(), Clock, NullLogger<ClusterWindow>.Instance), Store, metrics),
                    store,
                    progress,
                    new StoreChanges(),
                    new PageArchive(new ServicePaths(_folder.Feeds, _folder.Data), Options.Create(new StorageOptions()), Clock, NullLogger<PageArchive>.Instance),
                    metrics,
                    log,
                    new StoryClock(store, Clock, NullLogger<StoryClock>.Instance),
                    polling,
                    Clock),
                store,
                progress,
                new NetworkWatch(NullLogger<NetworkWatch>.Instance),
                new HubSubscriptions(store, guard, Options.Create(new HostingOptions()), Clock, NullLogger<HubSubscriptions>.Instance),
                new PushAllowance(Clock),
                metrics,
                log,
                polling,
                Clock);
        }

        public FakeTimeProvider Clock { get; } = new(Noon);

        public IStoryStore Store { get; }

        public int Requests => _requests;

        public async Task PollAsync() => await _poller.PollAsync(_source, await StateAsync(), Token);

        public async Task<FeedState> StateAsync()
        {
            await Store.ActivateFeedsAsync([new FeedActivation(_source.Id, Feed, Noon)], Token);
            return (await Store.FindFeedStateAsync(_source.Id, Token))!;
        }

        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            _meters.Dispose();
            _folder.Dispose();
            Dispose();
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            return await _answer(request, cancellationToken);
        }
    }
}
