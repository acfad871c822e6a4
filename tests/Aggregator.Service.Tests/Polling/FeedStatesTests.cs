using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Tests.Polling;

public class FeedStatesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly FeedSource Source = new() { Address = new Uri("https://news.example.org/feed") };
    private static readonly Uri New = new("https://new.example.org/feed");

    private static FeedState Fresh => new() { Id = Source.Id, Address = Source.Address, NextPoll = Now };

    [Fact]
    public void After_PermanentRedirectForADay_FetchesFromTheNewAddress()
    {
        var once = After(Fresh, Redirected(New), Now);
        var soon = After(once, Redirected(New), Now.AddHours(23));
        var later = After(soon, Redirected(New), Now.AddHours(24));

        Assert.Equal([Source.Address, Source.Address, New], new[] { once, soon, later }.Select(state => state.FetchAddress));
        Assert.Equal(Source.Address, later.Address);
    }

    [Fact]
    public void After_PermanentRedirectThatChangesItsMind_StartsToCountAnew()
    {
        var once = After(Fresh, Redirected(New), Now);
        var gone = After(once, Redirected(null), Now.AddHours(20));
        var again = After(gone, Redirected(New), Now.AddHours(30));

        Assert.Equal(Source.Address, again.FetchAddress);
        Assert.Equal(Now.AddHours(30), again.RedirectedSince);
    }

    [Fact]
    public void After_PermanentRedirectToSomethingUnknown_IsNotTakenOverAndTold()
    {
        var known = Fresh with { Polls = 5, LastSuccess = Now.AddHours(-1), ValidatorsOf = Source.Address, Stories = 40 };
        var once = After(known, Document(New, New), Now, entries: 20, known: 2);
        var later = After(once, Document(New, New, "2"), Now.AddDays(2), entries: 20, known: 20);

        Assert.Equal(Source.Address, later.FetchAddress);
        Assert.Contains("not taken over", Assert.Single(Moves.Problems(later)), StringComparison.Ordinal);
    }

    [Fact]
    public void After_PermanentRedirectToKnownEntries_IsTakenOverAfterADay()
    {
        var known = Fresh with { Polls = 5, LastSuccess = Now.AddHours(-1), ValidatorsOf = Source.Address, Stories = 40 };
        var once = After(known, Document(New, New), Now, entries: 20, known: 8);
        var later = After(once, Document(New, New, "2"), Now.AddDays(1), entries: 20, known: 19);

        Assert.Equal((Source.Address, New), (once.FetchAddress, later.FetchAddress));
        Assert.Equal($"moved to {New}", Assert.Single(Moves.Problems(later)));
    }

    [Fact]
    public void After_NewAddressFailsForADay_GoesBackToTheOneInFeedsJsonAndSaysSo()
    {
        var notFound = new FetchResult.Failed(FetchFault.NotFound, 404, "answered 404");
        var once = After(Fresh with { MovedTo = New }, notFound, Now);
        var twice = After(once, new FetchResult.Gone(), Now.AddHours(2));
        var soon = After(twice, FetchResult.NoFeed("HTML"), Now.AddHours(20));
        var later = After(soon, notFound, Now.AddHours(25));

        Assert.All(new[] { once, twice, soon }, state => Assert.Equal((New, FeedHealth.Failing), (state.FetchAddress, state.Health)));
        Assert.Equal(Source.Address, later.FetchAddress);
        Assert.Contains("from its old address again", later.LastError, StringComparison.Ordinal);
        Assert.Equal(New, After(soon, new FetchResult.Failed(FetchFault.Unreachable, 500, "x"), Now.AddDays(3)).FetchAddress);
    }

    [Fact]
    public void Undo_OfAMove_IsKeptAgainstTheRedirect()
    {
        var undone = Moves.Undo(Fresh with { MovedTo = New, ETag = "\"1\"", ValidatorsOf = New }, Now)!;
        var later = After(After(undone, Redirected(New), Now), Redirected(New), Now.AddDays(3));

        Assert.Equal((Source.Address, Now), (undone.FetchAddress, undone.NextPoll));
        Assert.Equal(Source.Address, later.FetchAddress);
        Assert.Null(Moves.Undo(Fresh, Now));
    }

    [Fact]
    public void IsAnotherFeed_OtherNameAndNothingKnownAtAMovedAddress_IsTrue()
    {
        var moved = Fresh with { MovedTo = New, OwnTitle = "The Wire", Stories = 9 };
        ParsedFeed Feed(string title) => new() { Format = "rss2.0", Title = title, Entries = [new FeedEntry { Key = "1", Fingerprint = "1" }] };

        Assert.True(Moves.IsAnotherFeed(moved, Feed("Domain for sale"), 0));
        Assert.False(Moves.IsAnotherFeed(moved, Feed("The Wire"), 0));
        Assert.False(Moves.IsAnotherFeed(moved, Feed("The Wire renamed"), 1));
        Assert.False(Moves.IsAnotherFeed(moved with { MovedTo = null }, Feed("Domain for sale"), 0));
    }

    [Fact]
    public void After_EntriesCameUnderTheSameETag_TheETagIsUsedNoMore()
    {
        var known = Fresh with { Polls = 5, LastSuccess = Now, ValidatorsOf = Source.Address, ETag = "\"stuck\"", LastModified = "a" };
        var first = After(known, Document(Source.Address, null, "2", "\"stuck\"", "b"), Now, entries: 3, known: 2, newDates: [Now]);
        var same = After(first, Document(Source.Address, null, "3", "\"stuck\"", "b"), Now.AddDays(9), entries: 3, known: 2, newDates: [Now]);

        Assert.Equal((null, "b"), (first.ETag, first.LastModified));
        Assert.Equal((null, null), (same.ETag, same.LastModified));
        Assert.Contains("not used any more", Assert.Single(ValidatorDoubt.Problems(same)), StringComparison.Ordinal);
    }

    [Fact]
    public void After_WholeDocumentShowsEntriesOfLongBeforeTheLast304_TheETagLied()
    {
        var known = Fresh with { Polls = 50, LastPoll = Now.AddHours(-20), LastSuccess = Now.AddHours(-20), ValidatorsOf = Source.Address, ETag = "\"1\"" };

        FeedState Judged(DateTimeOffset date) => FeedStates.After(
            known, Source, new PollOutcome(Document(Source.Address, null, "2", "\"2\"")) { NewDates = [date], AskedForWhole = true }, new PollingOptions(), Now);

        Assert.True(Judged(Now.AddDays(-4)).DistrustsETag);
        Assert.False(Judged(Now.AddHours(-3)).DistrustsETag);
    }

    [Fact]
    public void IsDue_SilentFarLongerThanItsRhythm_WeeklyAndLessOftenWhenInVain()
    {
        var daily = new PublicationTimes([.. Enumerable.Range(0, 20).Select(day => (uint)Now.AddDays(day - 20).ToUnixTimeSeconds())]);
        var silent = Fresh with { ETag = "\"1\"", UnchangedInARow = 30, LastWhole = Now.AddDays(-1), LastChange = Now.AddDays(-1), Publications = daily };

        Assert.False(ValidatorDoubt.IsDue(silent, Now));
        Assert.False(ValidatorDoubt.IsDue(silent, Now.AddDays(5)));
        Assert.True(ValidatorDoubt.IsDue(silent, Now.AddDays(7)));
        Assert.False(ValidatorDoubt.IsDue(silent with { VainSuspicions = 1 }, Now.AddDays(7)));
        Assert.False(ValidatorDoubt.IsDue(silent with { ETag = null }, Now.AddDays(7)));
        var asked = ValidatorDoubt.WithoutValidators(silent);
        Assert.Equal((null, null), (asked.ETag, asked.LastModified));
    }

    [Fact]
    public void After_OurOwnOutage_BlamesNoFeedAndTriesSoon()
    {
        var healthy = Fresh with { Health = FeedHealth.Healthy, Polls = 3, LastPoll = Now.AddHours(-1) };

        var after = FeedStates.After(
            healthy, Source, new PollOutcome(new FetchResult.Failed(FetchFault.NotReached, null, "x")) { NetworkDown = true }, new PollingOptions(), Now);

        Assert.Equal((FeedHealth.Healthy, 0, null), (after.Health, after.FailuresInARow, after.LastError));
        Assert.InRange(after.NextPoll, Now.AddMinutes(5), Now.AddMinutes(10));
        Assert.Equal(Now, after.PlannedAt);
    }

    [Fact]
    public void After_HtmlInsteadOfTheFeed_KeepsTheValidatorsOfTheFeed()
    {
        var known = Fresh with { Polls = 5, ETag = "\"1\"", ValidatorsOf = Source.Address, BodyHash = "1" };
        var after = After(known, FetchResult.NoFeed("the answer is an HTML page"), Now);

        Assert.Equal(("\"1\"", "1", FeedHealth.Failing), (after.ETag, after.BodyHash, after.Health));
    }

    [Fact]
    public void After_NotModifiedThatStatesNoLifetime_KeepsTheOneStated()
    {
        var known = Fresh with { Polls = 5, ETag = "\"1\"", ValidatorsOf = Source.Address, StatedLifetime = TimeSpan.FromHours(6) };

        Assert.Equal(TimeSpan.FromHours(6), After(known, new FetchResult.Unchanged(new AnswerOrigin(Source.Address, null), new CacheTerms(null, null, null), SentWhole: false), Now).StatedLifetime);
    }

    [Fact]
    public void After_AskedToComeBackLater_KeepsQuietUntilThen()
    {
        var asked = After(Fresh, new FetchResult.ComeBackLater(TimeSpan.FromHours(5), "x"), Now);

        Assert.Equal(Now.AddHours(5), asked.QuietUntil);
        Assert.Null(After(asked, Redirected(null), Now.AddHours(6)).QuietUntil);
    }

    /// <summary>Another feed of its host was answered 429; nothing was asked for this one.</summary>
    [Fact]
    public void After_HostAtRest_NothingButTheNextPollChanges()
    {
        var known = Fresh with { Health = FeedHealth.Healthy, Polls = 7, LastPoll = Now.AddHours(-1) };

        var after = After(known, new FetchResult.HostAtRest(TimeSpan.FromMinutes(30), "x asked for no requests"), Now);

        Assert.InRange(after.NextPoll, Now.AddMinutes(30), Now.AddMinutes(31));
        Assert.Equal(known, after with { NextPoll = known.NextPoll, NextPollReason = known.NextPollReason, PlannedAt = known.PlannedAt });
        Assert.Equal(("x asked for no requests", Now), (after.NextPollReason, after.PlannedAt));
    }

    [Fact]
    public void After_NoMemoryForTheAnswer_IsTriedAgainSoonAndNothingElseChanges()
    {
        var known = Fresh with { Health = FeedHealth.Healthy, Polls = 7, LastPoll = Now.AddHours(-1) };

        var after = After(known, new FetchResult.NoRoom("there was no memory for it"), Now);

        Assert.InRange(after.NextPoll, Now.AddMinutes(1), Now.AddMinutes(2));
        Assert.Equal(known, after with { NextPoll = known.NextPoll, NextPollReason = known.NextPollReason, PlannedAt = known.PlannedAt });
        Assert.Equal("there was no memory for it; tried again soon", after.NextPollReason);
    }

    [Fact]
    public void After_NewDocument_RemembersItsEntries()
    {
        var entry = new FeedEntry { Key = "1", Fingerprint = "", Id = "http://news.example.org/1", Title = "One" };
        var document = new FetchResult.Changed(default, "", new AnswerOrigin(Source.Address, null), new CacheTerms(null, null, null));

        var read = FeedStates.After(Fresh, Source, new PollOutcome(document) { Feed = new ParsedFeed { Format = "rss2.0", Entries = [entry] } }, new PollingOptions(), Now);
        var moved = After(read, Redirected(null), Now.AddHours(1)).Known.Recognise([entry with { Key = "2", Id = "https://news.example.org/1" }], Source.Id);

        Assert.Equal(entry.StoryIn(Source.Id), Assert.Single(moved).StoryIn(Source.Id));
    }

    private static FetchResult.Unchanged Redirected(Uri? to) =>
        new FetchResult.Unchanged(new AnswerOrigin(to ?? Source.Address, to), new CacheTerms(null, null, null), SentWhole: true);

    private static FetchResult.Changed Document(Uri address, Uri? movedTo, string hash = "1", string? etag = null, string? modified = null) =>
        new FetchResult.Changed(default, hash, new AnswerOrigin(address, movedTo), new CacheTerms(etag, modified, null));

    private static FeedState After(FeedState before, FetchResult result, DateTimeOffset now) =>
        FeedStates.After(before, Source, new PollOutcome(result), new PollingOptions(), now);

    private static FeedState After(FeedState before, FetchResult result, DateTimeOffset now, int entries, int known, IReadOnlyList<DateTimeOffset?>? newDates = null) =>
        FeedStates.After(before, Source, new PollOutcome(result)
        {
            Feed = new ParsedFeed { Format = "rss2.0", Entries = [.. Enumerable.Range(0, entries).Select(n => new FeedEntry { Key = $"{n}", Fingerprint = $"{n}" })] },
            KnownEntries = known,
            NewDates = newDates ?? [],
        }, new PollingOptions(), now);
}
