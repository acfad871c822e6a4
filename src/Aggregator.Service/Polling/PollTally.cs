using System.Collections.Concurrent;
using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling;

/// <summary>Counts what becomes of the entries of one poll, wherever it ends. Safe for concurrent use.</summary>
public sealed class PollTally
{
    private readonly ConcurrentQueue<string> _dropped = new();
    private readonly ConcurrentQueue<FeedEntry> _setAside = new();
    private int _added;
    private int _pagesRead;
    private int _pagesMissed;

    /// <summary>Entries that became new stories.</summary>
    public int Added => Volatile.Read(ref _added);

    /// <summary>Entries whose text was taken from their page.</summary>
    public int PagesRead => Volatile.Read(ref _pagesRead);

    /// <summary>Entries whose page was asked for in vain, or held no article.</summary>
    public int PagesMissed => Volatile.Read(ref _pagesMissed);

    /// <summary>The rules that dropped stories, each as often as it did.</summary>
    public IReadOnlyCollection<string> Dropped => _dropped;

    /// <summary>Entries set aside by a fault of ours.</summary>
    public IReadOnlyCollection<FeedEntry> SetAside => _setAside;

    /// <summary>Counts an entry.</summary>
    public void Count(FeedEntry entry, MadeStory made)
    {
        if (made.Page == PageOutcome.Read)
        {
            Interlocked.Increment(ref _pagesRead);
        }
        else if (made.Page is PageOutcome.Missed or PageOutcome.NotUsed)
        {
            Interlocked.Increment(ref _pagesMissed);
        }

        if (made.IsSetAside)
        {
            _setAside.Enqueue(entry);
        }
        else if (made.DroppedBy is { } rule)
        {
            _dropped.Enqueue(rule.Name);
        }
        else if (made.IsNew)
        {
            Interlocked.Increment(ref _added);
        }
    }
}
