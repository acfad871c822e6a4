using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>What is remembered of a feed after a poll. Pure.</summary>
public static class FeedStates
{
    private static readonly TimeSpan MoveBelievedAfter = TimeSpan.FromDays(1);

    /// <summary>
    /// The state after a poll that ended with <paramref name="result"/>. <paramref name="feed"/> is the document, if a new one was read;
    /// <paramref name="added"/> the stories it brought.
    /// </summary>
    public static FeedState After(
        FeedState before, FeedSource source, FetchResult result, ParsedFeed? feed, int added, TimeSpan defaultInterval, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(result);
        var polled = before with { LastPoll = now, Polls = before.Polls + 1, Stories = before.Stories + added, QuietUntil = null };
        var after = result switch
        {
            FetchResult.Changed changed => Moved(Succeeded(polled, now), changed.Origin, now) with
            {
                ETag = changed.Terms.ETag,
                LastModified = changed.Terms.LastModified,
                ValidatorsOf = changed.Origin.Address,
                BodyHash = changed.BodyHash,
                OwnTitle = feed?.Title ?? polled.OwnTitle,
                Known = feed is null ? polled.Known : polled.Known.After(feed.Entries, polled.Id),
                Wishes = feed?.Wishes ?? polled.Wishes,
                Problems = feed?.Problems ?? [],
                LastChange = now,
                UnchangedInARow = 0,
            },

            // A 304 repeats the validators or keeps those known; a 200 with the same bytes states them anew.
            FetchResult.Unchanged unchanged => Moved(Succeeded(polled, now), unchanged.Origin, now) with
            {
                ValidatorsOf = unchanged.SentWhole ? unchanged.Origin.Address : polled.ValidatorsOf,
                ETag = unchanged.Terms.ETag ?? (unchanged.SentWhole ? null : polled.ETag),
                LastModified = unchanged.Terms.LastModified ?? (unchanged.SentWhole ? null : polled.LastModified),
                UnchangedInARow = polled.UnchangedInARow + 1,
            },
            FetchResult.Gone or FetchResult.Failed { Fault: FetchFault.NotFound } when polled.MovedTo is not null => Failed(polled, result.Describe(), now) with { MovedTo = null },
            FetchResult.Gone => Failed(polled, result.Describe(), now) with { Health = FeedHealth.Gone },
            FetchResult.ComeBackLater later => Failed(polled, result.Describe(), now) with { QuietUntil = now + later.Delay },
            _ => Failed(polled, result.Describe(), now),
        };
        var (at, reason) = PollSchedule.Next(after, source, result, defaultInterval, now);
        return after with { NextPoll = at, NextPollReason = reason };
    }

    private static FeedState Succeeded(FeedState state, DateTimeOffset now) => state with
    {
        Health = FeedHealth.Healthy,
        LastSuccess = now,
        LastError = null,
        FailingSince = null,
        FailuresInARow = 0,
    };

    /// <summary>
    /// Takes over the address a permanent redirect leads to once it has led there for a day: a wrong redirect rarely lasts as long. An
    /// address taken over that is not found any more is given up for the one in feeds.json.
    /// </summary>
    private static FeedState Moved(FeedState state, AnswerOrigin origin, DateTimeOffset now)
    {
        if (origin.MovedTo is not { } target)
        {
            return state with { RedirectedTo = null, RedirectedSince = null };
        }

        if (target != state.RedirectedTo)
        {
            return state with { RedirectedTo = target, RedirectedSince = now };
        }

        return now - state.RedirectedSince < MoveBelievedAfter
            ? state
            : state with { MovedTo = target, RedirectedTo = null, RedirectedSince = null };
    }

    private static FeedState Failed(FeedState state, string why, DateTimeOffset now) => state with
    {
        Health = FeedHealth.Failing,
        LastError = why,
        FailingSince = state.FailingSince ?? now,
        FailuresInARow = state.FailuresInARow + 1,
    };
}
