using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>What is remembered of a feed after a poll. Pure.</summary>
public static class FeedStates
{
    /// <summary>
    /// The state after a poll that ended with <paramref name="result"/>. <paramref name="feed"/> is the document, if a new one was read;
    /// <paramref name="added"/> the stories it brought.
    /// </summary>
    public static FeedState After(
        FeedState before, FeedSource source, FetchResult result, ParsedFeed? feed, int added, TimeSpan defaultInterval, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(result);
        var polled = before with { LastPoll = now, Polls = before.Polls + 1, Stories = before.Stories + added };
        var after = result switch
        {
            FetchResult.Changed changed => Succeeded(polled, now) with
            {
                ETag = changed.Terms.ETag,
                LastModified = changed.Terms.LastModified,
                BodyHash = changed.BodyHash,
                OwnTitle = feed?.Title ?? polled.OwnTitle,
                Wishes = feed?.Wishes ?? polled.Wishes,
                Problems = feed?.Problems ?? [],
                LastChange = now,
                UnchangedInARow = 0,
            },

            // A 304 repeats the validators or keeps those known; a 200 with the same bytes states them anew.
            FetchResult.Unchanged unchanged => Succeeded(polled, now) with
            {
                ETag = unchanged.Terms.ETag ?? (unchanged.SentWhole ? null : polled.ETag),
                LastModified = unchanged.Terms.LastModified ?? (unchanged.SentWhole ? null : polled.LastModified),
                UnchangedInARow = polled.UnchangedInARow + 1,
            },
            FetchResult.Gone => Failed(polled, result.Describe(), now) with { Health = FeedHealth.Gone },
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

    private static FeedState Failed(FeedState state, string why, DateTimeOffset now) => state with
    {
        Health = FeedHealth.Failing,
        LastError = why,
        FailingSince = state.FailingSince ?? now,
        FailuresInARow = state.FailuresInARow + 1,
    };
}
