using System.Text.Json.Nodes;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.World;
using Aggregator.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>Two services on one PostgreSQL database.</summary>
public sealed class SharedDatabaseTests(PostgreSqlServer server)
{
    [Fact]
    public async Task TwoServices_OneDatabase_AskEachFeedOnceAndShowTheSame()
    {
        await using var world = await NewsWorld.StartAsync();
        using var one = new TestFolder();
        using var other = new TestFolder();
        var setting = ("Storage:PostgreSql", await server.ConnectAsync());
        var feeds = world.FeedsJson(NewsWorld.GoodFeeds.Keys);

        // Asked before the first poll, so that what is shown later is not what it was made of then.
        await using var first = await RunningService.StartAsync(one, world.FeedsJson([]), setting);
        await using var second = await RunningService.StartAsync(other, world.FeedsJson([]), setting);
        Assert.Empty(await first.AllStoriesAsync());
        Assert.Empty(await second.AllStoriesAsync());
        await Task.WhenAll(File.WriteAllTextAsync(one.Feeds, feeds, TestContext.Current.CancellationToken), File.WriteAllTextAsync(other.Feeds, feeds, TestContext.Current.CancellationToken));

        await first.PolledAsync(NewsWorld.GoodFeeds.Count);
        await second.PolledAsync(NewsWorld.GoodFeeds.Count);
        var stories = await first.AllStoriesAsync();
        Assert.Equal(stories.Select(IdOf), (await second.AllStoriesAsync()).Select(IdOf));
        await Eventually.HoldsAsync(async () => (await first.GetTextAsync("/feed.atom")).Contains(IdOf(stories[0]), StringComparison.Ordinal));
        await Eventually.HoldsAsync(async () => (await second.GetTextAsync("/feed.atom")).Contains(IdOf(stories[0]), StringComparison.Ordinal));
        await Assert.ThrowsAsync<StoreException>(() => RunningService.StartAsync(one, feeds, setting));
        Assert.All(NewsWorld.GoodFeeds.Keys, feed => Assert.Single(world.Requests, request => request.Path == feed));

        static string IdOf(JsonNode story) => (string)story["id"]!;
    }

    /// <summary>Another process read feeds.json sooner and told the store of a feed that this one does not know yet.</summary>
    [Fact]
    public async Task Claim_OfAFeedThatIsNotKnownYet_IsGivenBack()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");
        var store = service.Services.GetRequiredService<IStoryStore>();
        var due = DateTimeOffset.UnixEpoch;

        await store.ActivateFeedsAsync([new FeedActivation(new FeedId("00000000000000aa"), new Uri("https://wire.example/"), due)], TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => Task.FromResult(service.Services.GetRequiredService<PollProgress>().Snapshot().FeedsDone > 0));

        await Eventually.HoldsAsync(async () => (await store.ClaimDueFeedsAsync(DateTimeOffset.UtcNow, 1, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Count == 1);
    }
}
