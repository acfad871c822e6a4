using Aggregator.Model.Feeds;

namespace Aggregator.Model.Tests.Feeds;

public class FeedDaysTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void With_PollsOfSeveralDays_AreAddedUpSinceTheFirst()
    {
        var days = FeedDays.None.With(Poll(bytes: 100), Noon).With(Poll(bytes: 50), Noon.AddHours(1)).With(Poll(bytes: 7), Noon.AddDays(2));

        var (sum, since) = days.Sum(Noon.AddDays(2))!.Value;

        Assert.Equal((3, 157, Noon), (sum.Polls, sum.Bytes, since));
    }

    [Fact]
    public void With_PollsForYears_KeepsThirtyDaysAndStaysSmall()
    {
        var days = FeedDays.None;
        for (var hour = 0; hour < 24 * 365 * 3; hour++)
        {
            days = days.With(Poll(bytes: 100_000), Noon.AddHours(hour));
        }

        var now = Noon.AddHours((24 * 365 * 3) - 1);
        var (sum, since) = days.Sum(now)!.Value;
        Assert.Equal((29 * 24) + now.Hour + 1, sum.Polls);
        Assert.Equal(new DateTimeOffset(now.Date, TimeSpan.Zero).AddDays(-29), since);
        Assert.InRange(days.Bytes.Length, 1, 600);
    }

    [Fact]
    public void Sum_LongAfterTheLastPoll_IsNothing() => Assert.Equal(default, FeedDays.None.With(Poll(1), Noon).Sum(Noon.AddDays(40))!.Value.Sum);

    [Fact]
    public void With_CountedWhileTheClockWasAhead_IsForgottenWhenItIsRight()
    {
        var days = FeedDays.None.With(Poll(bytes: 1), Noon.AddYears(1)).With(Poll(bytes: 2), Noon);

        Assert.Equal((1, 2, Noon), (days.Sum(Noon)!.Value.Sum.Polls, days.Sum(Noon)!.Value.Sum.Bytes, days.Sum(Noon)!.Value.Since));
    }

    [Fact]
    public void FromBytes_WhatBytesWere_IsTheSame()
    {
        var day = new FeedDay { Polls = 1, Failed = 2, NotModified = 3, SentAgain = 4, Documents = 5, Repaired = 6, Bytes = long.MaxValue, Items = 8, PagesRead = 9, PagesMissed = 10 };
        var days = FeedDays.FromBytes(FeedDays.None.With(day, Noon).Bytes.Span);

        Assert.Equal((day, Noon), days.Sum(Noon));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 1, 2, 3 })]
    public void FromBytes_SomethingElse_IsNothing(byte[] bytes) => Assert.Null(FeedDays.FromBytes(bytes).Sum(Noon));

    private static FeedDay Poll(long bytes) => new() { Polls = 1, Bytes = bytes };
}
