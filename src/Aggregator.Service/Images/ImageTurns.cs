namespace Aggregator.Service.Images;

/// <summary>
/// Whose turn it is to be fetched. A host's pictures wait for one another before they wait for those of others, so that a slow host holds a few of the turns and never all, and both
/// queues have an end. Safe for concurrent use.
/// </summary>
public sealed class ImageTurns : IDisposable
{
    /// <summary>Pictures fetched at the same time.</summary>
    public const int AtOnce = 32;

    /// <summary>Those of one host, as browsers have connections.</summary>
    public const int AtOnceOfAHost = 6;

    /// <summary>Pictures of one host that are fetched or waited for: more than a page of a reader shows.</summary>
    public const int MostOfAHost = 64;

    /// <summary>Pictures of all hosts that are fetched or waited for.</summary>
    public const int Most = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private int _asked;

    /// <summary>Waits for a turn, which ends when it is disposed of. Null, at once: too many wait already.</summary>
    public async Task<IDisposable?> TakeAsync(string host, CancellationToken cancellationToken)
    {
        if (Queue(host) is not { } queue)
        {
            return null;
        }

        try
        {
            await queue.Turns.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(queue);
            throw;
        }

        try
        {
            await _turns.WaitAsync(cancellationToken);
        }
        catch
        {
            queue.Turns.Release();
            Leave(queue);
            throw;
        }

        return new Turn(this, queue);
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private Host? Queue(string name)
    {
        lock (_gate)
        {
            var known = _hosts.GetValueOrDefault(name);
            if (_asked >= Most || known?.Asked >= MostOfAHost)
            {
                return null;
            }

            var host = known ?? (_hosts[name] = new Host(name));
            host.Asked++;
            _asked++;
            return host;
        }
    }

    private void Leave(Host host)
    {
        lock (_gate)
        {
            _asked--;
            if (--host.Asked == 0)
            {
                _hosts.Remove(host.Name);
            }
        }
    }

    private void End(Host host)
    {
        _turns.Release();
        host.Turns.Release();
        Leave(host);
    }

    private sealed class Host(string name)
    {
        public string Name { get; } = name;

        // Nothing asks for its wait handle, so there is nothing to dispose of.
        public SemaphoreSlim Turns { get; } = new(AtOnceOfAHost);

        public int Asked { get; set; }
    }

    private sealed class Turn(ImageTurns turns, Host host) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                turns.End(host);
            }
        }
    }
}
