namespace Aggregator.Service.Doors;

/// <summary>
/// So many of something for each client in a span of time that begins with the client's first. Remembers a bounded number of clients: those whose span is over are
/// forgotten, and where there are still more, the newcomers share one allowance. Safe for concurrent use.
/// </summary>
/// <param name="most">How many.</param>
/// <param name="span">In what time.</param>
/// <param name="clock">The time.</param>
/// <param name="mostClients">Clients remembered, some 60 bytes each.</param>
public sealed class Allowance(int most, TimeSpan span, TimeProvider clock, int mostClients = 50_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientAddress, Count> _clients = [];
    private Count _newcomers;
    private long _sweptAt;

    /// <summary>How many clients are remembered.</summary>
    public int Clients
    {
        get
        {
            lock (_gate)
            {
                return _clients.Count;
            }
        }
    }

    /// <summary>Takes one of a client's. Null: it was there. Else the time until there are some again.</summary>
    public TimeSpan? Take(ClientAddress client)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            ref var count = ref CountOf(client, now);
            if (count.Taken == 0 || clock.GetElapsedTime(count.Begun, now) >= span)
            {
                count = new Count(now, 0);
            }

            if (count.Taken >= most)
            {
                return span - clock.GetElapsedTime(count.Begun, now);
            }

            count.Taken++;
            return null;
        }
    }

    /// <summary>The time until a client that has none left has some again. Null: it has.</summary>
    public TimeSpan? WaitOf(ClientAddress client)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            var count = _clients.TryGetValue(client, out var own) ? own : _clients.Count >= mostClients ? _newcomers : default;
            var left = span - clock.GetElapsedTime(count.Begun, now);
            return count.Taken >= most && left > TimeSpan.Zero ? left : null;
        }
    }

    private ref Count CountOf(ClientAddress client, long now)
    {
        if (_clients.Count >= mostClients && !_clients.ContainsKey(client))
        {
            Forget(now);
            if (_clients.Count >= mostClients)
            {
                return ref _newcomers;
            }
        }

        return ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_clients, client, out _)!;
    }

    /// <summary>Forgets those whose span is over; once a span, so that many newcomers do not make it the work of each request.</summary>
    private void Forget(long now)
    {
        if (_sweptAt != 0 && clock.GetElapsedTime(_sweptAt, now) < span)
        {
            return;
        }

        _sweptAt = now;
        foreach (var (client, count) in _clients)
        {
            if (clock.GetElapsedTime(count.Begun, now) >= span)
            {
                _clients.Remove(client);
            }
        }
    }

    private record struct Count(long Begun, int Taken);
}
