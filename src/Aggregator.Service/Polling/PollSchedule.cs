using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling.Rhythm;

namespace Aggregator.Service.Polling;

/// <summary>
/// When a feed is polled next, and why: in its own rhythm, never sooner than its publisher and the operator wish, and after a longer wait
/// with every failure. Pure.
/// </summary>
public static class PollSchedule
{
    private static readonly TimeSpan Ceiling = TimeSpan.FromHours(24);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstSpread = TimeSpan.FromHours(1);

    /// <summary>How far apart the feeds of a host begin again after its rest.</summary>
    private static readonly TimeSpan RestTurns = TimeSpan.FromMinutes(1);

    /// <summary>As long as a request may wait for its turn at a host shared by many feeds.</summary>
    private static readonly TimeSpan TurnWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan OutageWait = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan CrowdWait = TimeSpan.FromMinutes(1);

    /// <summary>What publishers who state nothing expect of readers: "at most hourly".</summary>
    private static readonly TimeSpan Norm = TimeSpan.FromHours(1);

    /// <summary>The most that is added to a wait, so that feeds stay apart: more would make an hourly feed's entries late.</summary>
    private static readonly TimeSpan MostJitter = TimeSpan.FromMinutes(20);

    /// <summary>A poll planned so shortly before quiet hours could slip into them; one so shortly after, by a publisher's clock that is late, too.</summary>
    private static readonly TimeSpan QuietMargin = TimeSpan.FromMinutes(2);

    /// <summary>How late a publisher's clock may be.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The next poll of a feed whose poll at <paramref name="now"/> ended with <paramref name="result"/>. <paramref name="after"/> is
    /// the feed's state with its counts already brought up to date.
    /// </summary>
    public static (DateTimeOffset At, string Reason) Next(FeedState after, FeedSource source, FetchResult result, PollingOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(options);
        var wait = result switch
        {
            FetchResult.Gone => new Choice(Ceiling, "the publisher removed the feed; it is not polled any more"),
            FetchResult.ComeBackLater later => new Choice(Later(later.Delay, Later(Doubled(after), Usual(after, source, options).Wait)), later.Why),
            FetchResult.Failed failed => Backoff(failed, after, Usual(after, source, options).Wait),
            _ => Regular(after, source, options, now),
        };
        return OutsideSkipped(now + wait.Wait + Jitter(after, wait), wait.Reason, after.Wishes);
    }

    /// <summary>The next try while nothing can be reached from here: soon, and spread, for it says nothing of the feed.</summary>
    public static (DateTimeOffset At, string Reason) DuringOutage(FeedState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return OutsideSkipped(now + OutageWait + (OutageWait * Share(state)), "the network here seems to be down; tried again soon", state.Wishes);
    }

