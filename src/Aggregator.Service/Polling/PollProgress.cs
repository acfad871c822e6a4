using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling;

/// <summary>Counts what the pollers do, stage by stage, for progress bars and status pages. Safe for concurrent use.</summary>
public sealed class PollProgress
{
    private long _feedsQueued;
    private long _feedsDone;
    private long _feedsFailed;
    private long _entriesNew;
    private long _pagesRead;
    private long _pagesMissed;
    private long _storiesAdded;
    private long _storiesReplaced;
    private long _storiesCarried;
    private long _storiesDropped;

    /// <summary>A feed waits for its poll.</summary>
    public void FeedQueued() => Interlocked.Increment(ref _feedsQueued);

    /// <summary>A feed's poll ended.</summary>
    public void FeedDone(FeedHealth health)
    {
        if (health is FeedHealth.Failing or FeedHealth.Gone)
        {
            Interlocked.Increment(ref _feedsFailed);
        }

        Interlocked.Increment(ref _feedsDone);
    }

    /// <summary>New or changed entries were found in a feed.</summary>
    public void EntriesFound(int count) => Interlocked.Add(ref _entriesNew, count);

    /// <summary>An entry's page was read, or could not be.</summary>
    public void PageDone(bool read) => Interlocked.Increment(ref read ? ref _pagesRead : ref _pagesMissed);

    /// <summary>Stories were stored for good, or added as carriers to those that are.</summary>
    public void StoriesSaved(int added, int replaced, int carried)
    {
        Interlocked.Add(ref _storiesAdded, added);
        Interlocked.Add(ref _storiesReplaced, replaced);
        Interlocked.Add(ref _storiesCarried, carried);
    }

    /// <summary>A rule dropped a new story.</summary>
    public void StoryDropped() => Interlocked.Increment(ref _storiesDropped);

    /// <summary>The counts since the process began.</summary>
    public PollCounts Snapshot() => new(
        Interlocked.Read(ref _feedsQueued),
        Interlocked.Read(ref _feedsDone),
        Interlocked.Read(ref _feedsFailed),
        Interlocked.Read(ref _entriesNew),
        Interlocked.Read(ref _pagesRead),
        Interlocked.Read(ref _pagesMissed),
        Interlocked.Read(ref _storiesAdded),
        Interlocked.Read(ref _storiesReplaced),
        Interlocked.Read(ref _storiesCarried),
        Interlocked.Read(ref _storiesDropped));
}

/// <summary>What the pollers have done since the process began.</summary>
/// <param name="FeedsQueued">Polls asked for.</param>
/// <param name="FeedsDone">Polls ended, whichever way.</param>
/// <param name="FeedsFailed">Polls that ended with a failing or gone feed.</param>
/// <param name="EntriesNew">New or changed entries found.</param>
/// <param name="PagesRead">Article pages fetched and read.</param>
/// <param name="PagesMissed">Entries that keep the feed's own text, because their page was not to be had or not wanted.</param>
/// <param name="StoriesAdded">Stories stored for the first time.</param>
/// <param name="StoriesReplaced">Stories stored again with a changed text.</param>
/// <param name="StoriesCarried">Entries that are the article of a story another feed had brought, or such entries edited.</param>
/// <param name="StoriesDropped">New stories not stored because a rule drops them.</param>
public sealed record PollCounts(
    long FeedsQueued,
    long FeedsDone,
    long FeedsFailed,
    long EntriesNew,
    long PagesRead,
    long PagesMissed,
    long StoriesAdded,
    long StoriesReplaced,
    long StoriesCarried,
    long StoriesDropped)
{
    /// <summary>Whether every poll asked for has ended.</summary>
    public bool Idle => FeedsDone >= FeedsQueued;
}
