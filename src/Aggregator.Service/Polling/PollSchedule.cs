using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>
/// When a feed is polled next, and why: the publisher's wishes over ours, the operator's over the default, and a longer wait after
/// every failure. Pure.
/// </summary>
public static class PollSchedule
{
    private static readonly TimeSpan Floor = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Ceiling = TimeSpan.FromHours(24);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstSpread = TimeSpan.FromHours(1);

    /// <summary>
    /// The next poll of a feed whose poll at <paramref name="now"/> ended with <paramref name="result"/>. <paramref name="after"/> is
    /// the feed's state with its counts already brought up to date.
    /// </summary>
    public static (DateTimeOffset At, string Reason) Next(FeedState after, FeedSource source, FetchResult result, TimeSpan defaultInterval, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(source);
        var (wait, reason) = result switch
        {
            FetchResult.Gone => (Ceiling, "the publisher removed the feed; it is not polled any more"),
            FetchResult.ComeBackLater later => (Later(later.Delay, Usual(after, source, defaultInterval).Wait), later.Why),
            FetchResult.Failed failed => Backoff(failed, after, Usual(after, source, defaultInterval).Wait),
            FetchResult.Changed changed => Regular(after, source, changed.Terms, defaultInterval),
            FetchResult.Unchanged unchanged => Regular(after, source, unchanged.Terms, defaultInterval),
            _ => (defaultInterval, "the usual interval"),
        };
        return OutsideSkipped(now + wait + Jitter(after, wait), reason, after.Wishes);
    }

    /// <summary>The interval when nothing is special: the operator's, or the longer one the feed asks for.</summary>
    private static (TimeSpan Wait, string Reason) Usual(FeedState after, FeedSource source, TimeSpan defaultInterval)
    {
        var wait = Later(source.Interval ?? defaultInterval, Floor);
        return after.Wishes.MinimumInterval is { } wish && Sooner(wish, Ceiling) > wait
            ? (Sooner(wish, Ceiling), "the feed asks for this interval")
            : (wait, source.Interval is null ? "the usual interval" : "the interval set for this feed");
    }

    private static (TimeSpan Wait, string Reason) Regular(FeedState after, FeedSource source, CacheTerms terms, TimeSpan defaultInterval)
    {
        var (wait, reason) = Usual(after, source, defaultInterval);

        // The state is asked, not the answer: a 304 need not repeat the validators it was asked with.
        if (after is { ETag: null, LastModified: null, UnchangedInARow: > 0 })
        {
            var slowed = TimeSpan.FromTicks((long)Math.Min(wait.Ticks * Math.Pow(2, Math.Min(after.UnchangedInARow, 10)), Ceiling.Ticks));
            if (slowed > wait)
            {
                (wait, reason) = (slowed, "unchanged, and every poll costs the publisher the whole feed");
            }
        }

        return terms.Freshness is { } fresh && fresh > wait ? (fresh, "the answer stays fresh until then (Cache-Control, Expires)") : (wait, reason);
    }

    /// <summary>Never sooner than a poll that succeeded: a feed that is asked once a day is not asked hourly because it fails.</summary>
    private static (TimeSpan Wait, string Reason) Backoff(FetchResult.Failed failed, FeedState after, TimeSpan usual)
    {
        var doubled = TimeSpan.FromTicks((long)Math.Min(FirstBackoff.Ticks * Math.Pow(2, Math.Min(after.FailuresInARow - 1, 10)), Ceiling.Ticks));
        return failed.Fault switch
        {
            FetchFault.Forbidden => (Later(Ceiling, usual), "access denied: tried once a day"),
            FetchFault.Refused => (Later(Ceiling, usual), "not allowed to be fetched: looked at once a day"),
            FetchFault.NotFound when after.FailuresInARow >= 3 => (Later(Ceiling, usual), "not found three times in a row: tried once a day"),
            _ => (Later(doubled, usual), FormattableString.Invariant($"failed {after.FailuresInARow} times in a row: waits longer each time")),
        };
    }

    /// <summary>
    /// A share of the wait, the same for the same feed every time, never shortening it. After the first poll, which all new feeds have
    /// together, up to an hour, so that the feeds spread over it; later a twentieth, so that they stay apart.
    /// </summary>
    private static TimeSpan Jitter(FeedState after, TimeSpan wait)
    {
        var share = Convert.ToUInt16(after.Id.Value[..4], 16) / (double)ushort.MaxValue;
        var most = after is { Polls: 1, FailuresInARow: 0 } ? Sooner(wait, FirstSpread) : wait / 20;
        return TimeSpan.FromSeconds(Math.Floor(most.TotalSeconds * share));
    }

    /// <summary>Moves a poll out of the hours and days the publisher wants quiet (RSS 2.0 skipHours and skipDays, GMT).</summary>
    private static (DateTimeOffset At, string Reason) OutsideSkipped(DateTimeOffset at, string reason, PollingWishes wishes)
    {
        var moved = at.ToUniversalTime();
        for (var hours = 0; wishes.SkipHours.Contains(moved.Hour) || wishes.SkipDays.Contains(moved.DayOfWeek); hours++)
        {
            if (hours == 8 * 24)
            {
                return (at, reason); // wishes that leave no hour at all are none
            }

            moved = new DateTimeOffset(moved.Year, moved.Month, moved.Day, moved.Hour, 0, 0, TimeSpan.Zero).AddHours(1) + TimeSpan.FromSeconds(at.Minute);
        }

        return moved == at ? (at, reason) : (moved, reason + "; moved out of the hours the feed wants quiet");
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Sooner(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
