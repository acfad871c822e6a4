using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;

namespace Aggregator.Storage.Tests;

/// <summary>What is remembered of feeds, hosts and subscriptions, and who polls when.</summary>
public abstract partial class StoryStoreContract
{
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
            ProblemsSince = Now.AddDays(-4),
            VainSuspicions = 2,
            StatedLifetime = TimeSpan.FromMinutes(30),
            LastFault = FeedFault.Forbidden,
            PlannedAt = Now.AddMinutes(-1),
            Days = FeedDays.None.With(new FeedDay { Polls = 3, Failed = 1, Bytes = 5_000_000_000 }, Now),
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
        Assert.Equal(state.Days.Sum(Now), found.Days.Sum(Now));
        Assert.Equal(state, found with { Days = state.Days, Publications = state.Publications, Problems = state.Problems, Wishes = state.Wishes });
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

    /// <summary>A poll that the network stopped is no poll; a feed that is new had none yet.</summary>
    [Fact]
    public async Task Claim_ClockSetBackAfterPlansWithoutAPoll_WaitsForNobodysFuture()
    {
        using var folder = new TemporaryFolder();
        var ahead = Now.AddYears(73);
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.ActivateFeedsAsync([Activation(Wire, Now), Activation(Ledger, ahead.AddMinutes(9)) with { PlannedAt = ahead }], Token);
            var first = Assert.Single(await store.ClaimDueFeedsAsync(ahead, 10, TimeSpan.FromMinutes(5), Token));
            await store.SaveAsync(new StoryBatch([], first with { NextPoll = ahead.AddMinutes(9), PlannedAt = ahead }), Token);

            Assert.Equal([Wire, Ledger], await ClaimedAsync(store, Now));
        }

        await using var again = await OpenAsync(folder.Path);
        await again.ActivateFeedsAsync([Activation(Wire, Now), Activation(Ledger, Now)], Token);
        Assert.Equal([Wire, Ledger], await ClaimedAsync(again, Now.AddHours(1)));
    }

    [Fact]
    public async Task Claim_GoneFeedWokenWhileTheClockRanAhead_IsDueWhenItIsSetBack()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);
        await store.SaveAsync(new StoryBatch([], (await store.FindFeedStateAsync(Wire, Token))! with { Health = FeedHealth.Gone, PlannedAt = Now }), Token);
        var ahead = Now.AddDays(1);
        await store.HastenPollAsync(Wire, ahead, "x", Token);
        await store.ClaimDueFeedsAsync(ahead.AddMinutes(-1), 10, TimeSpan.FromMinutes(5), Token);

        Assert.Equal([Wire], await ClaimedAsync(store, Now));
    }

    [Fact]
    public async Task Claim_ClaimedWhileTheClockRanAheadAndNeverSaved_IsHandedOutWhenItIsSetBack()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);
        Assert.Equal([Wire], await ClaimedAsync(store, Now.AddDays(1)));

        Assert.Equal([Wire], await ClaimedAsync(store, Now));
        Assert.Empty(await ClaimedAsync(store, Now.AddSeconds(-30)));
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

    /// <summary>A poll never overlaps itself, also where a hub or a person wants it sooner.</summary>
    [Fact]
    public async Task Hasten_WhileAPollIsUnderWay_HandsTheFeedToNobodyElse()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);
        var claimed = Assert.Single(await store.ClaimDueFeedsAsync(Now, 10, TimeSpan.FromMinutes(5), Token));

        Assert.True(await store.HastenPollAsync(Wire, Now.AddMinutes(-1), "x", Token));

        Assert.Empty(await ClaimedAsync(store, Now.AddMinutes(1)));
        await store.SaveAsync(new StoryBatch([], claimed with { NextPoll = Now.AddMinutes(2) }), Token);
        Assert.Equal([Wire], await ClaimedAsync(store, Now.AddMinutes(2)));
    }

    [Fact]
    public async Task Hasten_WhileThePollsStateIsBeingStored_LosesNothingOfIt()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        await store.ActivateFeedsAsync([Activation(Wire, Now)], Token);
        for (var poll = 1; poll <= 20; poll++)
        {
            var before = (await store.FindFeedStateAsync(Wire, Token))!;
            var saving = store.SaveAsync(new StoryBatch([], before with { Polls = poll, ETag = $"\"{poll}\"", NextPoll = Now.AddDays(1) }), Token);

            await Task.WhenAll(saving, store.HastenPollAsync(Wire, Now, "x", Token));

            var after = (await store.FindFeedStateAsync(Wire, Token))!;
            Assert.Equal((poll, $"\"{poll}\""), ((int)after.Polls, after.ETag));
        }
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
    public async Task Retain_LessonsOfHostsThatSayNothingAnyMore_AreForgotten()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        HostLesson[] lessons =
        [
            new("held-still.example") { HeldUntil = Now.AddHours(1), LearnedAt = Now.AddDays(-30) },
            new("held-once.example") { HeldUntil = Now.AddDays(-29), LearnedAt = Now.AddDays(-30) },
            new("slow.example") { Spacing = TimeSpan.FromSeconds(9), LearnedAt = Now.AddDays(-6) },
            new("slow-once.example") { Spacing = TimeSpan.FromSeconds(9), LearnedAt = Now.AddDays(-8) },
            new("of-a-clock-ahead.example") { Spacing = TimeSpan.FromSeconds(9), LearnedAt = Now.AddYears(73) },
        ];
        await store.SaveAsync(new StoryBatch([], null) { Hosts = lessons }, Token);

        await store.RetainAsync(Now, Token);

        Assert.Equal(["held-still.example", "slow.example"], (await store.ListHostLessonsAsync(Token)).Select(lesson => lesson.Host).Order());
        await store.RetainAsync(Now.AddDays(8), Token);
        Assert.Empty(await store.ListHostLessonsAsync(Token));
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

    private static async Task<IEnumerable<FeedId>> ClaimedAsync(IStoryStore store, DateTimeOffset now) =>
        (await store.ClaimDueFeedsAsync(now, 10, TimeSpan.FromMinutes(5), Token)).Select(state => state.Id).OrderBy(feed => feed.Value, StringComparer.Ordinal);

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
}
