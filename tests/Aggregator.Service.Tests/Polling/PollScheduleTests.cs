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

    private static FeedState State => new() { Id = Source.Id, Address = Source.Address, ETag = "\"1\"", NextPoll = Now };

    [Fact]
    public void Next_NothingSpecial_IsTheDefault() => AssertHours(1, NotModified, State);

    [Fact]
    public void Next_IntervalBelowTheFloor_IsTheFloor() => AssertHours(0.25, NotModified, State, Source with { Interval = TimeSpan.FromMinutes(1) });

    [Theory]
    [InlineData(3, 3)]
    [InlineData(0.5, 1)]
    [InlineData(100, 24)]
    public void Next_FeedsOwnWish_LengthensOnly(double wish, double hours) =>
        AssertHours(hours, NotModified, State with { Wishes = new PollingWishes { MinimumInterval = TimeSpan.FromHours(wish) } });

    [Fact]
    public void Next_FreshForLonger_WaitsForIt() =>
        AssertHours(5, new FetchResult.Unchanged(Origin, new CacheTerms(null, null, TimeSpan.FromHours(5)), SentWhole: false), State);

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
        var daily = new FetchResult.Unchanged(Origin, new CacheTerms(null, null, TimeSpan.FromDays(1)), SentWhole: false);

        var waits = Enumerable.Range(0, 16).Select(number =>
            (PollSchedule.Next(State with { Id = new FeedId($"{number:x1}fffffffffffffff"), Polls = 1 }, Source, daily, new PollingOptions(), Now).At - Now).TotalHours).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, 24, 25));
        Assert.True(waits.Max() - waits.Min() > 0.9);
    }

    /// <summary>Not before the wait is over, and at most a twentieth after it.</summary>
    private static void AssertHours(double hours, FetchResult result, FeedState state, FeedSource? source = null)
    {
        var waited = PollSchedule.Next(state, source ?? Source, result, new PollingOptions(), Now).At - Now;
        Assert.InRange(waited.TotalHours, hours, hours * 1.05);
    }
}
