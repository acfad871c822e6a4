using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling;

/// <summary>A poll that a person asked for: which of its feeds are done, and how they went. Other polls do not count. Safe for concurrent use.</summary>
public sealed class ManualPoll
{
    private readonly Lock _gate = new();
    private readonly HashSet<FeedId> _waiting = [];
    private int _leftAlone;
    private long _expected;
    private long _done;
    private long _failed;
    private long _storiesAdded;
    private bool _allHandedOut;
    private string? _fault;

    /// <summary>Names it while this process lives.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>How far it is.</summary>
    public ManualPollCounts Snapshot()
    {
        lock (_gate)
        {
            var handedOut = _done + _waiting.Count;
            var feeds = _allHandedOut ? handedOut : Math.Max(_expected, handedOut);
            return new ManualPollCounts(Id, _allHandedOut && _waiting.Count == 0, feeds, _done, _failed, _storiesAdded, _leftAlone, _fault);
        }
    }

    /// <summary>So many feeds will be handed to the pollers, as far as is known.</summary>
    internal void Expect(long feeds)
    {
        lock (_gate)
        {
            _expected = feeds;
        }
    }

    /// <summary>A feed is handed to the pollers.</summary>
    internal void Await(FeedId feed)
    {
        lock (_gate)
        {
            _waiting.Add(feed);
        }
    }

    /// <summary>Whether the poll of a feed is waited for.</summary>
    internal bool Awaits(FeedId feed)
    {
        lock (_gate)
        {
            return _waiting.Contains(feed);
        }
    }

    /// <summary>So many feeds are not polled, not by this process.</summary>
    internal void LeaveAlone(int feeds)
    {
        lock (_gate)
        {
            _leftAlone += feeds;
        }
    }

    /// <summary>A feed's poll ended.</summary>
    internal void FeedDone(FeedId feed, bool failed, long storiesAdded)
    {
        lock (_gate)
        {
            if (_waiting.Remove(feed))
            {
                _done++;
                _failed += failed ? 1 : 0;
                _storiesAdded += storiesAdded;
            }
        }
    }

    /// <summary>No more feeds will come; <paramref name="fault"/> says what kept some from coming.</summary>
    internal void AllHandedOut(string? fault)
    {
        lock (_gate)
        {
            _allHandedOut = true;
            _fault = fault;
        }
    }
}

/// <summary>How far a poll is that a person asked for.</summary>
/// <param name="Id">Its id, for asking again.</param>
/// <param name="Ended">Whether all its feeds are done.</param>
/// <param name="Feeds">Feeds it is about; exact once all are handed to the pollers.</param>
/// <param name="FeedsDone">Feeds whose poll ended, whichever way.</param>
/// <param name="FeedsFailed">Feeds whose poll left them failing or gone, or was broken off.</param>
/// <param name="StoriesAdded">Stories these polls stored for the first time.</param>
/// <param name="LeftAlone">Feeds not polled: polled a moment ago, at rest because their publisher asked for it, switched off, or about to be polled by another process.</param>
/// <param name="Fault">What kept the service from polling all that was asked for. Null: nothing did.</param>
public sealed record ManualPollCounts(
    string Id, bool Ended, long Feeds, long FeedsDone, long FeedsFailed, long StoriesAdded, int LeftAlone, string? Fault);
