using Aggregator.Model.Feeds;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Tests.Hub;

public class PushedScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero); // a Monday
    private static readonly Uri Address = new("https://news.example.org/feed");

    private static FeedState Healthy => new() { Id = FeedId.Of(Address), Address = Address, Health = FeedHealth.Healthy, NextPoll = Now.AddHours(1), NextPollReason = "x" };

    [Fact]
    public void Relax_HealthyFeed_IsPolledOnceADayAndSaysWhy()
    {
        var relaxed = PushedSchedule.Relax(Healthy, "hub.example", Now);

        Assert.Equal((Now.AddHours(25), "new stories are pushed by hub.example; polled once a day"), (relaxed.NextPoll, relaxed.NextPollReason));
    }

    [Fact]
    public void Relax_DayThePublisherWantsQuiet_IsAvoided() => Assert.Equal(
        Now.AddHours(49), PushedSchedule.Relax(Healthy with { Wishes = new PollingWishes { SkipDays = [DayOfWeek.Tuesday] } }, "hub.example", Now).NextPoll);

    [Fact]
    public void Relax_FailedOrAlreadyRare_StaysAsItWas()
    {
        var failing = Healthy with { Health = FeedHealth.Failing };
        var rare = Healthy with { NextPoll = Now.AddDays(2) };

        Assert.Equal([failing, rare], new[] { failing, rare }.Select(state => PushedSchedule.Relax(state, "hub.example", Now)));
    }
}
