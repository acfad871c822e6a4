using System.Collections.Concurrent;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.PostgreSql;

namespace Aggregator.Storage.Tests;

/// <summary>Several processes on one database: who polls what, and what they tell one another.</summary>
public sealed partial class PostgreSqlStoryStoreTests
{
    [Fact]
    public async Task Claim_TwoProcessesOnOneDatabase_ShareTheFeeds()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        var feeds = Outlets(100);
        await one.ActivateFeedsAsync(feeds, Token);

        var claimed = new ConcurrentBag<FeedId>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), Token, async (round, token) =>
        {
            foreach (var state in await (round % 2 == 0 ? one : other).ClaimDueFeedsAsync(At, 7, Lease, token))
            {
                claimed.Add(state.Id);
            }
        });

        Assert.Equal(feeds.Select(feed => feed.Id.Value), claimed.Select(feed => feed.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Activate_SecondProcess_MakesNothingDueAndEndsNobodysClaim()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        var feeds = Outlets(30);
        await one.ActivateFeedsAsync(feeds, Token);
        var claimed = await one.ClaimDueFeedsAsync(At, 30, TimeSpan.FromHours(2), Token);
        foreach (var state in claimed.Take(15))
        {
            await one.SaveAsync(new StoryBatch([], state with { NextPoll = At.AddHours(1), LastPoll = At }), Token);
        }

        await using var other = await Open(schema);
        await other.ActivateFeedsAsync([.. feeds.Select(feed => feed with { FirstPoll = At.AddMinutes(1) })], Token);

        Assert.Empty(await other.ClaimDueFeedsAsync(At.AddMinutes(2), 30, Lease, Token));
        FeedState[] later = [.. await other.ClaimDueFeedsAsync(At.AddHours(1), 30, Lease, Token), .. await one.ClaimDueFeedsAsync(At.AddHours(1), 30, Lease, Token)];
        Assert.Equal(claimed.Take(15).Select(state => state.Id.Value), later.Select(state => state.Id.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Claim_ProcessIsDead_OthersTakeItsFeedsOver()
    {
        var schema = NewSchema();
        await using var survivor = await Open(schema);
        await survivor.ActivateFeedsAsync(Outlets(30), Token);
        await using var dying = await PostgreSqlStoryStore.OpenAsync(await Options(schema, heartbeat: TimeSpan.FromHours(1)), TimeProvider.System, Token);
        var claimed = await dying.ClaimDueFeedsAsync(At, 30, Lease, Token);
        var own = await survivor.ClaimDueFeedsAsync(At, 30, Lease, Token);
        Assert.Equal(30, claimed.Count + own.Count);

        await server.ExecuteAsync($"update {schema}.nodes set last_seen = now() - interval '31 seconds' where id = '{dying.Node}'");

        var taken = await survivor.ClaimDueFeedsAsync(At, 30, Lease, Token);
        Assert.Equal(claimed.Select(state => state.Id), taken.Select(state => state.Id));

        // It was only slow: what it read is stored once, and the state is the survivor's to tell.
        var feed = claimed[0].Id;
        await dying.SaveAsync(new StoryBatch([Story(feed, 1)], claimed[0] with { NextPoll = At.AddHours(1), Polls = 1 }), Token);
        Assert.Equal(0, (await survivor.FindFeedStateAsync(feed, Token))!.Polls);
        Assert.Empty(await dying.ClaimDueFeedsAsync(At, 30, Lease, Token));
        var saved = await survivor.SaveAsync(new StoryBatch([Story(feed, 1)], taken[0] with { NextPoll = At.AddHours(2), Polls = 1 }), Token);
        Assert.Equal(new SaveResult(0, 1), saved);
        Assert.Equal((1, At.AddHours(2)), ((await dying.FindFeedStateAsync(feed, Token))!.Polls, (await dying.FindFeedStateAsync(feed, Token))!.NextPoll));
    }

    [Fact]
    public async Task Claim_ProcessEndsInOrder_OthersHaveItsFeedsAtOnce()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await one.ActivateFeedsAsync(Outlets(30), Token);
        await using (var other = await Open(schema))
        {
            Assert.NotEmpty(await other.ClaimDueFeedsAsync(At, 30, Lease, Token));
        }

        Assert.Equal(30, (await one.ClaimDueFeedsAsync(At, 30, Lease, Token)).Count);
    }

    [Fact]
    public async Task Node_TimePasses_SaysThatItIsAlive()
    {
        var schema = NewSchema();
        await using var store = await PostgreSqlStoryStore.OpenAsync(await Options(schema, heartbeat: TimeSpan.FromMilliseconds(20)), TimeProvider.System, Token);

        await server.ExecuteAsync($"update {schema}.nodes set last_seen = now() - interval '1 hour'");

        while (await server.ExecuteAsync($"select 1 from {schema}.nodes where last_seen > now() - interval '1 minute'") is null)
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Claim_AnotherProcessOnlyAsksQuestions_ItOwnsNoFeeds()
    {
        var schema = NewSchema();
        await using var polling = await Open(schema);
        await using var asking = await Open(schema);
        await polling.ActivateFeedsAsync(Outlets(30), Token);

        Assert.Empty((await asking.QueryAsync(new StoryQuery(), Token)).Stories);
        Assert.Equal(30, (await polling.ClaimDueFeedsAsync(At, 30, Lease, Token)).Count);
    }

    /// <summary>So that the pace at which a host is asked is one process's to keep.</summary>
    [Fact]
    public async Task Claim_ManyFeedsOfOneHost_AreOneProcesssAlone()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        await one.ActivateFeedsAsync([.. Enumerable.Range(0, 20).Select(number => new FeedActivation(new FeedId($"{number:x16}"), new Uri($"https://wire.example/{number}"), At))], Token);

        var claimed = new[] { (await one.ClaimDueFeedsAsync(At, 5, Lease, Token)).Count, (await other.ClaimDueFeedsAsync(At, 5, Lease, Token)).Count };

        Assert.Equal([0, 5], claimed.Order());
    }

    [Fact]
    public async Task Claim_NewProcessOwnsAHostThatAnotherStillPolls_WaitsForIt()
    {
        var schema = NewSchema();
        await using var first = await Open(schema);
        var feeds = Enumerable.Range(0, 40).SelectMany(host => new[] { Of(host, 0), Of(host, 1) }).ToList();
        await first.ActivateFeedsAsync(feeds, Token);
        var held = await first.ClaimDueFeedsAsync(At, 40, Lease, Token);

        await using var second = await Open(schema);
        var taken = await second.ClaimDueFeedsAsync(At, 80, Lease, Token);
        foreach (var state in held)
        {
            await first.SaveAsync(new StoryBatch([], state with { NextPoll = At.AddHours(1), LastPoll = At }), Token);
        }

        var later = await second.ClaimDueFeedsAsync(At, 80, Lease, Token);
        Assert.Empty(taken.Select(HostOf).Intersect(held.Select(HostOf)));
        Assert.NotEmpty(later.Select(HostOf).Intersect(held.Select(HostOf)));
        Assert.Empty(held.Select(state => state.Id).Intersect(later.Select(state => state.Id)));

        static FeedActivation Of(int host, int feed) => new(new FeedId($"{(feed * 40) + host:x16}"), new Uri($"https://outlet{host}.example/{feed}"), At);
        static string HostOf(FeedState state) => state.Address.Host;
    }

    [Fact]
    public async Task TakeOthersChanges_AnotherProcessStoresAndDeletes_TellsThisOneOnce()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        await one.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
        Assert.Equal(OthersChanges.None.Count, (await other.TakeOthersChangesAsync(Token)).Count);

        await one.SaveAsync(new StoryBatch([Story(Wire, 2), Story(Wire, 3)], null), Token);
        await one.DeleteStoriesAsync([Story(Wire, 1).Id], StoryEnd.ForGood, Token);
        await other.SaveAsync(new StoryBatch([Story(Wire, 4)], null), Token);

        var told = await other.TakeOthersChangesAsync(Token);
        Assert.Equal((3, true), (told.Count, told.IsWhole));
        Assert.Equal([Story(Wire, 2).Id, Story(Wire, 3).Id], told.Stories.Select(story => story.Id).OrderBy(id => id == Story(Wire, 3).Id));
        Assert.All(told.Stories, story => Assert.NotNull(story.Body));
        Assert.Equal(0, (await other.TakeOthersChangesAsync(Token)).Count);
    }

    [Fact]
    public async Task Save_SameArticleByTwoProcessesAtOnce_IsOneStory()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        for (var round = 0; round < 20; round++)
        {
            var story = Story(Wire, round);
            var again = Story(Gazette, round) with { Link = story.Link };

            var saved = await Task.WhenAll(one.SaveAsync(new StoryBatch([story], null), Token), other.SaveAsync(new StoryBatch([again], null), Token));

            Assert.Equal((1, 1), (saved.Sum(result => result.Added), saved.Sum(result => result.Carried)));
        }

        Assert.Equal(20, (await one.CountAsync(Token)).Stories);
        Assert.Equal(20, (await one.QueryAsync(new StoryQuery { Feeds = [Gazette] }, Token)).Stories.Count);
    }

    [Fact]
    public async Task Save_SameStoryByTwoProcessesAtOnce_IsCountedOnce()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        for (var round = 0; round < 20; round++)
        {
            var saved = await Task.WhenAll(
                one.SaveAsync(new StoryBatch([Story(Wire, round, "AI")], null), Token), other.SaveAsync(new StoryBatch([Story(Wire, round, "Space")], null), Token));

            Assert.Equal((1, 1), (saved.Sum(result => result.Added), saved.Sum(result => result.Replaced)));
        }

        var counts = await one.CountAsync(Token);
        Assert.Equal((20, 20), (counts.Stories, counts.ByTopic.Values.Sum()));
    }

    [Fact]
    public async Task Open_SeveralProcessesAtOnce_MakeTheTablesOnce()
    {
        var schema = NewSchema();

        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Open(schema)));

        await stores[0].SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
        Assert.Equal([1], await Numbers(stores[5], new StoryQuery()));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }
}
