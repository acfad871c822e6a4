using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling.Rhythm;

namespace Aggregator.Service.Polling;

/// <summary>What is remembered of a feed after a poll. Pure.</summary>
public static class FeedStates
{
    /// <summary>The state after a poll that ended with <paramref name="outcome"/>.</summary>
    public static FeedState After(FeedState before, FeedSource source, PollOutcome outcome, PollingOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(outcome);
        (DateTimeOffset At, string Why)? nothingLearned = outcome switch
        {
            { NetworkDown: true } => PollSchedule.DuringOutage(before, now),
            { Result: FetchResult.NoRoom crowded } => PollSchedule.AfterCrowd(before, crowded, now),
            { Result: FetchResult.HostAtRest rest } => PollSchedule.AfterRest(before, rest, now),
            _ => null,
        };
        if (nothingLearned is var (again, why))
        {
            return before with { NextPoll = again, NextPollReason = why, PlannedAt = now };
        }

        var polled = before with
        {
            LastPoll = now,
            Polls = before.Polls + 1,
            Stories = before.Stories + outcome.Added,
            QuietUntil = null,
            Days = before.Days.With(Count(before, outcome), now),
        };
        var after = outcome.Result switch
        {
            FetchResult.Changed changed => AfterChange(before, Succeeded(polled, now), changed, outcome, now),
            FetchResult.Unchanged unchanged => AfterNothingNew(before, Succeeded(polled, now), unchanged, outcome, now),
            FetchResult.ComeBackLater later => Failed(polled, outcome.Result, now) with { QuietUntil = now + later.Delay },
            FetchResult.Gone when polled.MovedTo is null => Failed(polled, outcome.Result, now) with { Health = FeedHealth.Gone },
            _ => Moves.AfterFailure(Failed(polled, outcome.Result, now), outcome.Result, now),
        };

        // A 410 from an address taken over is no word of the feed's own yet.
        var result = outcome.Result is FetchResult.Gone && after.Health != FeedHealth.Gone
            ? new FetchResult.Failed(FetchFault.NotFound, 410, outcome.Result.Describe())
            : outcome.Result;
        var (at, reason) = PollSchedule.Next(after, source, result, options, now);
        return after with { NextPoll = at, NextPollReason = reason, PlannedAt = now };
    }

    private static FeedState AfterChange(FeedState before, FeedState polled, FetchResult.Changed changed, PollOutcome outcome, DateTimeOffset now)
    {
        var judged = ValidatorDoubt.Judge(before, polled, changed, outcome);
        var moved = Moves.After(before, judged, changed.Origin, outcome, now);
        var problems = outcome.Feed?.Problems ?? [];
        return moved with
        {
            ValidatorsOf = changed.Origin.Address,
            BodyHash = changed.BodyHash,
            LastWhole = now,
            VainSuspicions = 0,
            StatedLifetime = changed.Terms.Freshness,
            OwnTitle = outcome.Feed?.Title ?? polled.OwnTitle,
            Known = outcome.Feed is { } feed && !changed.IsPart ? polled.Known.After([.. feed.Entries.Where(entry => !outcome.SetAside.Contains(entry))], polled.Id) : polled.Known,
            Wishes = outcome.Feed?.Wishes ?? polled.Wishes,
            Problems = problems,
            ProblemsSince = problems.Count == 0 ? null : before.ProblemsSince is { } since && problems.SequenceEqual(before.Problems) ? since : now,
            Publications = PublicationWatch.After(before.Publications, outcome.NewDates, before.LastSuccess, now),
            LastChange = now,
            UnchangedInARow = 0,
        };
    }

    /// <summary>
    /// A 304 repeats the validators or keeps those known, and so the lifetime (RFC 9111 section 4.3.4); a 200 with the same bytes states
    /// them anew.
    /// </summary>
    private static FeedState AfterNothingNew(FeedState before, FeedState polled, FetchResult.Unchanged unchanged, PollOutcome outcome, DateTimeOffset now)
    {
        var (etag, modified) = unchanged.SentWhole ? (unchanged.Terms.ETag, unchanged.Terms.LastModified)
            : (unchanged.Terms.ETag ?? polled.ETag, unchanged.Terms.LastModified ?? polled.LastModified);
        return Moves.After(before, polled, unchanged.Origin, outcome, now) with
        {
            ValidatorsOf = unchanged.SentWhole ? unchanged.Origin.Address : polled.ValidatorsOf,
            ETag = polled.DistrustsETag ? null : etag,
            LastModified = polled.DistrustsLastModified ? null : modified,
            StatedLifetime = unchanged.SentWhole ? unchanged.Terms.Freshness : unchanged.Terms.Freshness ?? polled.StatedLifetime,
            LastWhole = unchanged.SentWhole ? now : polled.LastWhole,
            VainSuspicions = polled.VainSuspicions + (outcome.AskedForWhole ? 1 : 0),
            UnchangedInARow = polled.UnchangedInARow + 1,
        };
    }

    private static FeedState Succeeded(FeedState state, DateTimeOffset now) => state with
    {
        Health = FeedHealth.Healthy,
        LastSuccess = now,
        LastError = null,
        LastFault = FeedFault.None,
        FailingSince = null,
        FailuresInARow = 0,
    };

    private static FeedState Failed(FeedState state, FetchResult result, DateTimeOffset now) => state with
    {
        Health = FeedHealth.Failing,
        LastError = result.Describe(),
        LastFault = FaultMeaning.KindOf(result),
        FailingSince = state.FailingSince ?? now,
        FailuresInARow = state.FailuresInARow + 1,
    };

    /// <summary>What a poll adds to the day's figures. The first document of a feed brings what was published on many days, and counts as none.</summary>
    private static FeedDay Count(FeedState before, PollOutcome outcome) => new()
    {
        Polls = 1,
        Failed = outcome.Result is FetchResult.Changed or FetchResult.Unchanged ? 0 : 1,
        NotModified = outcome.Result is FetchResult.Unchanged { SentWhole: false } ? 1 : 0,
        SentAgain = outcome.Result is FetchResult.Unchanged { SentWhole: true } ? 1 : 0,
        Documents = outcome.Result is FetchResult.Changed ? 1 : 0,
        Repaired = outcome.Feed is { Problems.Count: > 0 } ? 1 : 0,
        Bytes = outcome.Result.Received,
        Items = before.LastSuccess is null ? 0 : outcome.Added,
        PagesRead = outcome.PagesRead,
        PagesMissed = outcome.PagesMissed,
    };
}
