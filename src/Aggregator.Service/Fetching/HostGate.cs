using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Politeness towards each host, across everything the service does: starts of requests are spaced, few run at once, in the order in
/// which they came, and a host that asked for quiet gets it. Idle hosts are forgotten. Times are measured, not read from the clock on the
/// wall: a clock that jumps neither stops nor hurries anybody.
/// </summary>
public sealed class HostGate(IOptions<FetchingOptions> options, TimeProvider clock)
{
    /// <summary>Idle hosts are swept out when so many are known, or twice as many as the last sweep had to keep.</summary>
    private const int SweepAtLeastAt = 10_000;

    /// <summary>Up to this share is added to each spacing, so that the rhythm of one host is not that of a machine.</summary>
    private const double JitterShare = 0.2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly long _origin = clock.GetTimestamp();
    private int _sweepAt = SweepAtLeastAt;
    private int _underWay;

    /// <summary>How many turns are taken at this moment: requests on their way or being read, not those that wait.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>How many hosts are remembered.</summary>
    internal int KnownHosts
    {
        get
        {
            lock (_gate)
            {
                return _hosts.Count;
            }
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_origin);

    /// <summary>Waits for a turn at a host. Disposing the turn ends it.</summary>
    /// <param name="host">The host's name.</param>
    /// <param name="leastSpacing">A longer spacing than usual, where the host asked for one (robots.txt crawl-delay). Zero: the usual.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<IAsyncDisposable> EnterAsync(string host, TimeSpan leastSpacing, CancellationToken cancellationToken)
    {
        var turns = Find(host);
        try
        {
            await turns.Slots.WaitAsync(cancellationToken);
            try
            {
                var wait = Reserve(turns, leastSpacing);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, clock, cancellationToken);
                }
            }
            catch
            {
                turns.Slots.Release();
                throw;
            }
        }
        catch
        {
            Interlocked.Decrement(ref turns.Users);
            throw;
        }

        Interlocked.Increment(ref _underWay);
        return new Turn(this, turns);
    }

    /// <summary>Lets nobody ask a host before <paramref name="until"/>; a longer hold stays.</summary>
    public void Hold(string host, DateTimeOffset until)
    {
        lock (_gate)
        {
            var turns = FindLocked(host);
            var end = Now + (until - clock.GetUtcNow());
            turns.HeldUntil = turns.HeldUntil > end ? turns.HeldUntil : end;
        }
    }

    /// <summary>Until when a host asked not to be asked. Null: it may be asked.</summary>
    public DateTimeOffset? HeldUntil(string host)
    {
        lock (_gate)
        {
            return _hosts.TryGetValue(host, out var turns) && turns.HeldUntil - Now is var left && left > TimeSpan.Zero ? clock.GetUtcNow() + left : null;
        }
    }

    private Host Find(string host)
    {
        lock (_gate)
        {
            var turns = FindLocked(host);
            Interlocked.Increment(ref turns.Users);
            return turns;
        }
    }

    private Host FindLocked(string host)
    {
        if (_hosts.TryGetValue(host, out var known))
        {
            return known;
        }

        if (_hosts.Count >= _sweepAt)
        {
            var now = Now;
            foreach (var (name, idle) in _hosts.Where(pair => pair.Value.Users == 0 && pair.Value.NextStart <= now && pair.Value.HeldUntil <= now).ToList())
            {
                _hosts.Remove(name);
                idle.Slots.Dispose();
            }

            _sweepAt = Math.Max(SweepAtLeastAt, _hosts.Count * 2);
        }

        return _hosts[host] = new Host(options.Value.PerHostConnections);
    }

    /// <summary>Takes the next start time and says how long it is until then.</summary>
    private TimeSpan Reserve(Host turns, TimeSpan leastSpacing)
    {
        var spacing = leastSpacing > options.Value.PerHostSpacing ? leastSpacing : options.Value.PerHostSpacing;
        lock (_gate)
        {
            var now = Now;
            var start = turns.NextStart > now ? turns.NextStart : now;
            turns.NextStart = start + (spacing * (1 + (Random.Shared.NextDouble() * JitterShare)));
            return start - now;
        }
    }

    private sealed class Host(int connections)
    {
        public int Users;

        public SemaphoreSlim Slots { get; } = new(connections);

        public TimeSpan NextStart { get; set; }

        public TimeSpan HeldUntil { get; set; }
    }

    private sealed class Turn(HostGate gate, Host turns) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            turns.Slots.Release();
            Interlocked.Decrement(ref turns.Users);
            Interlocked.Decrement(ref gate._underWay);
            return ValueTask.CompletedTask;
        }
    }
}
