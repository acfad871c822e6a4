using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>
/// Permanent redirects (301, 308): an address is taken over once it was led to for a day, at two polls at least, and carries entries that
/// are known of the feed; it is given up when it fails for a day or carries another feed. Pure.
/// </summary>
internal static class Moves
{
    private const int FailuresToGoBack = 3;

    /// <summary>One in three of the document's entries must be known: a feed that moves takes its entries along.</summary>
    private const int KnownShare = 3;

    private static readonly TimeSpan BelievedAfter = TimeSpan.FromDays(1);
    private static readonly TimeSpan BackAfter = TimeSpan.FromDays(1);

    /// <summary>The state after an answer that came by way of <paramref name="origin"/>.</summary>
    public static FeedState After(FeedState before, FeedState polled, AnswerOrigin origin, PollOutcome outcome, DateTimeOffset now)
    {
        if (origin.MovedTo is not { } target || target == before.RefusedMove)
        {
            return polled with { RedirectedTo = null, RedirectedSince = null, RedirectProven = false };
        }

        if (target != before.RedirectedTo)
        {
            return polled with { RedirectedTo = target, RedirectedSince = now, RedirectProven = IsProof(before, origin, outcome) };
        }

        // What came from there since is known because it came from there: only a document that has nothing of it any more counts.
        // A part of the feed (226) has only what is new and says nothing either way.
        var isPart = outcome.Result is FetchResult.Changed { IsPart: true };
        var proven = before.RedirectProven && (isPart || outcome.Feed is not { Entries.Count: > 0 } || outcome.KnownEntries > 0);
        return !proven || now - before.RedirectedSince < BelievedAfter
            ? polled with { RedirectProven = proven }
            : polled with { MovedTo = target, MovedSince = now, RedirectedTo = null, RedirectedSince = null, RedirectProven = false };
    }

    /// <summary>
    /// Whether a document that came from an address taken over is of another feed: it names itself otherwise and has no entry that is
    /// known. Its entries are not stored.
    /// </summary>
    public static bool IsAnotherFeed(FeedState state, ParsedFeed feed, int knownEntries) =>
        state.MovedTo is not null && state.Stories > 0 && knownEntries == 0 && feed.Entries.Count > 0
        && state.OwnTitle is { } title && !string.Equals(feed.Title, title, StringComparison.OrdinalIgnoreCase);

    /// <summary>Gives up an address taken over that was not found, or was no such feed, three times in a row and for a day.</summary>
    public static FeedState AfterFailure(FeedState failed, FetchResult result, DateTimeOffset now)
    {
        var lost = result is FetchResult.Gone or FetchResult.Failed { Fault: FetchFault.NotFound or FetchFault.NotAFeed };
        return failed.MovedTo is { } address && lost && failed.FailuresInARow >= FailuresToGoBack && now - failed.FailingSince >= BackAfter
            ? failed with { MovedTo = null, MovedSince = null, LastError = $"{failed.LastError}; fetched from its old address again, because {address} did not work for {Words.Of(now - failed.FailingSince!.Value)}" }
            : failed;
    }

    /// <summary>The state after a person took a move back: fetched from the address in feeds.json, soon. Null: there is nothing to take back.</summary>
    public static FeedState? Undo(FeedState state, DateTimeOffset now) => (state.MovedTo ?? state.RedirectedTo) is { } address
        ? state with
        {
            MovedTo = null,
            MovedSince = null,
            RedirectedTo = null,
            RedirectedSince = null,
            RedirectProven = false,
            RefusedMove = address,
            NextPoll = state.QuietUntil > now ? state.QuietUntil.Value : now,
            NextPollReason = "its move was taken back",
            PlannedAt = now,
        }
        : null;

    /// <summary>What there is to tell of it in the feed's health.</summary>
    public static IEnumerable<string> Problems(FeedState state)
    {
        if (state.MovedTo is { } address)
        {
            yield return $"moved to {address}";
        }

        if (state is { RedirectedTo: { } target, RedirectProven: false })
        {
            yield return $"redirected for good to {target}, which carried nothing known of this feed: not taken over. If it is right, put it into feeds.json";
        }
    }

    private static bool IsProof(FeedState before, AnswerOrigin origin, PollOutcome outcome) => outcome switch
    {
        _ when before.LastSuccess is null => true, // nothing is known of another document; that it stays is asked all the same
        { Result: FetchResult.Unchanged } => true, // the same bytes as from the old address, or validators of this very address
        { Feed: { Entries.Count: > 0 } feed } => before.ValidatorsOf == origin.Address || outcome.KnownEntries * KnownShare >= feed.Entries.Count,
        _ => false,
    };
}
