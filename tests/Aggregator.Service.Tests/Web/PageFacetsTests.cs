using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Rules;
using Aggregator.Service.Search;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;
using Aggregator.Service.Web;

namespace Aggregator.Service.Tests.Web;

public sealed class PageFacetsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("body", "/?q=body%20topic%3Aai", "/?q=body%20since%3A2026-11-24%20until%3A2026-11-25")]
    [InlineData("body OR none", "/?q=%28body%20OR%20none%29%20topic%3Aai", "/?q=%28body%20OR%20none%29%20since%3A2026-11-24%20until%3A2026-11-25")]
    [InlineData("-none sort:new", "/?q=-none%20sort%3Anew%20topic%3Aai", "/?q=-none%20sort%3Anew%20since%3A2026-11-24%20until%3A2026-11-25")]
    public async Task Count_AnyQuery_LinksToWhatNarrowsIt(string query, string topic, string day)
    {
        await using var world = await World.OpenAsync(textsCanBeSearched: true);

        var column = (await world.CountAsync(query))!;

        Assert.Equal(["Topics", "Sources", "Days"], column.Groups.Select(group => group.Name));
        Assert.Equal([new FacetLink("AI", 2, topic), new FacetLink("none-any-more", 1, null)], column.Groups[0].Links);
        Assert.Equal([new FacetLink("25 November 2026", 1, day.Replace("11-25", "11-26", StringComparison.Ordinal).Replace("11-24", "11-25", StringComparison.Ordinal)), new FacetLink("24 November 2026", 2, day)], column.Groups[2].Links);
        Assert.Null(Assert.Single(column.Groups[1].Links).Path);
    }

    [Theory]
    [InlineData("body", false)]
    [InlineData("body OR none sort:new", true)]
    [InlineData("nothing-at-all", true)]
    public async Task Count_WhereItCannotBeDone_IsNothing(string query, bool textsCanBeSearched)
    {
        await using var world = await World.OpenAsync(textsCanBeSearched);

        Assert.Null(await world.CountAsync(query));
    }

    [Fact]
    public async Task Count_OfAFailingStore_IsNothing()
    {
        await using var world = await World.OpenAsync(textsCanBeSearched: true);
        world.Fails = true;

        Assert.Null(await world.CountAsync("body"));
    }

    /// <summary>Counts over a store of three stories.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly StoryQueryReader _reader;
        private IStoryStore _store = null!;
        private StorySearch _search = null!;
        private PageFacets _facets = null!;

        private World()
        {
            var topics = new TopicsInForce();
            topics.Replace(TopicDefinitions.BuiltIn);
            _reader = new StoryQueryReader(new FeedCatalog(), topics, new RulesInForce(), TimeProvider.System);
        }

        public bool Fails { get; set; }

        public static async Task<World> OpenAsync(bool textsCanBeSearched)
        {
            var world = new World();
            world._store = await StorageRegistration.OpenAsync(world._folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
            await world._store.SaveAsync(new StoryBatch([TestStories.Make(1, null, "AI"), TestStories.Make(2, null, "AI", "None any more"), TestStories.Make(24 * 60)], null), Token);
            var watched = FaultyStore.Of((method, arguments) => method.Name == $"get_{nameof(IStoryStore.CanSearchText)}" ? textsCanBeSearched
                : world.Fails ? throw new StoreException("the disk is gone")
                : method.Invoke(world._store, arguments));
            world._search = new StorySearch(watched, new ClusterReader(watched), new SearchLimits(), TimeProvider.System);
            world._facets = new PageFacets(world._search, world._reader, new FeedCatalog(), watched);
            return world;
        }

        public Task<FacetColumn?> CountAsync(string query)
        {
            var (condition, _) = _reader.ReadCondition(query);
            return _facets.CountAsync(MergedFeedScope.Everything with { Narrowed = new ScopeQuery(query, condition!) }, Token);
        }

        public async ValueTask DisposeAsync()
        {
            _search.Dispose();
            await _store.DisposeAsync();
            _folder.Dispose();
        }
    }
}