    /// <summary>
    /// The first try after a host's rest. Its feeds come within a minute, those first that have waited longest: were it always the same
    /// one, whose answer sends the host to rest again, the others would never have their turn.
    /// </summary>
    public static (DateTimeOffset At, string Reason) AfterRest(FeedState state, FetchResult.HostAtRest rest, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rest);
        var turn = state.LastPoll is { } last && last < now ? RestTurns / (1 + (now - last).TotalHours) : state.LastPoll is null ? TimeSpan.Zero : RestTurns;
        return OutsideSkipped(now + rest.Delay + turn, rest.Why, state.Wishes);
    }

    /// <summary>Soon after a poll for whose answer there was no memory; not all such feeds at once.</summary>
    public static (DateTimeOffset At, string Reason) AfterCrowd(FeedState state, FetchResult.NoRoom crowded, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(crowded);
        return OutsideSkipped(now + CrowdWait + (CrowdWait * Share(state)), $"{crowded.Why}; tried again soon", state.Wishes);
    }

    /// <summary>
    /// When a feed whose publisher wants quiet at <paramref name="now"/>, or by the time the request has had to wait for its turn at the
    /// host, may be polled (skipHours, skipDays). Null: now.
    /// </summary>
    public static DateTimeOffset? EndOfQuiet(PollingWishes wishes, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(wishes);
        foreach (var instant in (ReadOnlySpan<DateTimeOffset>)[now - ClockDifference, now, now + TurnWait])
        {
            var (at, _) = OutsideSkipped(instant, "", wishes, TimeSpan.Zero);
            if (at != instant)
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>The longest time between polls that the publisher states, and where. Null: it states none.</summary>
    private static (TimeSpan Wait, string Where)? Stated(FeedState after) => (after.Wishes.MinimumInterval, after.StatedLifetime) switch
    {
        ({ } wish, var lifetime) when lifetime is null || wish >= lifetime => (Sooner(wish, Ceiling), "ttl or sy:updatePeriod"),
        (_, { } lifetime) => (Sooner(lifetime, Ceiling), "Cache-Control or Expires"),
        _ => null,
    };

    /// <summary>The interval when nothing is known of the rhythm: the operator's, or the longer one the publisher asks for.</summary>
    private static Choice Usual(FeedState after, FeedSource source, PollingOptions options)
    {
        var wait = Later(source.Interval ?? options.DefaultInterval, options.MinInterval);
        return Stated(after) is { } stated && stated.Wait > wait
            ? new Choice(stated.Wait, Asked(stated))
            : new Choice(wait, source.Interval is null ? "new: its rhythm is not known yet" : $"every {Words.Of(wait)}, as set for this feed");
    }

    private static Choice Regular(FeedState after, FeedSource source, PollingOptions options, DateTimeOffset now)
    {
        // Old states know nothing of publications; a new feed may have told its past, which nobody has seen it keep to yet.
        var choice = source.Interval is null && after.Polls > 1 ? InRhythm(after, options, now) : Usual(after, source, options);

        // The state is asked, not the answer: a 304 need not repeat the validators it was asked with.
        if (after is { ETag: null, LastModified: null, UnchangedInARow: > 0 })
        {
            var usual = Usual(after, source, options).Wait;
            var slowed = TimeSpan.FromTicks((long)Math.Min(usual.Ticks * Math.Pow(2, Math.Min(after.UnchangedInARow, 10)), Ceiling.Ticks));
            return slowed > choice.Wait ? new Choice(slowed, "unchanged, and every poll costs the publisher the whole feed") : choice;
        }

        return choice;
    }

    private static Choice InRhythm(FeedState after, PollingOptions options, DateTimeOffset now)
    {
        var stated = Stated(after);
        var least = Later(options.MinInterval, stated?.Wait ?? Sooner(Norm, options.DefaultInterval));
        var most = Later(least, options.MaxInterval);
        var silentSince = after.LastChange ?? after.LastSuccess ?? now;
        var plan = PollPlan.Of(after.Publications, silentSince, least, most, now);

        // Too little is known to be sooner than usual, but enough to be later.
        var wait = after.Publications.Seconds.Length < 3 ? Later(plan.Wait, Sooner(most, options.DefaultInterval)) : plan.Wait;
        var bound = stated is { } asked && asked.Wait > Norm && wait <= asked.Wait + TimeSpan.FromMinutes(1);
        return new Choice(wait, bound ? $"{Asked(stated!.Value)}; {plan.Words}" : plan.Words) { Timed = plan.Timed };
    }

    private static string Asked((TimeSpan Wait, string Where) stated) => $"the publisher asks for no more than every {Words.Of(stated.Wait)} ({stated.Where})";

    /// <summary>Never sooner than a poll that succeeded: a feed that is asked once a day is not asked hourly because it fails.</summary>
    private static Choice Backoff(FetchResult.Failed failed, FeedState after, TimeSpan usual)
    {
        var times = Times(after.FailuresInARow);
        return failed.Fault switch
        {
            FetchFault.Forbidden => new Choice(Later(Ceiling, usual), $"{Short(failed)} {times}: tried once a day"),
            FetchFault.Refused => new Choice(Later(Ceiling, usual), "not allowed to be fetched: looked at once a day"),
            FetchFault.NotFound when after.FailuresInARow >= 3 => new Choice(Later(Ceiling, usual), $"{Short(failed)} {times}: tried once a day"),
            _ => new Choice(Later(Doubled(after), usual), $"{Short(failed)} {times}: waits longer each time"),
        };
    }

    /// <summary>An hour after the first failure, twice as long after each one more, a day at most.</summary>
    private static TimeSpan Doubled(FeedState after) =>
        TimeSpan.FromTicks((long)Math.Min(FirstBackoff.Ticks * Math.Pow(2, Math.Clamp(after.FailuresInARow - 1, 0, 10)), Ceiling.Ticks));

    private static string Short(FetchResult.Failed failed) => failed switch
    {
        { Status: { } status, Fault: not FetchFault.NotAFeed } => FormattableString.Invariant($"{status}"),
        { Fault: FetchFault.NotAFeed } => "no feed",
        _ => "failed",
    };

    private static string Times(int count) => count switch
    {
        <= 1 => "once",
        2 => "twice",
        3 => "three times",
        _ => FormattableString.Invariant($"{count} times in a row"),
    };

    /// <summary>
    /// A share of the wait, the same for the same feed every time, never shortening it. After the first poll, which all new feeds have
    /// together, up to an hour, so that the feeds spread over it; later a fiftieth after a success and a twentieth after a failure, so
    /// that they stay apart. A poll timed to follow a publication keeps its time: such feeds are apart by nature.
    /// </summary>
    private static TimeSpan Jitter(FeedState after, Choice wait)
    {
        var most = after switch
        {
            { FailuresInARow: > 0 } => wait.Wait / 20,
            { Polls: 1 } => Sooner(wait.Wait, FirstSpread),
            _ when wait.Timed => TimeSpan.Zero,
            _ => Sooner(wait.Wait / 50, MostJitter),
        };
        return TimeSpan.FromSeconds(Math.Floor(most.TotalSeconds * Share(after)));
    }

    /// <summary>The feed's own share of a jitter, 0 to 1.</summary>
    private static double Share(FeedState state) => Convert.ToUInt16(state.Id.Value[..4], 16) / (double)ushort.MaxValue;

    private static (DateTimeOffset At, string Reason) OutsideSkipped(DateTimeOffset at, string reason, PollingWishes wishes) =>
        OutsideSkipped(at, reason, wishes, QuietMargin);

    /// <summary>Moves a poll out of the hours and days the publisher wants quiet (RSS 2.0 skipHours and skipDays, GMT).</summary>
    private static (DateTimeOffset At, string Reason) OutsideSkipped(DateTimeOffset at, string reason, PollingWishes wishes, TimeSpan margin)
    {
        if (wishes.SkipHours.Count == 0 && wishes.SkipDays.Count == 0)
        {
            return (at, reason);
        }

        var moved = at.ToUniversalTime();
        for (var hours = 0; IsSkipped(moved) || IsSkipped(moved + margin); hours++)
        {
            if (hours == 8 * 24)
            {
                return (at, reason); // wishes that leave no hour at all are none
            }

            // Spread over the half hour after it, because every reader wakes then.
            moved = new DateTimeOffset(moved.Year, moved.Month, moved.Day, moved.Hour, 0, 0, TimeSpan.Zero).AddHours(1) + QuietMargin + (TimeSpan.FromSeconds(30) * at.Minute);
        }

        return moved == at ? (at, reason) : (moved, reason + "; moved out of the hours the feed wants quiet");

        bool IsSkipped(DateTimeOffset instant) => wishes.SkipHours.Contains(instant.Hour) || wishes.SkipDays.Contains(instant.DayOfWeek);
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Sooner(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private sealed record Choice(TimeSpan Wait, string Reason)
    {
        public bool Timed { get; init; }
    }
}
