using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>
/// Tells an outage here from one there: when several hosts that answered last time cannot be reached one after the other, and none is
/// reached between, the fault is the network's here, and no feed is blamed for it. Until this process has reached anybody, hosts that never
/// answered tell so too: a first start may come before the network does. Safe for concurrent use.
/// </summary>
public sealed partial class NetworkWatch(ILogger<NetworkWatch> logger)
{
    private const int HostsThatProve = 3;

    /// <summary>As many where some of them never answered: these may be wrong addresses.</summary>
    private const int HostsThatProveAtFirst = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, FeedId> _missed = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _proven = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<FeedId> _wronglyBlamed = [];
    private bool _reachedAny;
    private bool _down;

    /// <summary>What a poll's result says of the network. <paramref name="before"/> is the feed's state before the poll.</summary>
    public NetworkVerdict Judge(FeedState before, FetchResult result)
    {
        ArgumentNullException.ThrowIfNull(before);
        lock (_gate)
        {
            _wronglyBlamed.Remove(before.Id);
            switch (result)
            {
                case FetchResult.Failed { Fault: FetchFault.NotReached } when _down:
                    return new NetworkVerdict(true, []);

                // A host that was away before proves nothing, and one that never answered only as long as none did.
                case FetchResult.Failed { Fault: FetchFault.NotReached } when before is { FailuresInARow: 0, LastSuccess: not null } || (before.LastSuccess is null && !_reachedAny):
                    _missed.TryAdd(before.FetchAddress.IdnHost, before.Id);
                    if (before.LastSuccess is not null)
                    {
                        _proven.Add(before.FetchAddress.IdnHost);
                    }

                    if (_proven.Count < HostsThatProve && _missed.Count < HostsThatProveAtFirst)
                    {
                        return NetworkVerdict.Fine;
                    }

                    _down = true;
                    var blamed = _missed.Values.Where(feed => feed != before.Id).ToList();
                    _wronglyBlamed.Clear();
                    _wronglyBlamed.UnionWith(blamed);
                    LogDown(_missed.Count);
                    return new NetworkVerdict(true, blamed);

                case FetchResult.Changed or FetchResult.Unchanged or FetchResult.Gone or FetchResult.Failed { Status: not null }:
                    _missed.Clear();
                    _proven.Clear();
                    _reachedAny = true;
                    if (_down)
                    {
                        _down = false;
                        LogBack();
                    }

                    return NetworkVerdict.Fine;

                default:
                    return NetworkVerdict.Fine; // a broken or late answer speaks for neither side
            }
        }
    }

    /// <summary>
    /// Whether a feed's last failure turned out to be the network's since it was judged: another poll, which told the outage, may have been quicker than what this one had to store.
    /// </summary>
    public bool BlamedWrongly(FeedId feed)
    {
        lock (_gate)
        {
            return _wronglyBlamed.Contains(feed);
        }
    }

    [LoggerMessage(230, LogLevel.Warning, "The network seems to be down here: {Hosts} hosts one after the other were not reached. Feeds are tried again every few minutes and not blamed")]
    private partial void LogDown(int hosts);

    [LoggerMessage(231, LogLevel.Information, "The network is back")]
    private partial void LogBack();
}

/// <summary>What is known of the network here.</summary>
/// <param name="NetworkDown">It is down: the failure says nothing of the feed.</param>
/// <param name="WronglyBlamed">Feeds that failed before that was noticed.</param>
public sealed record NetworkVerdict(bool NetworkDown, IReadOnlyList<FeedId> WronglyBlamed)
{
    /// <summary>Nothing speaks against it.</summary>
    public static NetworkVerdict Fine { get; } = new(false, []);
}
