using Aggregator.Content.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>What the log says of polls, in the name of <see cref="FeedPoller"/>.</summary>
public sealed partial class PollLog(ILogger<FeedPoller> logger)
{
    /// <summary>One line when something happened: stories came, or the feed's health changed. A quiet poll is quiet.</summary>
    public void Ended(FeedSource source, FeedState before, FeedState after, PollOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(outcome);
        var entries = outcome.Feed?.Entries.Count ?? 0;
        if (after.MovedTo != before.MovedTo)
        {
            LogMoved(source.Name, after.FetchAddress, before.FetchAddress);
        }

        if (after.Health is FeedHealth.Failing or FeedHealth.Gone)
        {
            if (before.Health != after.Health || !IsSameFailure(before.LastError, after.LastError))
            {
                LogFailed(source.Name, after.LastError ?? "", after.NextPoll);
            }
        }
        else if (before.Health is FeedHealth.Failing or FeedHealth.Gone)
        {
            LogRecovered(source.Name, entries, outcome.Added);
        }
        else if (outcome.Added > 0)
        {
            LogPolled(source.Name, entries, outcome.Added);
        }
    }

    /// <summary>More new entries came at once than may.</summary>
    public void Flooded(FeedSource source, Flood flood)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(flood);
        LogFlood(source.Name, flood.Words);
    }

    /// <summary>Rules dropped stories, if they did.</summary>
    public void Dropped(FeedSource source, PollTally tally)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tally);
        if (tally.Dropped is { Count: > 0 } dropped)
        {
            var names = string.Join(", ", dropped.Distinct().Order(StringComparer.Ordinal));
            LogDropped(source.Name, dropped.Count, names);
        }
    }

    /// <summary>A rule dropped a story.</summary>
    public void DroppedEntry(Story story, StoryRule rule)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(rule);
        LogDroppedEntry(rule.Name, story.Title, story.Link);
    }

    /// <summary>A fault of ours kept an entry from being stored.</summary>
    public void SetAside(FeedSource source, FeedEntry entry, Exception fault)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(entry);
        LogSetAside(Words.Place(entry.Key), source.Name, fault);
    }

    /// <summary>Two failures that differ in a number only, a time to wait or a status, are one state of the feed.</summary>
    private static bool IsSameFailure(string? before, string? after) =>
        string.Concat((before ?? "").Where(letter => !char.IsDigit(letter))) == string.Concat((after ?? "").Where(letter => !char.IsDigit(letter)));

    [LoggerMessage(200, LogLevel.Information, "{Feed}: {Entries} entries, {Added} new stories")]
    private partial void LogPolled(string feed, int entries, int added);

    [LoggerMessage(201, LogLevel.Warning, "{Feed} cannot be read: {Reason}. Next try at {NextPoll:u}")]
    private partial void LogFailed(string feed, string reason, DateTimeOffset nextPoll);

    [LoggerMessage(202, LogLevel.Information, "{Feed} can be read again: {Entries} entries, {Added} new stories")]
    private partial void LogRecovered(string feed, int entries, int added);

    [LoggerMessage(203, LogLevel.Error, "The entry {Entry} of {Feed} was set aside by a fault of this program; the other entries go on")]
    private partial void LogSetAside(string entry, string feed, Exception fault);

    [LoggerMessage(204, LogLevel.Warning, "{Feed} is fetched from {Address} from now on, no more from {Before}; feeds.json is as it was")]
    private partial void LogMoved(string feed, Uri address, Uri before);

    [LoggerMessage(205, LogLevel.Information, "{Feed}: {Dropped} new stories not stored, as rules say: {Rules}")]
    private partial void LogDropped(string feed, int dropped, string rules);

    [LoggerMessage(206, LogLevel.Debug, "The rule {Rule} drops \"{Title}\" ({Link})")]
    private partial void LogDroppedEntry(string rule, string title, Uri link);

    [LoggerMessage(970, LogLevel.Warning, "{Feed}: {Flood}")]
    private partial void LogFlood(string feed, string flood);
}
