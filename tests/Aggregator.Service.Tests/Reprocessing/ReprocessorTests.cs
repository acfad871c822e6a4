using System.Reflection;
using Aggregator.Content.Clustering;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Archive;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Reprocessing;
using Aggregator.Service.Rules;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Reprocessing;

/// <summary>Two stories to be made again, with a fault of the program's own on the way.</summary>
public sealed class ReprocessorTests : IAsyncDisposable
{
    private static readonly FeedSource Source = new() { Address = new Uri("https://test.example/feed"), FullText = false };

    private readonly TestFolder _folder = new();
    private readonly TestMeters _meters = new();
    private IStoryStore? _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AStageThrowsOnOneStory_MakesTheOthersAndCountsIt()
    {
        var faults = 1;
        using var reprocessor = await OpenAsync(method => method.Name == nameof(IStoryStore.FindStoryAsync) && faults-- > 0);

        await reprocessor.RunAsync(Token);

        Assert.Equal(new ReprocessingState(ReprocessingPhase.Done, 2, 2, 1, 0, null) { SetAside = 1 }, reprocessor.State);
        Assert.Equal(["New title of 2", "Story 1"], (await _store!.QueryAsync(new StoryQuery(), Token)).Stories.Select(story => story.Title));
    }

    [Fact]
    public async Task Run_SomethingThrowsBetweenStories_EndsAndTellsWhoAsked()
    {
        var faults = 1;
        using var reprocessor = await OpenAsync(method => method.Name == nameof(IStoryStore.QueryAsync) && faults-- > 0);

        await reprocessor.RunAsync(Token);

        Assert.Equal(ReprocessingPhase.Failed, reprocessor.State.Phase);
        Assert.Contains("a fault of ours", reprocessor.State.Note, StringComparison.Ordinal);
        await reprocessor.RunAsync(Token);
        Assert.Equal(ReprocessingPhase.Done, reprocessor.State.Phase);
    }

    /// <summary>One is edited after the archive was opened and before its turn, the other after it was made again and before it is stored.</summary>
    [Fact]
    public async Task Run_StoriesThatAPollStoresAnewMeanwhile_KeepTheEdit()
    {
        var stages = new Queue<(string Method, int Number)>([(nameof(IStoryStore.FindStoryAsync), 1), (nameof(IStoryStore.FindFingerprintsAsync), 2)]);
        using var reprocessor = await OpenAsync(method =>
        {
            if (stages.TryPeek(out var stage) && method.Name == stage.Method)
            {
                stages.Dequeue();
                var edited = TestStories.Make(stage.Number) with { Feed = Source.Id, BodySource = BodySource.Feed, Fingerprint = "edited", Title = $"Corrected {stage.Number}" };
                _store!.SaveAsync(new StoryBatch([edited], null), Token).GetAwaiter().GetResult();
            }

            return false;
        });

        await reprocessor.RunAsync(Token);

        Assert.Empty(stages);
        Assert.Equal((ReprocessingPhase.Done, 0), (reprocessor.State.Phase, reprocessor.State.Changed));
        Assert.Equal(["Corrected 2", "Corrected 1"], (await _store!.QueryAsync(new StoryQuery(), Token)).Stories.Select(story => story.Title));
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        _meters.Dispose();
        _folder.Dispose();
    }

    private async Task<Reprocessor> OpenAsync(Func<MethodInfo, bool> throws)
    {
        var store = _store = await StorageRegistration.OpenAsync(_folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        var archive = new PageArchive(new ServicePaths(_folder.Feeds, _folder.Data), Options.Create(new StorageOptions { PagesMegabytes = 16 }), TimeProvider.System, NullLogger<PageArchive>.Instance);
        foreach (var number in (int[])[1, 2])
        {
            var story = TestStories.Make(number) with { Feed = Source.Id, BodySource = BodySource.Feed };
            await store.SaveAsync(new StoryBatch([story], null), Token);
            archive.Keep(new ArchivedEntry(story.Id, Source.Address, "The Test", null, "en", new FeedEntry { Key = $"{number}", Fingerprint = $"{number}", Id = $"{number}", Title = $"New title of {number}", Link = story.Link, KnownAs = story.Id }));
        }

        var faulty = FaultyStore.Of((method, arguments) => throws(method) ? throw new InvalidOperationException("a fault of ours") : method.Invoke(store, arguments));
        var catalog = new FeedCatalog();
        catalog.Replace(new FeedList([Source], []));
        var (clustering, clock) = (new ClusteringOptions(), TimeProvider.System);
        var window = new ClusterWindow(store, clustering, clock, NullLogger<ClusterWindow>.Instance);
        var enricher = new StoryEnricher(new TopicsInForce(), new RulesInForce(), catalog, window, store, new PollMetrics(_meters, clock));
        return new Reprocessor(
            archive, faulty, catalog, enricher, window, clustering, SiteRules.None, Options.Create(new FetchingOptions()), Options.Create(new PollingOptions()), new StoreChanges(), clock, NullLoggerFactory.Instance);
    }
}
