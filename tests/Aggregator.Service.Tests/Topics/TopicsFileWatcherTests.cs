using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Topics;

public sealed class TopicsFileWatcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Edit_GoodThenBadThenGood_LastGoodStaysInForceWithThePlaceOfTheMistakeTold()
    {
        using var folder = new TestFolder();
        await using var watching = await WatchAsync(folder);

        await File.WriteAllTextAsync(folder.Topics, TestDefinitions.Json("Harbours", "harbour*"), Token);
        await watching.UntilAsync(() => watching.Topics.Topics.Any(topic => topic.Name == "Harbours"));

        await File.WriteAllTextAsync(folder.Topics, TestDefinitions.Json("Harbours", "harbour*", "A title about ships"), Token);
        await watching.UntilAsync(() => watching.Topics.BrokenBecause is not null);
        Assert.StartsWith($"{folder.Topics}:4:16: expected the title to get the topic \"Harbours\"", watching.Topics.BrokenBecause, StringComparison.Ordinal);
        Assert.Contains(watching.Topics.Topics, topic => topic.Name == "Harbours");

        await File.WriteAllTextAsync(folder.Topics, TestDefinitions.Json("Ships", "ship*", "Ships"), Token);
        await watching.UntilAsync(() => watching.Topics.BrokenBecause is null);
        Assert.DoesNotContain(watching.Topics.Topics, topic => topic.Name == "Harbours");
        Assert.Contains(watching.Topics.Topics, topic => topic.Name == "Ships");
    }

    [Fact]
    public async Task Edit_OtherEncoding_IsToldWithItsPlace()
    {
        using var folder = new TestFolder();
        await using var watching = await WatchAsync(folder);

        await File.WriteAllBytesAsync(folder.Topics, [.. "{\n  \"topics\": [], "u8, 0xFC, .. "}"u8], Token);
        await watching.UntilAsync(() => watching.Topics.BrokenBecause is not null);

        Assert.StartsWith($"{folder.Topics}:2:17: expected UTF-8", watching.Topics.BrokenBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_FileTakenAway_LeavesWhatIsBuiltIn()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Topics, TestDefinitions.Json("Harbours", "harbour*", "Harbours"), Token);
        await using var watching = await WatchAsync(folder);
        Assert.Contains(watching.Topics.Topics, topic => topic.Name == "Harbours");

        File.Delete(folder.Topics);
        await watching.UntilAsync(() => watching.Topics.Topics.All(topic => topic.Name != "Harbours"));

        Assert.Equal(TopicDefinitions.BuiltIn.Version, watching.Topics.Definitions.Version);
    }

    [Fact]
    public async Task Start_BadFile_StopsTheStart()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Topics, """{ "topics": [ { "name": "X", "phrases": {} } ] }""", Token);

        var fault = Assert.Throws<StartException>(() => new TopicsFile(folder.Topics, new TopicsInForce()).LoadAtStart());

        Assert.StartsWith($"{folder.Topics}:1:15: expected a topic to have \"phrases\"", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<Watching> WatchAsync(TestFolder folder)
    {
        var clock = new FakeTimeProvider();
        var topics = new TopicsInForce();
        var file = new TopicsFile(folder.Topics, topics);
        file.LoadAtStart();
        var watcher = new TopicsFileWatcher(file, topics, clock, NullLogger<TopicsFileWatcher>.Instance);
        await watcher.StartAsync(Token);
        return new Watching(watcher, topics, clock);
    }

    /// <summary>A watcher at work, whose clock the test moves.</summary>
    private sealed class Watching(TopicsFileWatcher watcher, TopicsInForce topics, FakeTimeProvider clock) : IAsyncDisposable
    {
        public TopicsInForce Topics => topics;

        /// <summary>Lets the watcher look at the file until what it does shows.</summary>
        public Task UntilAsync(Func<bool> condition) => Eventually.HoldsAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(condition());
        });

        public async ValueTask DisposeAsync()
        {
            await watcher.StopAsync(CancellationToken.None);
            watcher.Dispose();
        }
    }
}
