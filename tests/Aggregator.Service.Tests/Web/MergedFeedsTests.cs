using System.Text;
using System.Xml.Linq;
using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Images;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Web;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StoryPage = Aggregator.Model.Stories.StoryPage;

namespace Aggregator.Service.Tests.Web;

public sealed class MergedFeedsTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly Uri Home = new("https://news.example/");
    private static readonly MergedFeed Everything = new(MergedFeedScope.Everything, PublishedFormats.All.Single(format => format.Extension == "atom"), FeedView.Usual);

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

        var entries = (await world.Builder.CollectAsync(MergedFeedScope.Everything, new EntrySpan(50, Clustered: true, WithBody: true), TestContext.Current.CancellationToken)).Entries;

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

    [Fact]
    public async Task Render_StoriesComeAllTheTime_SendsWhatItHasAndNeverOlderThanAllowed()
    {
        await using var world = await World.OpenAsync(TestStories.Make(1));
        var first = await world.RenderRawAsync(MergedFeedScope.Everything);
        world.Clock.Advance(TimeSpan.FromMilliseconds(600));
        await world.SaveAtOnceAsync(TestStories.Make(2));
        world.Hold();

        var asking = world.RenderRawAsync(MergedFeedScope.Everything);
        world.Clock.Advance(TimeSpan.FromMilliseconds(5));
        var meanwhile = await asking;
        world.Clock.Advance(TimeSpan.FromMilliseconds(500));
        var late = world.RenderRawAsync(MergedFeedScope.Everything);
        var waited = !late.IsCompleted;
        world.Release();

        Assert.Same(first, meanwhile);
        Assert.True(waited);
        Assert.NotEqual(first.ETag, (await late).ETag);
        Assert.Equal(2, world.Renderings);
    }

    [Fact]
    public async Task Render_AChangeThatThisFeedDoesNotShow_KeepsBytesAndTheirCompressedForm()
    {
        await using var world = await World.OpenAsync(TestStories.Make(1, 1, "AI"));
        var before = await world.RenderRawAsync(MergedFeedScope.OfTopic("AI"));
        await world.SaveAsync(TestStories.Make(2, 2, "Space"));

        var after = await world.RenderRawAsync(MergedFeedScope.OfTopic("AI"));

        Assert.NotEqual(before.Version, after.Version);
        Assert.Same(before.In("br"), after.In("br"));
    }

    [Fact]
    public async Task RenderNews_SinceAStateThatWas_HoldsWhatIsNewOrChangedOnly()
    {
        await using var world = await World.OpenAsync(TestStories.Make(1), TestStories.Make(2), TestStories.Make(3));
        var before = await world.RenderRawAsync(MergedFeedScope.Everything);
        await world.SaveAsync(TestStories.Make(4), TestStories.Make(2) with { Title = "Corrected", Updated = TestStories.Morning.AddHours(1), Fingerprint = "other" });
        var after = await world.RenderRawAsync(MergedFeedScope.Everything);

        var news = await world.Feeds.RenderNewsAsync(Everything, Home, before.ETag, TestContext.Current.CancellationToken);
        var unknown = await world.Feeds.RenderNewsAsync(Everything, Home, "0123", TestContext.Current.CancellationToken);

        Assert.Equal(["Story 4", "Corrected"], Titles(news!));
        Assert.Equal(after.ETag, news!.ETag);
        Assert.Null(unknown);
    }

    [Fact]
    public async Task Pages_FollowedByNext_TellEveryEventOnce()
    {
        // The event of stories 1 and 9 is told on the first page already.
        await using var world = await World.OpenAsync([.. Enumerable.Range(1, 9).Select(number => TestStories.Make(number, number == 9 ? 1 : number))]);

        var seen = new List<string>();
        var view = new FeedView { Limit = 3 };
        for (var pages = 0; ; pages++)
        {
            var feed = await world.Composer.ComposeAsync(Everything with { View = view }, Home, TestContext.Current.CancellationToken);
            seen.AddRange(feed.Entries.Select(entry => entry.Lead.Title));
            Assert.Equal(pages > 0, feed.Links.Any(link => link.Relation == "first" && link.Address.PathAndQuery == "/feed.atom?limit=3"));
            if (feed.Links.FirstOrDefault(link => link.Relation == "next") is not { } next)
            {
                break;
            }

            view = Follow(next).View;
        }

        Assert.Equal(["Story 1", "Story 8", "Story 7", "Story 6", "Story 5", "Story 4", "Story 3", "Story 2"], seen);
    }

    [Fact]
    public async Task Archives_FollowedFromTheFeed_HoldAllThatItDoesNotShow()
    {
        // Minutes apart, hours apart, days apart.
        int[] minutes = [0, 3, 7, 60 * 5, (60 * 5) + 1, 60 * 24 * 3, (60 * 24 * 3) + 30, (60 * 24 * 3) + 95, (60 * 24 * 3) + 200, (60 * 24 * 3) + 215];
        await using var world = await World.OpenAsync([.. minutes.Select(minute => TestStories.Make(minute + 1))]);

        var main = await world.Composer.ComposeAsync(Everything with { View = new FeedView { Limit = 2 } }, Home, TestContext.Current.CancellationToken);
        var seen = main.Entries.Select(entry => entry.Lead.Title).ToHashSet();
        var archives = new List<string>();
        for (var at = main; at.Links.FirstOrDefault(link => link.Relation == "prev-archive") is { } before;)
        {
            var feed = Follow(before);
            archives.Add(feed.View.Archive!.ToString());
            at = await world.Composer.ComposeAsync(feed, Home, TestContext.Current.CancellationToken);
            seen.UnionWith(at.Entries.Select(entry => entry.Lead.Title));
            Assert.True(at.IsArchive);
            Assert.Equal("/feed.atom?limit=2", at.Links.Single(link => link.Relation == "current").Address.PathAndQuery);
        }

        Assert.Equal(minutes.Select(minute => $"Story {minute + 1}").ToHashSet(), seen);
        Assert.Equal(archives.Distinct(), archives);
    }

    [Fact]
    public async Task Archives_OfMoreThanADocumentHolds_GoOnInFurtherParts()
    {
        var stories = Enumerable.Range(0, 620).Select(number =>
        {
            var seen = TestStories.Morning.AddSeconds(number / 10.0);
            return TestStories.Make(number) with { FirstSeen = seen, Updated = seen };
        });
        await using var world = await World.OpenAsync([.. stories, TestStories.Make(5_000), TestStories.Make(5_100)]);

        var at = await world.Composer.ComposeAsync(Everything with { View = new FeedView { Limit = 2 } }, Home, TestContext.Current.CancellationToken);
        var seen = at.Entries.Select(entry => entry.Lead.Title).ToHashSet();
        while (at.Links.FirstOrDefault(link => link.Relation == "prev-archive") is { } before)
        {
            at = await world.Composer.ComposeAsync(Follow(before), Home, TestContext.Current.CancellationToken);
            seen.UnionWith(at.Entries.Select(entry => entry.Lead.Title));
        }

        Assert.Equal(622, seen.Count);
    }

    [Theory]
    [InlineData("2026-11-24T08", true)]
    [InlineData("2026-11-24T09", false)]
    [InlineData("2026-11-24", false)]
    [InlineData("2026-11-25", false)]
    [InlineData("2026-11-23", true)]
    public async Task Archive_OfATimeThatMoreMayComeOf_IsNotCalledOne(string period, bool isOver)
    {
        await using var world = await World.OpenAsync(TestStories.Make(1), TestStories.Make(70));

        var feed = await world.Composer.ComposeAsync(Everything with { View = new FeedView { Archive = ArchivePeriod.Read(period) } }, Home, TestContext.Current.CancellationToken);

        Assert.Equal(isOver, feed.IsArchive);
    }

    private static MergedFeed Follow(PublishedLink link) =>
        Everything with { View = FeedParameters.Of(QueryHelpers.ParseQuery(link.Address.Query)).ReadView().View };

    private static IEnumerable<string> Titles(RenderedFeed feed) =>
        XDocument.Parse(Encoding.UTF8.GetString(feed.Bytes)).Root!.Elements(Atom + "entry").Select(entry => (string)entry.Element(Atom + "title")!);

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

        public MergedFeedComposer Composer { get; private set; } = null!;

        public MergedFeeds Feeds { get; private set; } = null!;

        public FakeTimeProvider Clock { get; } = new();

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
            var options = Options.Create(new HostingOptions());
            world.Composer = new MergedFeedComposer(world.Builder, new FeedArchives(world.Builder), new FeedCatalog(), options, Options.Create(new DoorOptions()), Options.Create(new ImagesOptions()), new Lazy<ImageLinks>());
            world.Feeds = new MergedFeeds(world.Composer, world._changes, options, world._lifetime, world.Clock, NullLogger<MergedFeeds>.Instance);
            return world;
        }

        /// <summary>Saves stories, longer ago than a feed may lag.</summary>
        public async Task SaveAsync(params Story[] stories)
        {
            await SaveAtOnceAsync(stories);
            Clock.Advance(TimeSpan.FromSeconds(2));
        }

        public async Task SaveAtOnceAsync(params Story[] stories)
        {
            await _store.SaveAsync(new StoryBatch(stories, null), TestContext.Current.CancellationToken);
            _changes.Happened();
        }

        public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _held?.SetResult();

        public Task<RenderedFeed> RenderRawAsync(MergedFeedScope scope, CancellationToken? reader = null) => Feeds.RenderAsync(Everything with { Scope = scope }, Home, reader ?? TestContext.Current.CancellationToken);

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
            return new MergedFeedBuilder(new ClusterSearch(search, reader, TimeProvider.System), search, store, new CleanBodies());
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
