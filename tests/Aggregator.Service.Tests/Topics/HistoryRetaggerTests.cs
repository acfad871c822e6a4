using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.History;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Rules;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aggregator.Service.Tests.Topics;

public sealed class HistoryRetaggerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OtherDefinitions_ReachEveryStoryOnceAndChangeNothingTheSecondTime()
    {
        await using var world = await World.OpenAsync(stories: 250);
        world.Topics.Replace(TestDefinitions.Of("Tellings", "story"));

        var first = await world.RetagAsync();
        var second = await world.RetagAsync();

        Assert.Equal((RetagState.Done, 250, 250, 250), (first.State, first.Stories, first.Of, first.Changed));
        Assert.Equal((RetagState.Done, 250, 0), (second.State, second.Stories, second.Changed));
        Assert.Equal(250, await world.CountAsync("tellings"));
        var story = (await world.Store.QueryAsync(new StoryQuery { Limit = 1 }, Token)).Stories[0];
        Assert.Equal(story.FirstSeen, story.Updated);
    }

    [Fact]
    public async Task Run_Since_LeavesOlderStoriesAlone()
    {
        await using var world = await World.OpenAsync(stories: 10);
        world.Topics.Replace(TestDefinitions.Of("Tellings", "story"));

        var run = await world.RetagAsync(since: TestStories.Morning.AddMinutes(6));

        Assert.Equal((4, 4, null), (run.Stories, run.Changed, run.Of));
        Assert.Equal(4, await world.CountAsync("tellings"));
    }

    [Fact]
    public async Task Run_BrokenOffByARestart_GoesOnWhereItWas()
    {
        await using var world = await World.OpenAsync(stories: 250);
        world.Topics.Replace(TestDefinitions.Of("Tellings", "story"));
        using (var process = new CancellationTokenSource())
        {
            var dying = world.NewRetagger(afterSaves: saves =>
            {
                if (saves == 1)
                {
                    process.Cancel();
                }
            });
            await dying.BeginAsync(null, Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dying.WorkAsync(resume: false, process.Token));
        }

        var asked = new List<StoryQuery>();
        var next = world.NewRetagger(asked);
        Assert.Equal(RetagState.Running, next.Run!.State);
        var run = await World.EndAsync(next, resume: true);

        Assert.Equal((RetagState.Done, 250, 250), (run.State, run.Stories, run.Changed));
        Assert.NotNull(asked[0].After);
        Assert.Equal(250, await world.CountAsync("tellings"));
    }

    [Fact]
    public async Task Run_DefinitionsReplacedMeanwhile_BeginsAgainWithTheNewOnes()
    {
        await using var world = await World.OpenAsync(stories: 250);
        world.Topics.Replace(TestDefinitions.Of("Tellings", "story"));
        var retagger = world.NewRetagger(afterSaves: saves =>
        {
            if (saves == 1)
            {
                world.Topics.Replace(TestDefinitions.Of("Numbers", "story"));
            }
        });
        await retagger.BeginAsync(null, Token);

        var run = await World.EndAsync(retagger, resume: false);

        Assert.Equal((RetagState.Done, 250), (run.State, run.Stories));
        Assert.Contains("changed meanwhile", run.Note, StringComparison.Ordinal);
        Assert.Equal((0, 250), (await world.CountAsync("tellings"), await world.CountAsync("numbers")));
    }

    [Fact]
    public async Task Run_SameDefinitionsReadAgainMeanwhile_CountsEveryStoryOnce()
    {
        await using var world = await World.OpenAsync(stories: 50);
        world.Topics.Replace(TestDefinitions.Of("Tellings", "story"));
        var retagger = world.NewRetagger(afterSaves: saves => world.Topics.Replace(TestDefinitions.Of("Tellings", "story")));
        await retagger.BeginAsync(null, Token);

        var run = await World.EndAsync(retagger, resume: false);

        Assert.Equal((RetagState.Done, 50, 50, null), (run.State, run.Stories, run.Changed, run.Note));
    }

    [Fact]
    public async Task Stop_UnderWay_KeepsWhatWasTaggedAndGoesNoFurther()
    {
        await using var world = await World.OpenAsync(stories: 250);
        world.Topics.Replace(TestDefinitions.Of("Tellings", "story"));
        HistoryRetagger retagger = null!;
        retagger = world.NewRetagger(afterSaves: saves => retagger.Stop());
        await retagger.BeginAsync(null, Token);

        var run = await World.EndAsync(retagger, resume: false);

        Assert.Equal(RetagState.Stopped, run.State);
        Assert.Equal(100, await world.CountAsync("tellings"));
    }

    [Fact]
    public async Task Run_StoreFails_WaitsAndGoesOn()
    {
        await using var world = await World.OpenAsync(stories: 10);
        world.Topics.Replace(TestDefinitions.Of("Tellings", "story"));
        var retagger = world.NewRetagger(afterSaves: saves => _ = saves == 1 ? throw new StoreException("the disk is full") : saves);
        await retagger.BeginAsync(null, Token);

        var run = await World.EndAsync(retagger, resume: false);

        Assert.Equal((RetagState.Done, 10), (run.State, run.Stories));
        Assert.Equal(10, await world.CountAsync("tellings"));
    }

    [Fact]
    public void File_ThatIsDamaged_IsAsIfThereWereNone()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.Feeds, "{ \"state\": ");

        Assert.Null(new RetagFile(folder.Feeds).Read());
    }

    /// <summary>A store of numbered stories, and retaggers over it as processes would have them, one after the other.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly PollProgress _progress = new();

        public IStoryStore Store { get; private set; } = null!;

        public TopicsInForce Topics { get; } = new();

        public static async Task<World> OpenAsync(int stories)
        {
            var world = new World();
            world.Store = await StorageRegistration.OpenAsync(world._folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
            await world.Store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, stories).Select(number => TestStories.Make(number))], null), Token);
            return world;
        }

        /// <summary>A retagger; after each save of tags it tells how many there were.</summary>
        public HistoryRetagger NewRetagger(List<StoryQuery>? asked = null, Action<int>? afterSaves = null)
        {
            var saves = 0;
            var store = FaultyStore.Of((method, arguments) =>
            {
                if (method.Name == nameof(IStoryStore.QueryAsync))
                {
                    asked?.Add((StoryQuery)arguments[0]!);
                }

                return method.Name == nameof(IStoryStore.RetagAsync) ? RetagAsync(arguments) : method.Invoke(Store, arguments);
            });
            return new HistoryRetagger(
                new StoryHistory(store), store, new FeedCatalog(), Topics, new RulesInForce(), new HistoryPace(_progress, TimeProvider.System), new StoreChanges(),
                new RetagFile(Path.Combine(_folder.Data, "retag.json")), new HastyClock(), NullLogger<HistoryRetagger>.Instance);

            async Task<int> RetagAsync(object?[] arguments)
            {
                var changed = await Store.RetagAsync((IReadOnlyCollection<StoryTagging>)arguments[0]!, (DateTimeOffset)arguments[1]!, Token);
                afterSaves?.Invoke(++saves);
                return changed;
            }
        }

        public async Task<RetagRun> RetagAsync(DateTimeOffset? since = null)
        {
            var retagger = NewRetagger();
            await retagger.BeginAsync(since, Token);
            return await EndAsync(retagger, resume: false);
        }

        /// <summary>Lets a retagger work until its run has ended.</summary>
        public static async Task<RetagRun> EndAsync(HistoryRetagger retagger, bool resume)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var work = retagger.WorkAsync(resume, end.Token);
            await Eventually.HoldsAsync(() => Task.FromResult(retagger.Run!.State != RetagState.Running || work.IsCompleted));
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
            return retagger.Run!;
        }

        public async Task<long> CountAsync(string slug) => (await Store.CountAsync(Token)).ByTopic.GetValueOrDefault(slug);

        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            _folder.Dispose();
        }
    }
}
