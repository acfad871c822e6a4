using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Politeness towards each host, across everything the service does: starts of requests are spaced, few run at once, in the order in
/// which they came, and a host that asked for quiet gets it. Idle hosts are forgotten.
/// </summary>
public sealed class HostGate(IOptions<FetchingOptions> options, TimeProvider clock)
{
    /// <summary>Idle hosts are swept out when so many are known.</summary>
    private const int SweepAt = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);

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

        return new Turn(turns);
    }

    /// <summary>Lets nobody ask a host before <paramref name="until"/>; a longer hold stays.</summary>
    public void Hold(string host, DateTimeOffset until)
    {
        lock (_gate)
        {
            var turns = FindLocked(host);
            turns.HeldUntil = turns.HeldUntil > until ? turns.HeldUntil : until;
        }
    }

    /// <summary>Until when a host asked not to be asked. Null: it may be asked.</summary>
    public DateTimeOffset? HeldUntil(string host)
    {
        lock (_gate)
        {
            return _hosts.TryGetValue(host, out var turns) && turns.HeldUntil > clock.GetUtcNow() ? turns.HeldUntil : null;
        }
    }

    private Host Find(string host)
    {
        lock (_gate)
        {
            var turns = FindLocked(host);
            turns.Users++;
            return turns;
        }
    }

    private Host FindLocked(string host)
    {
        if (_hosts.TryGetValue(host, out var known))
        {
            return known;
        }

        if (_hosts.Count >= SweepAt)
        {
            var now = clock.GetUtcNow();
            foreach (var (name, idle) in _hosts.Where(pair => pair.Value.Users == 0 && pair.Value.NextStart <= now && pair.Value.HeldUntil <= now).ToList())
            {
                _hosts.Remove(name);
                idle.Slots.Dispose();
            }
        }

        return _hosts[host] = new Host(options.Value.PerHostConnections);
    }

    /// <summary>Takes the next start time and says how long it is until then.</summary>
    private TimeSpan Reserve(Host turns, TimeSpan leastSpacing)
    {
        var spacing = leastSpacing > options.Value.PerHostSpacing ? leastSpacing : options.Value.PerHostSpacing;
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var start = turns.NextStart > now ? turns.NextStart : now;
            turns.NextStart = start + spacing;
            return start - now;
        }
    }

    private sealed class Host(int connections)
    {
        public int Users;

        public SemaphoreSlim Slots { get; } = new(connections);

        public DateTimeOffset NextStart { get; set; }

        public DateTimeOffset HeldUntil { get; set; }
    }

    private sealed class Turn(Host turns) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            turns.Slots.Release();
            Interlocked.Decrement(ref turns.Users);
            return ValueTask.CompletedTask;
        }
    }
}
