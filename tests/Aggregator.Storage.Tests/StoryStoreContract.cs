using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Storage.Tests;

/// <summary>What every store must do. A store's own tests are a subclass that opens it.</summary>
public abstract class StoryStoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    protected static readonly FeedId Wire = new("00000000000000aa");
    private static readonly FeedId Ledger = new("00000000000000bb");

    private static readonly string[] TopicsByDivisor = ["AI", "Space", "Mobile"];

    /// <summary>Opens the store of a folder; opened again, it holds what was saved.</summary>
    protected abstract Task<IStoryStore> OpenAsync(string folder);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SaveFeedState_ThenReopen_HoldsWhatWasLearntOfTheFeed()
    {
        using var folder = new TemporaryFolder();
        var address = new Uri("https://wire.example/feed");
        var state = new FeedState
        {
            Id = Wire,
            Address = address,
            NextPoll = Now.AddHours(1),
            MovedTo = new Uri("https://new.example/feed"),
            MovedSince = Now.AddDays(-3),
            RefusedMove = new Uri("https://portal.example/"),
            RedirectProven = true,
            DistrustsETag = true,
            DistrustsLastModified = true,
            LastWhole = Now.AddDays(-2),
            VainSuspicions = 2,
            StatedLifetime = TimeSpan.FromMinutes(30),
            Publications = new PublicationTimes([1_700_000_000, 1_700_003_600]).WithPeriod(TimeSpan.FromDays(1), sharp: true),
        };
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([], state), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        var found = (await again.FindFeedStateAsync(Wire, Token))!;
        Assert.Equal(state.Publications.Seconds.ToArray(), found.Publications.Seconds.ToArray());
        Assert.Equal((TimeSpan.FromDays(1), true), (found.Publications.Period, found.Publications.Sharp));
        Assert.Equal(state, found with { Publications = state.Publications, Problems = state.Problems, Wishes = state.Wishes });
    }

    [Fact]
    public async Task Save_ThenReopen_HoldsStoriesBodiesAndCounts()
    {
        using var folder = new TemporaryFolder();
        var story = Story(Wire, 1, "AI", "IP theft");
        await using (var store = await OpenAsync(folder.Path))
        {
            Assert.Equal(new SaveResult(1, 0), await store.SaveAsync(new StoryBatch([story], null), Token));
        }

        await using var again = await OpenAsync(folder.Path);
        var found = (await again.FindStoryAsync(story.Id, Token))!;
        Assert.Equal((story.Title, story.Body, story.Published), (found.Title, found.Body, found.Published));
        Assert.Equal(["AI", "IP theft"], found.Topics.Select(topic => topic.Topic));
        Assert.Equal("trade secret", found.Topics[0].Evidence[0].Feature);
        var counts = await again.CountAsync(Token);
        Assert.Equal((1, 1), (counts.Stories, counts.ByTopic["ip-theft"]));
    }

    [Fact]
    public async Task Save_SameStoryAgain_ReplacesItAndKeepsFirstSeen()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var story = Story(Wire, 1, "AI");
        await store.SaveAsync(new StoryBatch([story], null), Token);

        var result = await store.SaveAsync(new StoryBatch([Story(Wire, 1, "Space") with { Title = "New", FirstSeen = Now.AddDays(3) }], null), Token);

        Assert.Equal(new SaveResult(0, 1), result);
        Assert.Empty((await store.QueryAsync(new StoryQuery { Topics = ["ai"] }, Token)).Stories);
        var found = Assert.Single((await store.QueryAsync(new StoryQuery { Topics = ["space"] }, Token)).Stories);
        Assert.Equal(("New", story.FirstSeen), (found.Title, found.FirstSeen));
    }

    [Fact]
    public async Task Query_TopicsFeedsAndTimes_AllHold()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 300).Select(number => Story(
            number % 2 == 0 ? Wire : Ledger, number, [.. TopicsByDivisor.Where((_, index) => number % (index + 2) == 0)]))], null), Token);

        var both = await Numbers(store, new StoryQuery { Topics = ["ai", "space"], Limit = 500 });
        var ledger = await Numbers(store, new StoryQuery { Topics = ["space"], Feeds = [Ledger], Limit = 500 });
        var window = await Numbers(store, new StoryQuery { Feeds = [Ledger, Wire], Since = Now.AddMinutes(-20), Until = Now.AddMinutes(-10), Limit = 500 });
        var none = await Numbers(store, new StoryQuery { Feeds = [] });

        Assert.Equal(Enumerable.Range(0, 300).Where(number => number % 6 == 0), both);
        Assert.Equal(Enumerable.Range(0, 300).Where(number => number % 3 == 0 && number % 2 == 1), ledger);
        Assert.Equal(Enumerable.Range(11, 10), window);
        Assert.Empty(none);
    }

    [Fact]
    public async Task Query_PageByPageWhileStoriesArrive_NeitherSkipsNorRepeats()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 100).Select(number => Story(Wire, number, "AI"))], null), Token);

        var seen = new List<int>();
        var query = new StoryQuery { Topics = ["ai"], Limit = 7 };
        for (var page = await store.QueryAsync(query, Token); ; page = await store.QueryAsync(query, Token))
        {
            seen.AddRange(page.Stories.Select(Number));
            await store.SaveAsync(new StoryBatch([Story(Ledger, -seen.Count, "AI")], null), Token);
            if (page.Next is null)
            {
                break;
            }

            query = query with { After = page.Next };
        }

        Assert.Equal(Enumerable.Range(0, 100), seen);
    }

    [Fact]
    public async Task Claim_DueFeeds_AreHandedOutOnceUntilSavedOrTheLeaseEnds()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.ActivateFeedsAsync([Activation(Wire, Now), Activation(Ledger, Now.AddHours(1))], Token);

        var first = Assert.Single(await store.ClaimDueFeedsAsync(Now, 10, TimeSpan.FromMinutes(5), Token));
        Assert.Equal(Wire, first.Id);
        Assert.Empty(await store.ClaimDueFeedsAsync(Now.AddMinutes(1), 10, TimeSpan.FromMinutes(5), Token));
        Assert.Single(await store.ClaimDueFeedsAsync(Now.AddMinutes(6), 10, TimeSpan.FromMinutes(5), Token));
        await store.SaveAsync(new StoryBatch([], first with { NextPoll = Now.AddHours(2), ETag = "\"x\"" }), Token);
        Assert.Equal([Ledger, Wire], (await store.ClaimDueFeedsAsync(Now.AddHours(3), 10, TimeSpan.FromMinutes(5), Token)).Select(state => state.Id));
    }

    [Fact]
    public async Task Claim_GoneOrInactiveFeed_IsNeverDue()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.ActivateFeedsAsync([Activation(Wire, Now), Activation(Ledger, Now)], Token);
        await store.SaveAsync(new StoryBatch([], (await store.FindFeedStateAsync(Wire, Token))! with { Health = FeedHealth.Gone }), Token);
        await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);

        Assert.Empty(await store.ClaimDueFeedsAsync(Now.AddDays(1), 10, TimeSpan.FromMinutes(5), Token));
        Assert.False(await store.HastenPollAsync(Ledger, Now, "x", Token));
    }

    [Fact]
    public async Task Activate_AddressChanged_ForgetsTheOldOnesAnswersAndIsDue()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);
        await store.SaveAsync(new StoryBatch([], (await store.FindFeedStateAsync(Wire, Token))! with { NextPoll = Now.AddDays(1), ETag = "\"x\"", BodyHash = "h", Polls = 7 }), Token);

        var moved = Activation(Wire, Now.AddHours(1)) with { Address = new Uri("https://elsewhere.example/feed") };
        await store.ActivateFeedsAsync([moved], Token);

        var due = Assert.Single(await store.ClaimDueFeedsAsync(Now.AddHours(1), 10, TimeSpan.FromMinutes(5), Token));
        Assert.Equal((moved.Address, null, null, 7), (due.FetchAddress, due.ETag, due.BodyHash, due.Polls));
    }

    [Fact]
    public async Task Save_FeedState_KeepsWhatIsKnownOfItsEntries()
    {
        using var folder = new TemporaryFolder();
        var entry = new FeedEntry { Key = "1", Fingerprint = "", Id = "http://news.example/1", Title = "One" };
        var known = EntryMemory.Empty.After([entry], Wire);
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);
            await store.SaveAsync(new StoryBatch([], (await store.FindFeedStateAsync(Wire, Token))! with { Known = known }), Token);
        }

        await using var again = await OpenAsync(folder.Path);

        Assert.Equal(known.Bytes.ToArray(), (await again.FindFeedStateAsync(Wire, Token))!.Known.Bytes.ToArray());
    }

    [Fact]
    public async Task Claim_ClockSetBackAfterPolls_WaitsForNobodysFuture()
    {
        using var folder = new TemporaryFolder();
        var ahead = Now.AddDays(3);
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.ActivateFeedsAsync([Activation(Wire, Now), Activation(Ledger, Now)], Token);
            var first = (await store.ClaimDueFeedsAsync(ahead, 10, TimeSpan.FromMinutes(5), Token)).Single(state => state.Id == Wire);
            await store.SaveAsync(new StoryBatch([], first with { LastPoll = ahead, NextPoll = ahead.AddHours(1) }), Token);

            Assert.Contains(await store.ClaimDueFeedsAsync(Now, 10, TimeSpan.FromMinutes(5), Token), state => state.Id == Wire);
        }

        await using var again = await OpenAsync(folder.Path);
        await again.ActivateFeedsAsync([Activation(Wire, Now)], Token);
        Assert.Single(await again.ClaimDueFeedsAsync(Now, 10, TimeSpan.FromMinutes(5), Token));
    }

    [Fact]
    public async Task Activate_GoneFeedAfterARestart_StaysGoneUntilAPersonAsks()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);
            await store.SaveAsync(new StoryBatch([], (await store.FindFeedStateAsync(Wire, Token))! with { Health = FeedHealth.Gone }), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        await again.ActivateFeedsAsync([Activation(Wire, Now)], Token);
        Assert.Empty(await again.ClaimDueFeedsAsync(Now.AddDays(1), 10, TimeSpan.FromMinutes(5), Token));
        Assert.True(await again.HastenPollAsync(Wire, Now, "x", Token));
        Assert.Single(await again.ClaimDueFeedsAsync(Now.AddDays(1), 10, TimeSpan.FromMinutes(5), Token));
    }

    [Fact]
    public async Task Hasten_PublisherWantsQuiet_WaitsForItsEnd()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);
        await store.SaveAsync(new StoryBatch([], (await store.FindFeedStateAsync(Wire, Token))! with { NextPoll = Now.AddDays(1), QuietUntil = Now.AddHours(5) }), Token);

        await store.HastenPollAsync(Wire, Now, "x", Token);

        Assert.Empty(await store.ClaimDueFeedsAsync(Now.AddHours(4), 10, TimeSpan.FromMinutes(5), Token));
        Assert.Single(await store.ClaimDueFeedsAsync(Now.AddHours(5), 10, TimeSpan.FromMinutes(5), Token));
    }

    [Fact]
    public async Task Save_LessonsOfHosts_AreThereAfterAReopenUntilForgotten()
    {
        using var folder = new TemporaryFolder();
        var held = new HostLesson("a.example") { HeldUntil = Now.AddHours(2), LearnedAt = Now };
        var slow = new HostLesson("b.example") { Spacing = TimeSpan.FromSeconds(2.5), LearnedAt = Now };
        await using (var store = await OpenAsync(folder.Path))
        {
            Assert.Empty(await store.ListHostLessonsAsync(Token));
            await store.SaveAsync(new StoryBatch([], null) { Hosts = [held with { Spacing = TimeSpan.FromSeconds(9) }, slow] }, Token);
            await store.SaveAsync(new StoryBatch([], null) { Hosts = [held] }, Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal([held, slow], (await again.ListHostLessonsAsync(Token)).OrderBy(lesson => lesson.Host));
        await again.SaveAsync(new StoryBatch([], null) { Hosts = [new HostLesson("a.example"), slow] }, Token);
        Assert.Equal([slow], await again.ListHostLessonsAsync(Token));
    }

    [Fact]
    public async Task Save_StoryWithThePagesValidators_HoldsThemByteForByte()
    {
        using var folder = new TemporaryFolder();
        var page = new PageValidators(new Uri("https://a.example/moved?b=%2F"), "W/\"a b\"", "Mon,  2 Mar 26 11:00 +0000");
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1) with { Page = page }, Story(Wire, 2)], null), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal(page, (await again.FindStoryAsync(Story(Wire, 1).Id, Token))!.Page);
        Assert.Null((await again.FindStoryAsync(Story(Wire, 2).Id, Token))!.Page);
    }

    [Fact]
    public async Task Save_FeedStateWithOddValidators_HoldsThemByteForByteOverARestart()
    {
        using var folder = new TemporaryFolder();
        var address = new Uri("https://a.example/feed?b=%2F");
        var state = new FeedState
        {
            Id = Wire,
            Address = address,
            NextPoll = Now.AddHours(1),
            ETag = "W/\"a b\"",
            LastModified = "yesterday, about noon",
            ValidatorsOf = new Uri("https://b.example/%7Efeed"),
            BodyHash = "00ff",
        };
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([], state), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        var found = (await again.FindFeedStateAsync(Wire, Token))!;
        Assert.Equal(
            (state.ETag, state.LastModified, state.ValidatorsOf.AbsoluteUri, state.BodyHash, state.NextPoll),
            (found.ETag, found.LastModified, found.ValidatorsOf!.AbsoluteUri, found.BodyHash, found.NextPoll));
    }

    [Fact]
    public async Task Save_ManyAtOnce_LosesNothing()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), Token, async (batch, token) =>
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(batch * 5, 5).Select(number => Story(Wire, number, "AI"))], null), token));

        Assert.Equal(200, (await store.CountAsync(Token)).Stories);
        Assert.Equal(Enumerable.Range(0, 200), await Numbers(store, new StoryQuery { Limit = 500 }));
    }

    [Fact]
    public async Task Save_BatchesOfOneStoryAtOnce_EveryBodyStaysWithItsStory()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);

        await Parallel.ForEachAsync(Enumerable.Range(0, 20), Token, async (number, token) => await store.SaveAsync(
            new StoryBatch([Story(Wire, number) with { Body = new StoryBody($"<p>{number}</p>", $"{number}") }], null), token));

        foreach (var number in Enumerable.Range(0, 20))
        {
            Assert.Equal($"{number}", (await store.FindStoryAsync(Story(Wire, number).Id, Token))!.Body!.Text);
        }
    }

    /// <summary>
    /// The first writes into an empty store, met by readers at every moment. (LiteDB breaks down when a collection is read while the
    /// transaction that makes it commits; the many rounds are there because the moment is short.)
    /// </summary>
    [Fact]
    public async Task Save_FirstIntoAnEmptyStoreWhileOthersRead_FailsNobody()
    {
        for (var round = 0; round < 12; round++)
        {
            using var folder = new TemporaryFolder();
            await using var store = await OpenAsync(folder.Path);
            var done = false;
            var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(
                async () =>
                {
                    while (!Volatile.Read(ref done))
                    {
                        await store.FindStoryAsync(Story(Wire, 1).Id, Token);
                        await store.QueryAsync(new StoryQuery { Topics = ["ai"], WithBody = true }, Token);
                    }
                },
                Token)).ToList();

            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
            await store.SaveAsync(new StoryBatch([Story(Wire, 2, "AI")], null), Token);
            Volatile.Write(ref done, true);
            await Task.WhenAll(readers);

            Assert.Equal([1, 2], await Numbers(store, new StoryQuery { Topics = ["ai"] }));
        }
    }

    [Fact]
    public async Task Subscription_SavedChangedAndReopened_IsFoundByTokenAndByFeed()
    {
        using var folder = new TemporaryFolder();
        var wanted = Subscription("one", Wire);
        var active = wanted with
        {
            State = HubState.Active,
            ActiveSince = Now,
            LeaseEnd = Now.AddDays(10),
            LastPush = Now,
            RequestedAt = Now,
            Pushes = 3,
            Proof = 2,
            Misses = 1,
            UncountedStories = 4,
            Note = "x",
        };
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveSubscriptionAsync(wanted, Token);
            await store.SaveSubscriptionAsync(active, Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal(active, await again.FindSubscriptionAsync("one", Token));
        Assert.Equal(active, await again.FindSubscriptionAsync(Wire, Token));
        Assert.Equal(active.Topic.OriginalString, (await again.FindSubscriptionAsync("one", Token))!.Topic.OriginalString);
        Assert.Equal([active], await again.ListSubscriptionsAsync(Token));
        Assert.Null(await again.FindSubscriptionAsync("two", Token));
        Assert.Null(await again.FindSubscriptionAsync(Ledger, Token));
    }

    [Fact]
    public async Task Subscription_Ending_MakesRoomForTheFeedsNextOneUntilItIsRemoved()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.SaveSubscriptionAsync(Subscription("old", Wire) with { State = HubState.Ending }, Token);
        Assert.Null(await store.FindSubscriptionAsync(Wire, Token));
        await store.SaveSubscriptionAsync(Subscription("new", Wire), Token);
        await store.RemoveSubscriptionAsync("old", Token);
        await store.RemoveSubscriptionAsync("unknown", Token);

        Assert.Equal("new", (await store.FindSubscriptionAsync(Wire, Token))?.Token);
        Assert.Equal(["new"], (await store.ListSubscriptionsAsync(Token)).Select(subscription => subscription.Token));
    }

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
    public async Task JoinClusters_ThenReopen_HoldsAllStoriesInTheOther()
    {
        using var folder = new TemporaryFolder();
        var (one, other) = (new ClusterId("one"), new ClusterId("other"));
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 6).Select(i => Story(Wire, i, "AI") with { Cluster = i < 4 ? one : other })], null), Token);

            Assert.Equal(4, await store.JoinClustersAsync(one, other, Now.AddHours(3), Token));
            Assert.Equal(0, await store.JoinClustersAsync(one, other, Now.AddHours(4), Token));
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Empty(await Numbers(again, new StoryQuery { Cluster = one }));
        Assert.Equal([0, 1, 2, 3, 4, 5], await Numbers(again, new StoryQuery { Cluster = other }));
        var joined = (await again.FindStoryAsync(Story(Wire, 0).Id, Token))!;
        Assert.Equal((other, Now.AddHours(3), "AI"), (joined.Cluster, joined.Retagged, joined.Topics.Single().Topic));
    }

    [Fact]
    public async Task Save_ChangedText_KeepsTheEarlierOnesBounded()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path))
        {
            for (var i = 0; i < StoryVersion.MaxKept + 5; i++)
            {
                await store.SaveAsync(new StoryBatch([Edited(i, $"Text {i}")], null), Token);
            }

            await store.SaveAsync(new StoryBatch([Edited(StoryVersion.MaxKept + 6, $"TEXT, {StoryVersion.MaxKept + 4}!")], null), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        var versions = await again.ListVersionsAsync(Story(Wire, 1).Id, Token);
        Assert.Equal(StoryVersion.MaxKept, versions.Count);
        Assert.Equal($"Text {StoryVersion.MaxKept + 3}", versions[0].Text);
        Assert.Equal("Text 0", versions[^1].Text);
        Assert.Equal((Now.AddMinutes(0), Now.AddMinutes(1)), (versions[^1].From, versions[^1].Until));
        Assert.Empty(await again.ListVersionsAsync(Story(Wire, 2).Id, Token));

        static Story Edited(int minute, string text) =>
            Story(Wire, 1) with { Title = "The same title", Updated = Now.AddMinutes(minute), Body = new StoryBody($"<p>{text}</p>", text) };
    }

    [Fact]
    public async Task SplitCluster_ThenSaveAndReopen_KeepsTheStoriesApart()
    {
        using var folder = new TemporaryFolder();
        var (whole, part) = (new ClusterId("whole"), new ClusterId("part"));
        var reason = new ClusterReason(Story(Wire, 0).Id, 0.97, ["norvik", "dresden"]);
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 3).Select(i => Story(Wire, i) with { Cluster = whole, Joined = i == 0 ? null : reason })], null), Token);
            var split = new ClusterSplit(whole, part, [Story(Wire, 1).Id], [Story(Wire, 0).Id]);

            Assert.Equal(1, await store.SplitClusterAsync(split, Now.AddHours(3), Token));
            Assert.Equal(0, await store.SplitClusterAsync(split, Now.AddHours(4), Token));
            await store.SaveAsync(new StoryBatch([Story(Wire, 1) with { Cluster = whole, Joined = reason, Title = "Edited" }], null), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal([0, 2], await Numbers(again, new StoryQuery { Cluster = whole }));
        var apart = (await again.FindStoryAsync(Story(Wire, 1).Id, Token))!;
        Assert.Equal(("Edited", part, null), (apart.Title, apart.Cluster, apart.Joined));
        Assert.Equal([Story(Wire, 0).Id], apart.ApartFrom);
        var stayed = (await again.FindStoryAsync(Story(Wire, 2).Id, Token))!.Joined!;
        Assert.Equal((reason.Nearest, reason.Score), (stayed.Nearest, stayed.Score));
        Assert.Equal(reason.Shared, stayed.Shared);
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

    private static HubSubscription Subscription(string token, FeedId feed) => new()
    {
        Feed = feed,
        Hub = new Uri("https://hub.example/"),
        Topic = new Uri("https://wire.example"),
        Callback = new Uri($"https://news.example/hub/{token}"),
        Token = token,
        Secret = "secret",
        NextRequest = Now,
    };

    private static FeedActivation Activation(FeedId feed, DateTimeOffset firstPoll) => new(feed, new Uri($"https://{feed}.example/feed"), firstPoll);

    protected static async Task<List<int>> Numbers(IStoryStore store, StoryQuery query) => [.. (await store.QueryAsync(query, Token)).Stories.Select(Number)];

    private static int Number(Story story) => int.Parse(story.Title["Story ".Length..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Story 0 is the newest, story 1 a minute older, and so on.</summary>
    protected static Story Story(FeedId feed, int number, params IReadOnlyList<string> topics)
    {
        var id = StoryId.Of(feed, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new Story
        {
            Id = id,
            Feed = feed,
            FeedName = "The Feed",
            Link = new Uri($"https://{feed}.example/{number}"),
            Title = $"Story {number}",
            Published = Now.AddMinutes(-number),
            FirstSeen = Now.AddDays(1),
            Updated = Now,
            Topics = [.. topics.Select(topic => new TopicTag(topic, 1.5, [new Evidence("trade secret", StoryPart.Title, 2, 1.5)]))],
            Cluster = new ClusterId(id.Value),
            Fingerprint = "f",
            Body = new StoryBody("<p>Text with ümlauts and 漢字</p>", "Text with ümlauts and 漢字"),
        };
    }
}
