using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Catalog;

public sealed class FeedListWatcherTests
{
    [Fact]
    public async Task Edit_StoreFailsAtFirst_IsTriedAgainUntilTheStoreTakesIt()
    {
        using var folder = new TestFolder();
        var activated = new List<int>();
        var store = FaultyStore.Of((method, arguments) =>
        {
            if (method.Name != nameof(IStoryStore.ActivateFeedsAsync))
            {
                return Other(method.Name);
            }

            var feeds = ((IReadOnlyCollection<FeedActivation>)arguments[0]!).Count;
            lock (activated)
            {
                activated.Add(feeds);
                return activated.Count <= 2 ? throw new StoreException("the disk is full") : Task.CompletedTask;
            }
        });
        await using var watching = await WatchAsync(folder, store);

        await File.WriteAllTextAsync(folder.Feeds, """{ "feeds": [ { "url": "https://a.example/" }, { "url": "https://b.example/" } ] }""", TestContext.Current.CancellationToken);
        await watching.UntilAsync(() => activated.Count >= 3);
        await watching.LookAgainAsync();

        Assert.Equal([2, 2, 2], activated);
    }

    [Fact]
    public async Task Edit_SavedInAnotherEncoding_KeepsTheLastGoodListAndGoesOnWatching()
    {
        using var folder = new TestFolder();
        await using var watching = await WatchAsync(folder, FaultyStore.Of((method, _) => method.Name == nameof(IStoryStore.ActivateFeedsAsync) ? Task.CompletedTask : Other(method.Name)));

        await File.WriteAllBytesAsync(folder.Feeds, [.. "{ \"feeds\": [ { \"url\": \"https://b.example/\", \"title\": \""u8, 0xFC, .. "\" } ] }"u8], TestContext.Current.CancellationToken);
        await watching.UntilAsync(() => watching.Catalog.BrokenBecause is not null);
        Assert.Equal("a.example", Assert.Single(watching.Catalog.Feeds.Values).Address.Host);

        await File.WriteAllTextAsync(folder.Feeds, """{ "feeds": [ { "url": "https://b.example/", "title": "ü" } ] }""", TestContext.Current.CancellationToken);
        await watching.UntilAsync(() => watching.Catalog.BrokenBecause is null);
        Assert.Equal("b.example", Assert.Single(watching.Catalog.Feeds.Values).Address.Host);
    }

    /// <summary>The store is told beforehand what is kept of the feeds.</summary>
    private static KeepRules? Other(string method) => method == $"get_{nameof(IStoryStore.Kept)}" ? new KeepRules(new StoryRetention()) : null;

    private static async Task<Watching> WatchAsync(TestFolder folder, IStoryStore store)
    {
        await File.WriteAllTextAsync(folder.Feeds, """{ "feeds": [ { "url": "https://a.example/" } ] }""", TestContext.Current.CancellationToken);
        var clock = new FakeTimeProvider();
        var catalog = new FeedCatalog();
        var file = new FeedListFile(folder.Feeds, catalog);
        file.LoadAtStart();
        var watcher = new FeedListWatcher(file, catalog, new CatalogActivation(catalog, store, clock), clock, NullLogger<FeedListWatcher>.Instance);
        await watcher.StartAsync(TestContext.Current.CancellationToken);
        return new Watching(watcher, catalog, clock);
    }

    /// <summary>A watcher at work, whose clock the test moves.</summary>
    private sealed class Watching(FeedListWatcher watcher, FeedCatalog catalog, FakeTimeProvider clock) : IAsyncDisposable
    {
        public FeedCatalog Catalog => catalog;

        /// <summary>Lets the watcher look at the file until what it does shows.</summary>
        public Task UntilAsync(Func<bool> condition) => Eventually.HoldsAsync(async () =>
        {
            await LookAgainAsync();
            return condition();
        });

        public Task LookAgainAsync()
        {
            Assert.False(watcher.ExecuteTask!.IsCompleted, watcher.ExecuteTask.Exception?.ToString());
            clock.Advance(TimeSpan.FromSeconds(2));
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await watcher.StopAsync(CancellationToken.None);
            watcher.Dispose();
        }
    }
}
