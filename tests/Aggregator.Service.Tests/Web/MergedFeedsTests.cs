using System.Text;
using System.Xml.Linq;
using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Web;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StoryPage = Aggregator.Model.Stories.StoryPage;

namespace Aggregator.Service.Tests.Web;

public sealed class MergedFeedsTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly Uri Home = new("https://news.example/");

    [Fact]
    public async Task TopicFeed_ClusterWhoseEarliestStoryIsNotOnTheTopic_IsToldByOneThatIs()
    {
        await using var world = await World.OpenAsync(TestStories.Make(1, 1), TestStories.Make(2, 1, "AI"), TestStories.Make(3, 1, "AI", "Space"));

        var feed = await world.RenderAsync(MergedFeedScope.OfTopic("AI"));

        var entry = Assert.Single(feed.Root!.Elements(Atom + "entry"));
        Assert.Equal("Story 2", (string?)entry.Element(Atom + "title"));
        Assert.Equal(["AI", "Space"], entry.Elements(Atom + "category").Select(category => (string?)category.Attribute("label")));
        Assert.Equal(2, entry.Elements(Atom + "link").Count(link => (string?)link.Attribute("rel") == "related"));
    }

    [Fact]
    public async Task Feed_OfWhatSeveralOutletsTell_LeavesOutTheRest()
    {
        var elsewhere = new Uri("https://other.example/2");
        await using var world = await World.OpenAsync(
            TestStories.Make(1), TestStories.Make(2) with { Link = elsewhere, Cluster = TestStories.Make(1).Cluster }, TestStories.Make(3, 3), TestStories.Make(4, 3));

        var feed = await world.RenderAsync(MergedFeedScope.Everything with { MinSources = 2 });

        var entry = Assert.Single(feed.Root!.Elements(Atom + "entry"));
        Assert.Equal("Story 1", (string?)entry.Element(Atom + "title"));
        Assert.EndsWith("/feed.atom?min_sources=2", (string?)feed.Root.Elements(Atom + "link").Single(link => (string?)link.Attribute("rel") == "self").Attribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_WithBodies_BringsThemForTheStoriesShownOnly()
    {
        await using var world = await World.OpenAsync(TestStories.Make(1, 1), TestStories.Make(2, 1), TestStories.Make(3));

        var entries = await world.Builder.CollectAsync(MergedFeedScope.Everything, 50, clustered: true, withBody: true, TestContext.Current.CancellationToken);

        Assert.Equal(["Body 3", "Body 1"], entries.Select(entry => entry.Lead.Body?.Text));
        Assert.Null(Assert.Single(entries[1].Others).Body);
        Assert.Equal(0, world.PagesWithBodies);
    }

    [Fact]
    public async Task Render_ManyReadersAfterAChange_IsDoneOnce()
    {
        await using var world = await World.OpenAsync(TestStories.Make(1));
        world.Hold();

        var readers = Enumerable.Range(0, 8).Select(_ => world.RenderRawAsync(MergedFeedScope.Everything)).ToList();
        world.Release();
        var feeds = await Task.WhenAll(readers);
        await world.RenderRawAsync(MergedFeedScope.Everything);

        Assert.All(feeds, feed => Assert.Same(feeds[0], feed));
        Assert.Equal(1, world.Renderings);
    }

    [Fact]
    public async Task Render_AReaderLeaves_TheOthersGetTheFeed()
    {
        await using var world = await World.OpenAsync(TestStories.Make(1));
        world.Hold();
        using var leaving = new CancellationTokenSource();

        var first = world.RenderRawAsync(MergedFeedScope.Everything, leaving.Token);
        var second = world.RenderRawAsync(MergedFeedScope.Everything);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        world.Release();

        Assert.NotEmpty((await second).Bytes);
        Assert.Equal(1, world.Renderings);
    }

    [Fact]
    public async Task LastModified_AfterAChange_IsThatOfTheNewestStoryAsAfterARestart()
    {
        await using var world = await World.OpenAsync(TestStories.Make(1));
        await world.RenderRawAsync(MergedFeedScope.Everything);
        await world.SaveAsync(TestStories.Make(7));

        var changed = await world.RenderRawAsync(MergedFeedScope.Everything);

        Assert.Equal(TestStories.Morning.AddMinutes(7), changed.LastModified);
        Assert.Equal(2, world.Renderings);
    }

    /// <summary>The merged feeds over a store of a test's stories, whose questions the test counts and can hold up.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly StoreChanges _changes = new();
        private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
        private IStoryStore _store = null!;
        private TaskCompletionSource? _held;
        private int _renderings;

        public MergedFeedBuilder Builder { get; private set; } = null!;

        public MergedFeeds Feeds { get; private set; } = null!;

        /// <summary>How often the first page of a feed was asked of the store.</summary>
        public int Renderings => _renderings;

        /// <summary>How many pages of stories were asked for with every body.</summary>
        public int PagesWithBodies { get; private set; }

        public static async Task<World> OpenAsync(params Story[] stories)
        {
            var world = new World();
            world._store = await StorageRegistration.OpenAsync(world._folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, TestContext.Current.CancellationToken);
            await world.SaveAsync(stories);
            var watched = FaultyStore.Of((method, arguments) => method.Name == nameof(IStoryStore.QueryAsync)
                ? world.QueryAsync((StoryQuery)arguments[0]!)
                : method.Invoke(world._store, arguments));
            world.Builder = NewBuilder(watched);
            world.Feeds = new MergedFeeds(world.Builder, new FeedCatalog(), world._changes, Options.Create(new HostingOptions()), world._lifetime);
            return world;
        }

        public async Task SaveAsync(params Story[] stories)
        {
            await _store.SaveAsync(new StoryBatch(stories, null), TestContext.Current.CancellationToken);
            _changes.Happened();
        }

        public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _held?.SetResult();

        public Task<RenderedFeed> RenderRawAsync(MergedFeedScope scope, CancellationToken? reader = null) => Feeds.RenderAsync(
            scope, PublishedFormats.All.Single(format => format.Extension == "atom"), FeedView.Usual, Home, reader ?? TestContext.Current.CancellationToken);

        public async Task<XDocument> RenderAsync(MergedFeedScope scope) =>
            XDocument.Parse(Encoding.UTF8.GetString((await RenderRawAsync(scope)).Bytes));

        public async ValueTask DisposeAsync()
        {
            Feeds.Dispose();
            await _store.DisposeAsync();
            _folder.Dispose();
        }

        private static MergedFeedBuilder NewBuilder(IStoryStore store)
        {
            var reader = new ClusterReader(store);
            var search = new StorySearch(store, reader, new SearchLimits(), TimeProvider.System);
            return new MergedFeedBuilder(new ClusterSearch(search, reader, TimeProvider.System), search, store);
        }

        private async Task<StoryPage> QueryAsync(StoryQuery query)
        {
            if (query is { Cluster: null, After: null })
            {
                Interlocked.Increment(ref _renderings);
            }

            PagesWithBodies += query.WithBody ? 1 : 0;
            await (_held?.Task ?? Task.CompletedTask);
            return await _store.QueryAsync(query, TestContext.Current.CancellationToken);
        }
    }
}
