using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Tests.Polling;

public class PollScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly FeedSource Source = new() { Address = new Uri("https://news.example.org/feed") };
    private static readonly AnswerOrigin Origin = new(Source.Address, MovedTo: null);
    private static readonly FetchResult NotModified = new FetchResult.Unchanged(Origin, new CacheTerms(null, null, null), SentWhole: false);

    private static readonly int[] SilentDays = [1, 4, 15, 60, 365];

    private static FeedState State => new() { Id = Source.Id, Address = Source.Address, ETag = "\"1\"", NextPoll = Now };

    private static FeedState InRhythm(FeedState state, TimeSpan gap) => state with
    {
        Polls = 9,
        Publications = new PublicationTimes([.. Enumerable.Range(0, 30).Select(back => (uint)(Now - (gap * (30 - back))).ToUnixTimeSeconds())]),
    };

    private static uint[] Ago(params double[] hours) => [.. hours.Select(ago => (uint)Now.AddHours(-ago).ToUnixTimeSeconds())];

    private static (DateTimeOffset At, string Reason) Next(FeedState state, FeedSource? source = null) =>
        PollSchedule.Next(state, source ?? Source, NotModified, new PollingOptions(), Now);

    [Fact]
    public void Next_RhythmNotKnown_IsTheDefault() => AssertHours(1, NotModified, State);

    [Fact]
    public void Next_FirstPollOfAFeedThatToldItsPast_IsTheDefaultAndTheSpread()
    {
        var weekly = State with { Polls = 1, Publications = new PublicationTimes([.. Enumerable.Range(0, 9).Select(week => (uint)Now.AddDays(-7 * (9 - week)).ToUnixTimeSeconds())]) };

        Assert.InRange((Next(weekly).At - Now).TotalHours, 1, 2);
    }

    [Fact]
    public void Next_IntervalSetForTheFeed_IsKeptWhateverTheRhythm()
    {
        var (at, reason) = Next(InRhythm(State, TimeSpan.FromMinutes(10)), Source with { Interval = TimeSpan.FromHours(6) });

        Assert.InRange((at - Now).TotalHours, 6, 6.3);
        Assert.Equal("every 6 h, as set for this feed", reason);
    }

    [Fact]
    public void Next_IntervalBelowTheFloor_IsTheFloor() => AssertHours(0.25, NotModified, State, Source with { Interval = TimeSpan.FromMinutes(1) });

    [Theory]
    [InlineData(3, 3)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.1, 0.25)]
    [InlineData(100, 24)]
    public void Next_BusyFeedThatStatesAWish_IsPolledAsOftenAsItWishesAndTheFloorAllows(double wish, double hours) =>
        AssertHours(hours, NotModified, InRhythm(State, TimeSpan.FromMinutes(6)) with { Wishes = new PollingWishes { MinimumInterval = TimeSpan.FromHours(wish) } });

    [Fact]
    public void Next_BusyFeedThatStatesNothing_IsPolledHourly() => AssertHours(1, NotModified, InRhythm(State, TimeSpan.FromMinutes(6)));

    [Fact]
    public void Next_SeveralWishes_TheLongestCounts() => AssertHours(2, NotModified, InRhythm(State, TimeSpan.FromMinutes(6)) with
    {
        StatedLifetime = TimeSpan.FromMinutes(5),
        Wishes = new PollingWishes { MinimumInterval = TimeSpan.FromHours(2) },
    });

    [Fact]
    public void Next_FreshForLonger_WaitsForItAndSaysSo()
    {
        var state = InRhythm(State, TimeSpan.FromMinutes(30)) with { StatedLifetime = TimeSpan.FromHours(5) };

        AssertHours(5, NotModified, state);
        Assert.StartsWith("the publisher asks for no more than every 5 h (Cache-Control or Expires); publishes about every 30 min", Next(state).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_OperatorsLimits_Hold()
    {
        var busy = InRhythm(State, TimeSpan.FromMinutes(6)) with { StatedLifetime = TimeSpan.FromMinutes(5) };
        var dead = State with { Polls = 9, LastChange = Now.AddYears(-1) };
        var options = new PollingOptions { MinInterval = TimeSpan.FromHours(3), MaxInterval = TimeSpan.FromHours(8) };

        Assert.InRange((PollSchedule.Next(busy, Source, NotModified, options, Now).At - Now).TotalHours, 3, 3.1);
        Assert.InRange((PollSchedule.Next(dead, Source, NotModified, options, Now).At - Now).TotalHours, 7.9, 8.2);
        Assert.InRange((PollSchedule.Next(dead, Source, NotModified, new PollingOptions { MaxInterval = TimeSpan.FromDays(7) }, Now).At - Now).TotalDays, 6.9, 7.1);
    }

    [Fact]
    public void Next_SilentFeed_SlowsDownStepByStepToTheLongest()
    {
        var waits = SilentDays.Select(days =>
            (Next(State with { Polls = 9, Publications = new PublicationTimes(Ago(days * 24 + 3, days * 24 + 2, days * 24 + 1, days * 24)) }).At - Now).TotalHours).ToList();

        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits[0], 1, 5);
        Assert.InRange(waits[^1], 23.9, 24.5);
        Assert.Equal("silent for 4 days", Next(State with { Polls = 9, Publications = new PublicationTimes(Ago(99, 98, 97, 96)) }).Reason);
    }

    [Fact]
    public void Next_FeedOfOneHourOfTheDay_IsLeftAloneForLongAndTellsWhenItIsExpected()
    {
        // Nine in the morning for three weeks; it is noon.
        var daily = new PublicationTimes(Ago([.. Enumerable.Range(0, 21).Select(day => 3 + (24 * (20.0 - day)))])).WithPeriod(TimeSpan.FromDays(1), sharp: true);

        var (at, reason) = Next(State with { Polls = 50, Publications = daily });

        Assert.InRange(at, Now.AddHours(6), Now.AddHours(22));
        Assert.StartsWith("publishes about every 24 h; expected about Tue", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 8)]
    [InlineData(50, 24)]
    public void Next_UnchangedWithoutValidators_SlowsDown(int unchanged, double hours) =>
        AssertHours(hours, new FetchResult.Unchanged(Origin, new CacheTerms(null, null, null), SentWhole: true), State with { ETag = null, UnchangedInARow = unchanged });

    [Fact]
    public void Next_NotModifiedWithoutRepeatedValidators_DoesNotSlowDown() => AssertHours(1, NotModified, State with { UnchangedInARow = 9 });

    [Theory]
    [InlineData(FetchFault.Unreachable, 1, 1)]
    [InlineData(FetchFault.Unreachable, 3, 4)]
    [InlineData(FetchFault.Unreachable, 40, 24)]
    [InlineData(FetchFault.NotFound, 2, 2)]
    [InlineData(FetchFault.NotFound, 3, 24)]
    [InlineData(FetchFault.Forbidden, 1, 24)]
    public void Next_Failures_BackOffByKind(FetchFault fault, int inARow, double hours) =>
        AssertHours(hours, new FetchResult.Failed(fault, null, "x"), State with { FailuresInARow = inARow });

    [Fact]
    public void Next_FailureOfADailyFeed_IsNotTriedSooner() =>
        AssertHours(24, new FetchResult.Failed(FetchFault.Unreachable, null, "x"), State with { FailuresInARow = 1 }, Source with { Interval = TimeSpan.FromDays(1) });

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(100, 100)]
    public void Next_AskedToComeBackLater_NeverSoonerThanThat(double delay, double hours) =>
        AssertHours(hours, new FetchResult.ComeBackLater(TimeSpan.FromHours(delay), "x"), State);

    /// <summary>One feed that is always answered 429 sends its host to rest each time: ever more seldom, or the host's others starve.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(9, 24)]
    public void Next_AskedToComeBackLaterAgainAndAgain_WaitsLongerEachTime(int inARow, double hours) =>
        AssertHours(hours, new FetchResult.ComeBackLater(TimeSpan.FromMinutes(5), "x"), State with { FailuresInARow = inARow });

    [Fact]
    public void AfterRest_WhoWaitedLongest_ComesFirst()
    {
        var rest = new FetchResult.HostAtRest(TimeSpan.FromHours(1), "x");
        var turns = new DateTimeOffset?[] { null, Now.AddDays(-1), Now.AddHours(-1), Now, Now.AddHours(1) }
            .Select(last => PollSchedule.AfterRest(State with { LastPoll = last }, rest, Now).At - Now.AddHours(1)).ToList();

        Assert.Equal(turns.Order(), turns);
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMinutes(1)), (turns[0], turns[^1]));
        Assert.True(turns[1] < turns[2] && turns[2] < turns[3]);
    }

    [Fact]
    public void Next_SkipHours_AreLeftOut()
    {
        var wishes = new PollingWishes { SkipHours = [13, 14, 15] };

        var (at, reason) = PollSchedule.Next(State with { Wishes = wishes }, Source, NotModified, new PollingOptions(), Now);

        Assert.Equal(16, at.Hour);
        Assert.Contains("quiet", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_SkipDays_AreLeftOut()
    {
        var wishes = new PollingWishes { SkipDays = [DayOfWeek.Monday, DayOfWeek.Tuesday] };

        Assert.Equal(DayOfWeek.Wednesday, PollSchedule.Next(State with { Wishes = wishes }, Source, NotModified, new PollingOptions(), Now).At.DayOfWeek);
    }

    [Fact]
    public void Next_EveryHourSkipped_IsIgnored() =>
        AssertHours(1, NotModified, State with { Wishes = new PollingWishes { SkipHours = [.. Enumerable.Range(0, 24)] } });

    [Fact]
    public void Next_FirstPollOfManyFeeds_SpreadsThemOverAnHourAndNoLonger()
    {
        var waits = Enumerable.Range(0, 16).Select(number => (Next(
            State with { Id = new FeedId($"{number:x1}fffffffffffffff"), Polls = 1, StatedLifetime = TimeSpan.FromDays(1) }).At - Now).TotalHours).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, 24, 25));
        Assert.True(waits.Max() - waits.Min() > 0.9);
    }

    [Theory]
    [InlineData(FetchFault.NotFound, 404, 3, "404 three times: tried once a day")]
    [InlineData(FetchFault.Forbidden, 403, 1, "403 once: tried once a day")]
    [InlineData(FetchFault.Unreachable, 502, 2, "502 twice: waits longer each time")]
    [InlineData(FetchFault.NotAFeed, 200, 5, "no feed 5 times in a row: waits longer each time")]
    public void Next_Failures_AreToldInWords(FetchFault fault, int status, int inARow, string words) =>
        Assert.Equal(words, PollSchedule.Next(State with { FailuresInARow = inARow }, Source, new FetchResult.Failed(fault, status, "x"), new PollingOptions(), Now).Reason);

    [Fact]
    public void EndOfQuiet_InsideAndOutside_IsTheEndOrNothing()
    {
        var wishes = new PollingWishes { SkipHours = [12, 13] };

        Assert.Equal(14, PollSchedule.EndOfQuiet(wishes, Now)!.Value.Hour);
        Assert.Equal(14, PollSchedule.EndOfQuiet(wishes, Now.AddSeconds(-30))!.Value.Hour);
        Assert.Null(PollSchedule.EndOfQuiet(wishes, Now.AddHours(3)));

        // Clocks differ: what is two o'clock here may not be there yet.
        var end = PollSchedule.EndOfQuiet(wishes, Now.AddHours(2))!.Value;
        Assert.InRange(end, Now.AddHours(2).AddMinutes(1), Now.AddHours(2).AddMinutes(35));
        Assert.Null(PollSchedule.EndOfQuiet(wishes, end));
        Assert.Null(PollSchedule.EndOfQuiet(new PollingWishes(), Now));
    }

    /// <summary>Not before the wait is over, and at most a twentieth after it.</summary>
    private static void AssertHours(double hours, FetchResult result, FeedState state, FeedSource? source = null)
    {
        var waited = PollSchedule.Next(state, source ?? Source, result, new PollingOptions(), Now).At - Now;
        Assert.InRange(waited.TotalHours, hours, hours * 1.05);
    }
}
