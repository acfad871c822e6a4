using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.Tests;

/// <summary>What the operator's rules do to stories.</summary>
public abstract partial class StoryStoreContract
{
    [Fact]
    public async Task Save_StoryWithWhatRulesDid_ThenReopen_HoldsItAndItsCounts()
    {
        using var folder = new TemporaryFolder();
        RuleEffect[] effects = [new("Bees", RuleAction.Boost, Weight: -1.5), new("Bees", RuleAction.Feed, "To read"), new("Ünic", RuleAction.Tag, "AI")];
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI") with { Rules = effects }, Story(Wire, 2)], null), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal(effects, (await again.FindStoryAsync(Story(Wire, 1).Id, Token))!.Rules);
        Assert.Equal([1], await Numbers(again, new StoryQuery { SavedFeed = "to-read" }));
        var counts = await again.CountAsync(Token);
        Assert.Equal((1, 1, 1), (counts.BySavedFeed["to-read"], counts.ByRule["bees"], counts.ByRule["ünic"]));
    }

    [Fact]
    public async Task Query_MutedStories_AreFoundOnlyWhereAskedFor()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 9).Select(number => Muted(number, number % 3 == 0))], null), Token);

        Assert.Equal([1, 2, 4, 5, 7, 8], await Numbers(store, new StoryQuery()));
        Assert.Equal([0, 3, 6], await Numbers(store, new StoryQuery { Topics = ["ai"], Feeds = [Wire], Muted = MutedStories.Only }));
        Assert.Equal(Enumerable.Range(0, 9), await Numbers(store, new StoryQuery { Topics = ["ai"], Muted = MutedStories.Included }));
        Assert.Equal((9, 6), ((await store.CountAsync(Token)).Stories, (await store.CountAsync(Token)).ByTopic["ai"]));

        await store.SaveAsync(new StoryBatch([Muted(3, false), Muted(4, true)], null), Token);

        Assert.Equal([1, 2, 3, 5, 7, 8], await Numbers(store, new StoryQuery { Topics = ["ai"] }));
        Assert.Equal([0, 4, 6], await Numbers(store, new StoryQuery { Muted = MutedStories.Only }));

        static Story Muted(int number, bool muted) =>
            Story(Wire, number, "AI") with { Rules = muted ? [new RuleEffect("Quiet", RuleAction.Mute)] : [] };
    }

    [Fact]
    public async Task Query_SavedFeedPageByPage_HoldsItsStoriesOnly()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 30).Select(number => Story(Wire, number) with
        {
            Rules = number % 2 == 0 ? [new RuleEffect("Even", RuleAction.Feed, "Even ones"), new RuleEffect("Too", RuleAction.Feed, "even ones")] : [],
        })], null), Token);

        var first = await store.QueryAsync(new StoryQuery { SavedFeed = "even-ones", Limit = 10 }, Token);
        var second = await Numbers(store, new StoryQuery { SavedFeed = "even-ones", Limit = 10, After = first.Next });

        Assert.Equal(Enumerable.Range(0, 15).Select(number => number * 2), [.. first.Stories.Select(Number), .. second]);
    }

    [Fact]
    public async Task Dropped_ThenReopen_IsRememberedUntilTheStoryIsStored()
    {
        using var folder = new TemporaryFolder();
        var one = new DroppedStory(Story(Wire, 1).Id, "f", "Gone", "k1");
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([], null) { Dropped = [one, new DroppedStory(Story(Wire, 2).Id, "f", "Gone", "k1")] }, Token);
            await store.SaveAsync(new StoryBatch([], null) { Dropped = [one with { Fingerprint = "g" }] }, Token);
        }

        await using var again = await OpenAsync(folder.Path);
        var found = await again.FindDroppedAsync([Story(Wire, 1).Id, Story(Wire, 3).Id], Token);
        Assert.Equal(one with { Fingerprint = "g" }, Assert.Single(found).Value);
        Assert.Empty(await again.FindFingerprintsAsync([one.Id], Token));
        Assert.Equal((0, 2), ((await again.CountAsync(Token)).Stories, (await again.CountAsync(Token)).DroppedByRule["gone"]));

        await again.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);

        Assert.Empty(await again.FindDroppedAsync([one.Id], Token));
        Assert.Equal(1, (await again.CountAsync(Token)).DroppedByRule["gone"]);
    }

    [Fact]
    public async Task Dropped_EntriesNotSeenForThreeMonths_AreForgotten()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.RetainAsync(Now, Token);
        var dropped = Enumerable.Range(0, 700).Select(number => new DroppedStory(Story(Wire, number).Id, "f", "Gone", "k") { SeenAt = Now }).ToList();
        var ahead = new DroppedStory(Story(Ledger, 1).Id, "f", "Gone", "k") { SeenAt = Now.AddYears(73) };
        await store.SaveAsync(new StoryBatch([], null) { Dropped = [.. dropped, ahead] }, Token);
        var seenAgain = dropped[5] with { SeenAt = Now.AddDays(60) };
        await store.SaveAsync(new StoryBatch([], null) { Dropped = [seenAgain] }, Token);

        await store.RetainAsync(Now.AddDays(89), Token);
        Assert.Equal(700, (await store.CountAsync(Token)).DroppedByRule["gone"]);
        await store.RetainAsync(Now.AddDays(91), Token);

        Assert.Equal(seenAgain, Assert.Single(await store.FindDroppedAsync([.. dropped.Select(story => story.Id), ahead.Id], Token)).Value);
        Assert.Equal(1, (await store.CountAsync(Token)).DroppedByRule["gone"]);
    }
}
