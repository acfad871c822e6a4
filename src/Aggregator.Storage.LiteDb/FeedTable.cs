using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The feed states, all in memory (a few hundred bytes each), with claims. One process owns the file, so claims need not be stored: a
/// process that ends holds none. Safe for concurrent use.
/// </summary>
internal sealed class FeedTable
{
    /// <summary>A clock is set back by seconds all the time; that is no reason to plan anew.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<FeedId, FeedState> _states;
    private readonly Dictionary<FeedId, DateTimeOffset> _claims = [];
    private readonly SortedSet<(DateTimeOffset NextPoll, string Feed)> _due = [];
    private HashSet<FeedId>? _active;
    private DateTimeOffset _lastClaim = DateTimeOffset.MinValue;
    private bool _planned;

    public FeedTable(IEnumerable<FeedState> states) => _states = states.ToDictionary(state => state.Id);

    /// <summary>Takes over other states in place of all there were. No feed is active then, and none is claimed.</summary>
    public void Replace(IEnumerable<FeedState> states)
    {
        lock (_gate)
        {
            _states.Clear();
            _claims.Clear();
            _due.Clear();
            (_active, _planned) = (null, false);
            foreach (var state in states)
            {
                _states[state.Id] = state;
            }
        }
    }

    public IReadOnlyList<FeedState> All()
    {
        lock (_gate)
        {
            return [.. _states.Values];
        }
    }

    public FeedState? Find(FeedId feed)
    {
        lock (_gate)
        {
            return _states.GetValueOrDefault(feed);
        }
    }

    /// <summary>The states that become new or due again when exactly <paramref name="feeds"/> are active.</summary>
    public IReadOnlyList<FeedState> PlanActivation(IReadOnlyCollection<FeedActivation> feeds)
    {
        lock (_gate)
        {
            return [.. feeds.Select(Plan).OfType<FeedState>()];
        }

        // The first activation of a process says nothing of what was active before it.
        FeedState? Plan(FeedActivation feed) => _states.GetValueOrDefault(feed.Id) switch
        {
            null => new FeedState { Id = feed.Id, Address = feed.Address, NextPoll = feed.FirstPoll, PlannedAt = feed.PlannedAt },
            var known when known.Address != feed.Address => known.Readdressed(feed.Address, feed.FirstPoll) with { PlannedAt = feed.PlannedAt },
            { Health: FeedHealth.Gone } gone when _active is not null && !_active.Contains(feed.Id) => gone with { Health = FeedHealth.Failing, NextPoll = feed.FirstPoll, PlannedAt = feed.PlannedAt },
            _ => null,
        };
    }

    /// <summary>Makes exactly these feeds active; their states are in the table.</summary>
    public void Activate(IEnumerable<FeedId> feeds)
    {
        lock (_gate)
        {
            _active = [.. feeds];
            _planned = false;
        }
    }

    public IReadOnlyList<FeedState> Claim(DateTimeOffset now, int limit, TimeSpan lease)
    {
        lock (_gate)
        {
            if (!_planned || now < _lastClaim - ClockTolerance)
            {
                PlanAll(now);
            }

            _lastClaim = now;
            var claimed = new List<FeedState>();
            foreach (var (nextPoll, value) in _due)
            {
                if (nextPoll > now || claimed.Count == limit)
                {
                    break;
                }

                var feed = new FeedId(value);
                if (!_claims.TryGetValue(feed, out var until) || until <= now || until > now + lease + ClockTolerance)
                {
                    _claims[feed] = now + lease;
                    claimed.Add(_states[feed]);
                }
            }

            return claimed;
        }
    }

    /// <summary>Takes over a stored state, and ends the claim on its feed or leaves it: a poll under way that is hastened ends as it would have.</summary>
    public void Put(FeedState state, bool endsClaim)
    {
        lock (_gate)
        {
            if (_states.TryGetValue(state.Id, out var before))
            {
                _due.Remove(Entry(before));
            }

            _states[state.Id] = state;
            if (endsClaim)
            {
                _claims.Remove(state.Id);
            }

            if (_active?.Contains(state.Id) == true && IsPollable(state))
            {
                _due.Add(Entry(state));
            }
        }
    }

    /// <summary>Forgets a feed that is not active.</summary>
    public void Forget(FeedId feed)
    {
        lock (_gate)
        {
            if (_active?.Contains(feed) != true && _states.Remove(feed, out var state))
            {
                _due.Remove(Entry(state));
                _claims.Remove(feed);
            }
        }
    }

    public bool IsActive(FeedId feed)
    {
        lock (_gate)
        {
            return _active?.Contains(feed) == true;
        }
    }

    /// <summary>
    /// Orders the active feeds by when they are due. A feed polled or planned later than now was so while the clock ran ahead; its next poll
    /// means nothing, and it is due.
    /// </summary>
    private void PlanAll(DateTimeOffset now)
    {
        _due.Clear();
        foreach (var feed in _active ?? [])
        {
            if (!_states.TryGetValue(feed, out var state))
            {
                continue; // forgotten while it was being listed again: the next activation knows it
            }

            if (state.LastPoll > now + ClockTolerance || state.PlannedAt > now + ClockTolerance)
            {
                state = _states[feed] = state with { NextPoll = now };
            }

            if (IsPollable(state))
            {
                _due.Add(Entry(state));
            }
        }

        _planned = true;
    }

    private static bool IsPollable(FeedState state) => state.Health != FeedHealth.Gone;

    private static (DateTimeOffset NextPoll, string Feed) Entry(FeedState state) => (state.NextPoll, state.Id.Value);
}
