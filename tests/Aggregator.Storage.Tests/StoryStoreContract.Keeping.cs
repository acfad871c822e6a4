using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Storage.Tests;

/// <summary>What goes first: limits of feeds and topics, tags and pins.</summary>
public abstract partial class StoryStoreContract
{
    [Fact]
    public async Task Retain_TooMany_UntaggedGoBeforeTaggedAndTheOldestFirst()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { MaxStories = 5 });
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 10).Select(number => Dated(Wire, number, daysAgo: number, number % 2 == 0 ? ["AI"] : []))], null), Token);

        Assert.Equal([9, 7, 5, 3, 1, 8, 6, 4, 2, 0], await Order(store, new KeptQuery()));
        Assert.Equal(5, await store.RetainAsync(Now, Token));

        Assert.Equal([0, 2, 4, 6, 8], await Numbers(store, new StoryQuery()));
        Assert.Null((await store.CountAsync(Token)).KeptSince);
        await store.SaveAsync(new StoryBatch([Dated(Wire, 20, 0)], null), Token);
        Assert.Equal(1, await store.RetainAsync(Now, Token));
        Assert.Equal([0, 2, 4, 6, 8], await Numbers(store, new StoryQuery()));
        await store.SaveAsync(new StoryBatch([Dated(Wire, 21, 0, "AI")], null), Token);
        Assert.Equal(1, await store.RetainAsync(Now, Token));
        Assert.Equal([0, 21, 2, 4, 6], (await Numbers(store, new StoryQuery())).OrderBy(number => number == 21 ? 1 : number));
        Assert.Equal(Now.AddDays(-8), (await store.CountAsync(Token)).KeptSince);
    }

    [Fact]
    public async Task Retain_PinnedStory_StaysWhateverItsAgeItsFeedAndTheNumber()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { MaxAge = TimeSpan.FromDays(5), MaxStories = 2, EachFeed = new KeepLimits { MaxStories = 1, MaxBytes = 1 } });
        var stories = Enumerable.Range(0, 8).Select(number => Dated(Wire, number, daysAgo: number)).ToList();
        await store.SaveAsync(new StoryBatch(stories, null), Token);
        foreach (var number in (int[])[2, 7])
        {
            Assert.True(await store.PinAsync(stories[number].Id, true, Now, Token));
        }

        await store.RetainAsync(Now, Token);

        Assert.Equal([2, 7], await Numbers(store, new StoryQuery()));
        Assert.Equal([2, 7], await Numbers(store, new StoryQuery { Pinned = true }));
        Assert.Equal(Now, (await store.FindStoryAsync(stories[7].Id, Token))!.Retagged);
        Assert.True(await store.PinAsync(stories[7].Id, false, Now, Token));
        Assert.Equal([2], await Numbers(store, new StoryQuery { Pinned = true }));
        Assert.Equal(1, await store.RetainAsync(Now, Token));
        Assert.Equal([2], await Numbers(store, new StoryQuery()));
        Assert.Equal(new KeptAmount(1, (await store.ListKeptAsync(new KeptQuery(), Token))[0].Bytes), (await store.MeasureKeptAsync(Token)).Of(KeepRank.Pinned));
        Assert.False(await store.PinAsync(stories[1].Id, true, Now, Token));
    }

    [Fact]
    public async Task Pin_SurvivesNewTextTagsClustersAndCarriers()
    {
        using var folder = new TemporaryFolder();
        StoryId id;
        await using (var store = await OpenAsync(folder.Path))
        {
            var first = Story(Wire, 1) with { Link = new Uri("https://outlet.example/a-story") };
            id = first.Id;
            await store.SaveAsync(new StoryBatch([first], null), Token);
            await store.PinAsync(id, true, Now, Token);
            await store.SaveAsync(new StoryBatch([first with { Title = "Another", Updated = Now.AddHours(1), Fingerprint = "other", Body = new StoryBody("<p>x</p>", "x") }], null), Token);
            await store.RetagAsync([new StoryTagging(id, Now.AddHours(1), [Tag("AI")], [])], Now, Token);
            await store.SaveAsync(new StoryBatch([Story(Ledger, 1) with { Link = first.Link, Title = "Another", Body = new StoryBody("<p>x</p>", "x") }], null), Token);
            await store.SaveAsync(new StoryBatch([Story(Ledger, 5)], null), Token);
            await store.JoinClustersAsync(new ClusterId(id.Value), new ClusterId(Story(Ledger, 5).Id.Value), Now, Token);
            Assert.True((await store.FindStoryAsync(id, Token))!.IsPinned);
        }

        await using var again = await OpenAsync(folder.Path);
        var pinned = Assert.Single((await again.QueryAsync(new StoryQuery { Pinned = true }, Token)).Stories);
        Assert.Equal((id, Now, 1), (pinned.Id, pinned.PinnedAt!.Value, pinned.Topics.Count));
        Assert.Equal(KeepRank.Pinned, (await again.ListKeptAsync(new KeptQuery(), Token))[^1].Rank);
    }

    [Fact]
    public async Task Retain_LimitsOfFeedsAndTopics_TheTopicSpeaksFirstAndTheLongestHolds()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention
        {
            MaxAge = TimeSpan.FromDays(30),
            Feeds = new Dictionary<FeedId, KeepLimits> { [Wire] = new() { MaxStories = 2 }, [Ledger] = new() { MaxAge = TimeSpan.FromDays(3) } },
            Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxAge = StoryRetention.ForEver }, ["space"] = new() { MaxAge = TimeSpan.FromDays(60), MaxStories = 1 } },
        });
        var third = FeedId.Of(new Uri("https://third.example/"));
        await store.SaveAsync(
            new StoryBatch(
                [
                    .. Enumerable.Range(0, 5).Select(number => Dated(Wire, number, daysAgo: number)), // two of these stay
                    Dated(Wire, 5, 500, "AI", "Space"), // for ever: of its topics AI keeps longest
                    Dated(Ledger, 10, 4), // too old for its feed
                    Dated(Ledger, 11, 2),
                    Dated(Ledger, 12, 70, "Space"), // too old for its topic
                    Dated(Ledger, 13, 50, "Space"), // one too many of its topic
                    Dated(third, 14, 40, "Space"),
                    Dated(third, 15, 31, "Robotics"), // too old for all
                    Dated(third, 16, 29),
                ],
                null),
            Token);

        var dropped = await store.RetainAsync(Now, Token);

        Assert.Equal(7, dropped);
        Assert.Equal([0, 1, 5, 11, 14, 16], (await Numbers(store, new StoryQuery())).Order());
        Assert.Null((await store.CountAsync(Token)).KeptSince);
        var amounts = await store.MeasureKeptAsync(Token);
        Assert.Equal((2, 1, 1, 1, 1), (In(KeepGroup.OfFeed(Wire)), In(KeepGroup.OfFeed(Ledger)), In(KeepGroup.OfTopic("ai")), In(KeepGroup.OfTopic("space")), In(KeepGroup.Rest)));
        Assert.Equal(await Order(store, new KeptQuery { Group = KeepGroup.OfFeed(Wire) }), [1, 0]);
        Assert.Null(amounts.NotYetSorted);

        long In(KeepGroup group) => amounts.ByGroup[group].Stories;
    }

    [Fact]
    public async Task Retain_BytesOfAFeed_AreKeptUntaggedFirst()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { EachFeed = new KeepLimits { MaxBytes = 400_000 } });
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 30).Select(number => Bulky(number) with { Topics = number < 3 ? [Tag("AI")] : [] })], null), Token);

        await store.RetainAsync(Now, Token);

        var amount = (await store.MeasureKeptAsync(Token)).ByGroup[KeepGroup.OfFeed(Wire)];
        Assert.InRange(amount.Bytes, 300_000, 400_000);
        var left = await Numbers(store, new StoryQuery { Limit = 100 });
        Assert.Equal([0, 1, 2], left.Where(number => number < 3).Order());
        Assert.Equal(Enumerable.Range(30 - (left.Count - 3), left.Count - 3), left.Where(number => number >= 3).Order());
        Assert.Equal(amount.Stories, left.Count);
    }

    [Fact]
    public async Task Retain_FeedTakenOutOfTheList_WhatWasSaidOfItGoesOnToHold()
    {
        using var folder = new TemporaryFolder();
        var limits = new StoryRetention { MaxAge = TimeSpan.FromDays(10), Feeds = new Dictionary<FeedId, KeepLimits> { [Wire] = new() { MaxAge = TimeSpan.FromDays(900) } }, Listed = new HashSet<FeedId> { Wire, Ledger } };
        await using (var store = await OpenAsync(folder.Path, limits))
        {
            await store.SaveAsync(new StoryBatch([Dated(Wire, 1, 100), Dated(Ledger, 2, 9)], null), Token);
            Assert.Equal(0, await store.RetainAsync(Now, Token));
        }

        await using var again = await OpenAsync(folder.Path);
        again.Keep(limits with { Feeds = new Dictionary<FeedId, KeepLimits>(), Listed = new HashSet<FeedId> { Ledger } });
        Assert.Equal(0, await again.RetainAsync(Now, Token));
        Assert.Equal([2, 1], await Numbers(again, new StoryQuery()));

        again.Keep(limits with { Feeds = new Dictionary<FeedId, KeepLimits>() });
        Assert.Equal(1, await again.RetainAsync(Now, Token));
        Assert.Equal([2], await Numbers(again, new StoryQuery()));
    }

    [Fact]
    public async Task Retain_GroupsChangedLater_StoriesAreSortedIntoThemBeforeAnyIsDropped()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 700).Select(number => Dated(number % 2 == 0 ? Wire : Ledger, number, 1 + number, number % 7 == 0 ? ["AI"] : []))], null), Token);
        store.Keep(new StoryRetention { MaxAge = TimeSpan.FromDays(100), Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxAge = StoryRetention.ForEver } } });

        await store.RetainAsync(Now, Token);

        Assert.Equal(Enumerable.Range(0, 700).Where(number => number % 7 == 0 || number < 100), await AllNumbers(store));
        store.Keep(new StoryRetention { EachFeed = new KeepLimits { MaxStories = 20 } });
        await store.RetainAsync(Now, Token);
        Assert.Equal(40, (await store.CountAsync(Token)).Stories);
        Assert.Equal(0, (await AllNumbers(store)).Count(number => number % 7 != 0));
        store.Keep(new StoryRetention());
        await store.RetainAsync(Now, Token);
        Assert.Empty((await store.MeasureKeptAsync(Token)).ByGroup);
        Assert.Equal(40, (await store.MeasureKeptAsync(Token)).ByRank.Values.Sum(amount => amount.Stories));
    }

    [Fact]
    public async Task Retain_RetaggedStory_GoesWithItsNewTopics()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxStories = 1 } } });
        var stories = Enumerable.Range(0, 4).Select(number => Dated(Wire, number, number)).ToList();
        await store.SaveAsync(new StoryBatch(stories, null), Token);
        Assert.Equal(0, await store.RetainAsync(Now, Token));

        await store.RetagAsync([.. stories.Take(3).Select(story => new StoryTagging(story.Id, story.Updated, [Tag("AI")], []))], Now, Token);

        Assert.Equal([3, 2, 1, 0], await Order(store, new KeptQuery()));
        Assert.Equal(2, await store.RetainAsync(Now, Token));
        Assert.Equal([0, 3], await Numbers(store, new StoryQuery()));
        var amounts = await store.MeasureKeptAsync(Token);
        Assert.Equal((1, 1), (amounts.Of(KeepRank.Untagged).Stories, amounts.Of(KeepRank.Tagged).Stories));
        Assert.Equal((1, 1), (amounts.ByGroup[KeepGroup.Rest].Stories, amounts.ByGroup[KeepGroup.OfTopic("ai")].Stories));
    }

    [Fact]
    public async Task Retain_LeadOfACluster_TheRestStaysTheSameEventAndCountsStayTrue()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { MaxStories = 2 });
        var lead = Dated(Wire, 1, 3, "Space");
        var follower = Dated(Ledger, 2, 2, "AI") with { Cluster = lead.Cluster };
        await store.SaveAsync(new StoryBatch([lead with { Topics = [] }, follower, Dated(Ledger, 3, 1, "AI")], null), Token);

        Assert.Equal(1, await store.RetainAsync(Now, Token));

        Assert.Equal([2], await Numbers(store, new StoryQuery { Cluster = lead.Cluster }));
        Assert.Equal(lead.Cluster, (await store.FindStoryAsync(follower.Id, Token))!.Cluster);
        Assert.Equal((2, 2), ((await store.CountAsync(Token)).Stories, (await store.CountAsync(Token)).ByTopic["ai"]));
        var facets = await store.CountFacetsAsync(new StoryQuery(), Token);
        Assert.Equal((2, 2, false), (facets.Total, facets.ByFeed[Ledger], facets.ByFeed.ContainsKey(Wire)));
        Assert.Equal(2, facets.ByDay.Values.Sum());
        Assert.Equal(2, (await store.QueryAsync(new StoryQuery { Text = Words("ümlauts") }, Token)).Stories.Count);
    }

    [Fact]
    public async Task ListKept_PageByPage_TellsEachOnce()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { EachFeed = new KeepLimits { MaxStories = 100 } });
        var stories = Enumerable.Range(0, 9).Select(number => Dated(Wire, number, daysAgo: number / 2, number % 3 == 0 ? ["AI"] : [])).ToList();
        await store.SaveAsync(new StoryBatch(stories, null), Token);
        await store.PinAsync(stories[4].Id, true, Now, Token);
        await store.RetainAsync(Now, Token);

        foreach (var query in (KeptQuery[])[new KeptQuery { Limit = 2 }, new KeptQuery { Limit = 2, Group = KeepGroup.OfFeed(Wire) }])
        {
            var found = new List<KeptStory>();
            for (var page = query; await store.ListKeptAsync(page, Token) is { Count: > 0 } some; page = page with { After = some[^1] })
            {
                found.AddRange(some);
            }

            Assert.Equal(found.OrderBy(kept => kept.Rank).ThenBy(kept => kept.Story.OrderedAt).ThenByDescending(kept => kept.Story.Id.Value, StringComparer.Ordinal).Select(kept => kept.Story.Id), found.Select(kept => kept.Story.Id));
            Assert.Equal(query.Group is null ? 9 : 8, found.DistinctBy(kept => kept.Story.Id).Count());
            Assert.All(found, kept => Assert.InRange(kept.Bytes, 500, 5000));
        }

        Assert.Equal(3, (await store.ListKeptAsync(new KeptQuery { Rank = KeepRank.Tagged }, Token)).Count);
    }

    /// <summary>A story of some days ago.</summary>
    private static Story Dated(FeedId feed, int number, int daysAgo, params string[] topics) => Story(feed, number, topics) with { Published = Now.AddDays(-daysAgo) };

    private static TopicTag Tag(string topic) => new(topic, 1.5, [new Evidence("trade secret", StoryPart.Title, 2, 1.5)]);

    private static async Task<List<int>> Order(IStoryStore store, KeptQuery query) => [.. (await store.ListKeptAsync(query, Token)).Select(kept => Number(kept.Story))];

    private static async Task<List<int>> AllNumbers(IStoryStore store)
    {
        var numbers = new List<int>();
        var query = new StoryQuery { Limit = StoryQuery.MaxLimit };
        for (StoryCursor? after = null; ;)
        {
            var page = await store.QueryAsync(query with { After = after }, Token);
            numbers.AddRange(page.Stories.Select(Number));
            if ((after = page.Next) is null)
            {
                return numbers;
            }
        }
    }
}
