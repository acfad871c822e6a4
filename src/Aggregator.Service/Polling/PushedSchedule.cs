using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling;

/// <summary>A feed whose new stories are pushed by a hub that has proved itself is polled once a day, to see whether it still does. Pure.</summary>
public static class PushedSchedule
{
    private static readonly TimeSpan Rarely = TimeSpan.FromDays(1);

    /// <summary>
    /// The state with its next poll a day later, at the same time of the day, which lies outside the hours the publisher wants quiet;
    /// never sooner than it was, and not moved where the poll failed.
    /// </summary>
    public static FeedState Relax(FeedState after, string hub, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(after);
        if (after.Health != FeedHealth.Healthy || after.NextPoll - now >= Rarely)
        {
            return after;
        }

        var at = after.NextPoll + Rarely;
        for (var days = 0; days < 7 && after.Wishes.SkipDays.Contains(at.UtcDateTime.DayOfWeek); days++)
        {
            at += Rarely;
        }

        return after with { NextPoll = at, NextPollReason = $"new stories are pushed by {hub}; polled once a day" };
    }
}
