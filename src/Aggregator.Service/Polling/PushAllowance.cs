using System.Collections.Concurrent;
using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling;

/// <summary>
/// How many new entries a feed may still bring by pushes. A hub may push thirty times a minute, so it is not the push that is bounded but the hour: as many as one poll may bring. Safe
/// for concurrent use.
/// </summary>
public sealed class PushAllowance(TimeProvider clock)
{
    private static readonly TimeSpan Span = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<FeedId, (DateTimeOffset Since, int Taken)> _taken = new();

    /// <summary>How many of <paramref name="most"/> an hour a feed has left.</summary>
    public int LeftOf(FeedId feed, int most) =>
        _taken.TryGetValue(feed, out var taken) && IsOfThisHour(taken.Since) ? Math.Max(0, most - taken.Taken) : most;

    /// <summary>Notes that a feed brought some.</summary>
    public void Take(FeedId feed, int entries)
    {
        var now = clock.GetUtcNow();
        _taken.AddOrUpdate(feed, (now, entries), (_, before) => IsOfThisHour(before.Since) ? (before.Since, before.Taken + entries) : (now, entries));
    }

    private bool IsOfThisHour(DateTimeOffset since) => (clock.GetUtcNow() - since).Duration() < Span;
}
