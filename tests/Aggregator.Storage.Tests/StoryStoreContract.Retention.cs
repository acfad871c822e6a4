using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.Tests;

/// <summary>What is kept, what is dropped, and what is remembered of it.</summary>
public abstract partial class StoryStoreContract
{
    [Fact]
    public async Task Retain_StoriesThatAreTooOld_AreDroppedAndForgotten()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { MaxAge = TimeSpan.FromDays(10) });
        var stories = Enumerable.Range(0, 700).Select(number => Story(Wire, number, "AI") with
        {
            Published = Now.AddHours(-number),
            Rules = number % 2 == 0 ? [new RuleEffect("quiet", RuleAction.Mute, null, 0)] : [],
        }).ToList();
        await store.SaveAsync(new StoryBatch(stories, null), Token);

        var dropped = await store.RetainAsync(Now.AddMilliseconds(1), Token);

        Assert.Equal(460, dropped);
        var counts = await store.CountAsync(Token);
        Assert.Equal((240, 120), (counts.Stories, counts.ByTopic["ai"]));
        Assert.Equal(Now.AddDays(-10).AddMilliseconds(1), counts.KeptSince);
        Assert.Equal(Enumerable.Range(0, 240), await Numbers(store, new StoryQuery { Limit = 500, Muted = MutedStories.Included }));
        Assert.Equal(120, (await store.QueryAsync(new StoryQuery { Text = Words("ümlauts"), Limit = 500 }, Token)).Stories.Count);
        Assert.Empty(await store.FindFingerprintsAsync([stories[240].Id, stories[699].Id], Token));
        Assert.Equal(0, await store.RetainAsync(Now.AddMilliseconds(1), Token));
    }

    [Fact]
    public async Task Retain_StoryThatTwoFeedsCarry_IsDroppedForBoth()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { MaxAge = TimeSpan.FromDays(1) });
        var first = Story(Wire, 1) with { Published = Now.AddDays(-3), Link = new Uri("https://outlet.example/a-story") };
        var second = Story(Ledger, 1) with { Published = Now.AddDays(-3), Link = first.Link };
        await store.SaveAsync(new StoryBatch([first], null), Token);
        Assert.Equal(1, (await store.SaveAsync(new StoryBatch([second], null), Token)).Carried);

        Assert.Equal(1, await store.RetainAsync(Now, Token));

        Assert.Empty(await store.FindFingerprintsAsync([first.Id, second.Id], Token));
        Assert.Equal(1, (await store.SaveAsync(new StoryBatch([second], null), Token)).Added);
    }

    [Fact]
    public async Task Retain_LimitTakenAway_NothingIsTooOldAnyMore()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path, new StoryRetention { MaxAge = TimeSpan.FromDays(10) }))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
            Assert.Null((await store.CountAsync(Token)).KeptSince);
            Assert.Equal(0, await store.RetainAsync(Now, Token));
            Assert.Equal(Now.AddDays(-10), (await store.CountAsync(Token)).KeptSince);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal(Now.AddDays(-10), (await again.CountAsync(Token)).KeptSince);
        await again.RetainAsync(Now, Token);
        Assert.Null((await again.CountAsync(Token)).KeptSince);
    }

    /// <summary>Else entries of years would be passed over until the clock is there.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(5L)]
    public async Task Retain_ByAClockThatWasAhead_WhatIsKeptIsReckonedFromTheRightTimeAgain(long? most)
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { MaxAge = TimeSpan.FromDays(10), MaxStories = most });
        await store.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
        Assert.Equal(1, await store.RetainAsync(Now.AddDays(400), Token));
        Assert.Equal(Now.AddDays(390), (await store.CountAsync(Token)).KeptSince);

        Assert.Equal(0, await store.RetainAsync(Now, Token));

        Assert.Equal(Now.AddDays(-10), (await store.CountAsync(Token)).KeptSince);
    }

    [Fact]
    public async Task Delete_Forgotten_ComesBackAsNew()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var story = Story(Wire, 1, "AI");
        await store.SaveAsync(new StoryBatch([story], null), Token);

        Assert.Equal(1, await store.DeleteStoriesAsync([story.Id], StoryEnd.Forgotten, Token));

        Assert.Null(await store.FindStoryAsync(story.Id, Token));
        Assert.Empty(await store.FindFingerprintsAsync([story.Id], Token));
        Assert.Equal(new SaveResult(1, 0), await store.SaveAsync(new StoryBatch([story], null), Token));
        Assert.Equal([1], await Numbers(store, new StoryQuery { Topics = ["ai"] }));
    }

    [Fact]
    public async Task ForgetFeed_OnlyWhereItIsNotActive()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.ActivateFeedsAsync([new FeedActivation(Wire, new Uri("https://wire.example/"), Now), new FeedActivation(Ledger, new Uri("https://ledger.example/"), Now)], Token);
            await store.ActivateFeedsAsync([new FeedActivation(Ledger, new Uri("https://ledger.example/"), Now)], Token);

            Assert.False(await store.ForgetFeedAsync(Ledger, Token));
            Assert.True(await store.ForgetFeedAsync(Wire, Token));
            Assert.False(await store.ForgetFeedAsync(Wire, Token));
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal(Ledger, Assert.Single(await again.ListFeedStatesAsync(Token)).Id);
    }

    /// <summary>A story whose text does not compress, as large as a long article.</summary>
    protected static Story Bulky(int number)
    {
        var bytes = new byte[12_000];
        new Random(number).NextBytes(bytes);
        var text = string.Join(' ', Convert.ToHexString(bytes).Chunk(7).Select(word => new string(word)));
        return Story(Wire, number, "AI") with { Published = Now.AddMinutes(number), Body = new StoryBody($"<p>{text}</p>", text), Title = string.Create(CultureInfo.InvariantCulture, $"Story {number}") };
    }
}
