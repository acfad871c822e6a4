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

namespace Aggregator.Service.Tests.Polling;

/// <summary>One feed of a web that is a function, polled by the real poller into a real store.</summary>
internal sealed class PolledFeed(Func<HttpRequestMessage, HttpResponseMessage> answer) : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private IStoryStore? _store;

    public StubWeb Web { get; } = new(answer);

    public FeedSource Source { get; } = new() { Address = StubWeb.FeedAddress };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What is measured.</summary>
    public TestMeters Meters { get; } = new();

    public RulesInForce InForce { get; } = new();

    public FeedCatalog Catalog { get; } = new();

    public StoryRetention Retention { get; init; } = new();

    public SiteRules Rules { get; set; } = SiteRules.None;

    public NetworkWatch Network { get; } = new(NullLogger<NetworkWatch>.Instance);

    public BodiesInHand Bodies { get; } = new(Options.Create(new FetchingOptions()));

    public ArticleReader NewReader() => new(Web.Pages, Rules, Bodies, Options.Create(new FetchingOptions()), Options.Create(new PollingOptions()), Web.Clock, NullLogger<ArticleReader>.Instance);

    /// <summary>The store, which knows the feed.</summary>
    public async Task<IStoryStore> OpenStoreAsync()
    {
        if (_store is null)
        {
            _store = await StorageRegistration.OpenAsync(_folder.Data, Retention, TimeSpan.Zero, Web.Clock, Token);
            await _store.ActivateFeedsAsync([new FeedActivation(Source.Id, Source.Address, Web.Clock.GetUtcNow())], Token);
        }

        return _store;
    }

    /// <summary>What is remembered of the feed.</summary>
    public async Task<FeedState> StateAsync() => (await (await OpenStoreAsync()).FindFeedStateAsync(Source.Id, Token))!;

    /// <summary>The stored stories with their texts, newest first.</summary>
    public async Task<IReadOnlyList<Story>> StoriesAsync() =>
        (await (await OpenStoreAsync()).QueryAsync(new StoryQuery { WithBody = true }, Token)).Stories;

    /// <summary>Polls once, into <paramref name="into"/> or else the store itself.</summary>
    public async Task<FeedHealth> PollAsync(IStoryStore? into = null)
    {
        var store = into ?? await OpenStoreAsync();
        var metrics = new PollMetrics(Meters, Web.Clock);
        using var articles = NewReader();
        using var window = new ClusterWindow(store, new ClusteringOptions(), Web.Clock, NullLogger<ClusterWindow>.Instance);
        var enricher = new StoryEnricher(new TopicsInForce(), InForce, Catalog, window, store, metrics);
        using var hubs = new HubSubscriptions(
            store, new AddressGuard(Options.Create(new FetchingOptions())), Options.Create(new HostingOptions()), Web.Clock, NullLogger<HubSubscriptions>.Instance);
        var archive = new PageArchive(new ServicePaths(_folder.Feeds, _folder.Data), Options.Create(new StorageOptions()), Web.Clock, NullLogger<PageArchive>.Instance);
        var secrets = new FeedSecrets(_folder.Feeds + ".secrets", [], NullLogger<FeedSecrets>.Instance);
        var (progress, polling, log) = (new PollProgress(), Options.Create(new PollingOptions()), new PollLog(NullLogger<FeedPoller>.Instance));
        var maker = new StoryMaker(articles, secrets, enricher, store, progress, new StoreChanges(), archive, metrics, log, new StoryClock(store, Web.Clock, NullLogger<StoryClock>.Instance), polling, Web.Clock);
        var poller = new FeedPoller(
            Web.Feeds, secrets, Bodies, new EntryFinder(store, InForce, Web.Clock), maker, store, progress, Network, hubs, new PushAllowance(Web.Clock), metrics, log, polling, Web.Clock);
        return await poller.PollAsync(Source, await StateAsync(), Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        Meters.Dispose();
        Web.Dispose();
        _folder.Dispose();
    }
}
