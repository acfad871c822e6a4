using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Storage.Tests;

/// <summary>Tags found anew, and the user's word on them.</summary>
public abstract partial class StoryStoreContract
{
    [Fact]
    public async Task Retag_OtherTags_ReplaceTheTagsAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI", "Space"), Story(Wire, 2, "AI")], null), Token);
            var learned = new TopicTag("Mobile", 1.25, [new Evidence("handset", StoryPart.Lead, 1, 1.25) { Kind = EvidenceKind.Learned }]);
            var space = Story(Wire, 1, "Space").Topics[0];

            Assert.Equal(1, await store.RetagAsync([Found(Story(Wire, 1), [learned, space], new EntityTag("HiveCo", "organisation", 2, true))], Now.AddDays(2), Token));
        }

        await using var again = await OpenAsync(folder.Path);
        var before = Story(Wire, 1);
        var after = (await again.FindStoryAsync(before.Id, Token))!;
        Assert.Equal(["Mobile", "Space"], after.Topics.Select(topic => topic.Topic));
        Assert.Equal(EvidenceKind.Learned, after.Topics[0].Evidence[0].Kind);
        Assert.Equal("HiveCo", Assert.Single(after.Entities).Name);
        Assert.Equal((before.Updated, before.FirstSeen, before.Body, before.Fingerprint), (after.Updated, after.FirstSeen, after.Body, after.Fingerprint));
        Assert.Equal(Now.AddDays(2), after.Retagged);
        Assert.Equal([2], await Numbers(again, new StoryQuery { Topics = ["ai"] }));
        Assert.Equal([1], await Numbers(again, new StoryQuery { Topics = ["mobile", "space"] }));
        Assert.Equal([1, 2], await Numbers(again, new StoryQuery()));
        var counts = await again.CountAsync(Token);
        Assert.Equal((2, 1, 1, 1), (counts.Stories, counts.ByTopic["ai"], counts.ByTopic["space"], counts.ByTopic["mobile"]));
    }

    [Fact]
    public async Task Retag_StoryStoredAgainMeanwhile_IsLeftAlone()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1, "Space") with { Updated = Now.AddMinutes(1) }], null), Token);

        var retagged = await store.RetagAsync([Found(Story(Wire, 1), [], null), Found(Story(Wire, 9), [], null)], Now.AddDays(2), Token);

        Assert.Equal(0, retagged);
        Assert.Equal([1], await Numbers(store, new StoryQuery { Topics = ["space"] }));
    }

    [Fact]
    public async Task Retag_SameTags_IsNoChange()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);

        await store.RetagAsync([Found(Story(Wire, 1), Story(Wire, 1, "AI").Topics, null)], Now.AddDays(2), Token);

        Assert.Null((await store.FindStoryAsync(Story(Wire, 1).Id, Token))!.Retagged);
    }

    [Fact]
    public async Task Retag_OpinionAlone_IsKept()
    {
        using var folder = new TemporaryFolder();
        var opinion = new TopicOpinion("Space", false, "only named", "judge-1", Now.AddDays(1));
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);

            await store.RetagAsync([Found(Story(Wire, 1), Story(Wire, 1, "AI").Topics, null) with { Opinions = [opinion] }], Now.AddDays(2), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal([opinion], (await again.FindStoryAsync(Story(Wire, 1).Id, Token))!.Opinions);
    }

    [Fact]
    public async Task Retag_InTheSameCommitAsTheStory_FindsItInItsNewListsOnly()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);

        // Queued one behind the other, so that they may share a commit.
        var saved = store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
        var retagged = store.RetagAsync([Found(Story(Wire, 1), Story(Wire, 1, "Space").Topics, null)], Now.AddDays(2), Token);
        await Task.WhenAll(saved, retagged);

        Assert.Empty(await Numbers(store, new StoryQuery { Topics = ["ai"] }));
        Assert.Equal([1], await Numbers(store, new StoryQuery { Topics = ["space"] }));
    }

    [Fact]
    public async Task Correct_ThenSavedAndRetaggedAgain_HoldsUntilUndone()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI"), Story(Wire, 2, "AI")], null), Token);
            Assert.True(await store.CorrectAsync(Story(Wire, 1).Id, new TopicCorrection("IP theft", true, Now.AddDays(3)), Token));
            Assert.True(await store.CorrectAsync(Story(Wire, 1).Id, new TopicCorrection("AI", false, Now.AddDays(3)), Token));
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI", "Space") with { Updated = Now.AddMinutes(1), Title = "Story 1" }], null), Token);
            await store.RetagAsync([new StoryTagging(Story(Wire, 1).Id, Now.AddMinutes(1), Story(Wire, 1, "AI", "Mobile").Topics, [])], Now.AddDays(4), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        var story = (await again.FindStoryAsync(Story(Wire, 1).Id, Token))!;
        Assert.Equal(["IP theft", "Mobile"], story.Topics.Select(topic => topic.Topic));
        Assert.Equal([new TopicCorrection("IP theft", true, Now.AddDays(3)), new TopicCorrection("AI", false, Now.AddDays(3))], story.Corrections);
        Assert.Equal([2], await Numbers(again, new StoryQuery { Topics = ["ai"] }));
        Assert.Equal([1], await Numbers(again, new StoryQuery { Corrected = true }));
        Assert.Equal([1], await Numbers(again, new StoryQuery { Topics = ["ip-theft"] }));

        Assert.True(await again.UndoCorrectionAsync(story.Id, "ai", Now.AddDays(5), Token));
        Assert.True(await again.UndoCorrectionAsync(story.Id, "ip-theft", Now.AddDays(5), Token));
        Assert.Equal(["AI", "Mobile"], (await again.FindStoryAsync(story.Id, Token))!.Topics.Select(topic => topic.Topic).Order());
        Assert.Empty(await Numbers(again, new StoryQuery { Corrected = true }));
        Assert.Equal(2, (await again.CountAsync(Token)).ByTopic["ai"]);
    }

    [Fact]
    public async Task Correct_StoryThatIsNotThere_SaysSo()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);

        Assert.False(await store.CorrectAsync(Story(Wire, 1).Id, new TopicCorrection("AI", true, Now), Token));
        Assert.False(await store.UndoCorrectionAsync(Story(Wire, 1).Id, "ai", Now, Token));
    }

    private static StoryTagging Found(Story story, IReadOnlyList<TopicTag> topics, EntityTag? entity) =>
        new(story.Id, story.Updated, topics, entity is null ? [] : [entity]);
}
