namespace Aggregator.Service.Fetching;

/// <summary>
/// Memory for bodies, so many bytes of it: each has a share from its first byte until nobody needs it any more, and waits for it while others have them all. Small and large ones
/// have half of it each, so that a few large ones hold up each other and nobody else; and few large ones are received at a time, for one that never ends must not cost the others
/// their memory. Nobody waits for ever: a body that has begun waits only if it grows large, and then for large ones that come or are there whole, none of which waits here.
/// Safe for concurrent use.
/// </summary>
/// <param name="most">Bytes.</param>
public sealed class BodyPool(long most)
{
    /// <summary>Bytes from which on a body is a large one.</summary>
    internal const int Large = 1_000_000;

    /// <summary>Large bodies that are received and decompressed at the same time.</summary>
    private const int MostLarge = 3;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _beginning = new();
    private readonly LinkedList<Waiter> _growing = new();
    private long _small;
    private long _large;
    private int _largeComing;
    private int _waiting;

    /// <summary>How many bodies wait for memory at this moment.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Bytes that all shares have together.</summary>
    internal long Taken
    {
        get
        {
            lock (_gate)
            {
                return _small + _large;
            }
        }
    }

    /// <summary>A share of nothing yet. Disposing it gives back all it grew to.</summary>
    public BodyShare Begin() => new(this);

    /// <summary>Waits until a body of about so many bytes may come.</summary>
    internal ValueTask BeginAsync(BodyShare share, int bytes, CancellationToken cancellationToken) =>
        WaitAsync(_beginning, new Waiter(share, Math.Min(bytes, Large)), cancellationToken);

    /// <summary>Waits until a body that turned out to be a large one may go on.</summary>
    /// <remarks>It gives back what it had as a small one, or those that wait for this would keep small ones from coming.</remarks>
    internal ValueTask GrowLargeAsync(BodyShare share, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            CountLocked(share, 0);
        }

        return WaitAsync(_growing, new Waiter(share, 2 * Large), cancellationToken);
    }

    /// <summary>A body is there whole, or gone: from now on it takes so many bytes.</summary>
    internal void Settle(BodyShare share, long bytes)
    {
        lock (_gate)
        {
            _largeComing -= share.IsLarge ? 1 : 0;
            share.IsLarge = false;
            CountLocked(share, bytes);
            LetInLocked();
        }
    }

    private void CountLocked(BodyShare share, long bytes)
    {
        CountOf(share.Bytes) -= share.Bytes;
        CountOf(bytes) += bytes;
        share.Bytes = bytes;
    }

    private ref long CountOf(long bytes) => ref (bytes > Large ? ref _large : ref _small);

    private async ValueTask WaitAsync(LinkedList<Waiter> queue, Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            queue.AddLast(waiter);
            LetInLocked();
        }

        if (!waiter.Admitted.IsCompleted)
        {
            Interlocked.Increment(ref _waiting);
            try
            {
                await waiter.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                lock (_gate)
                {
                    queue.Remove(waiter);
                    LetInLocked(); // those behind it may want less
                }

                throw;
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>Lets in who waits, each queue in its order.</summary>
    private void LetInLocked()
    {
        while (_growing.First is { Value: var next } && _largeComing < MostLarge && _large <= most / 2)
        {
            _growing.RemoveFirst();
            if (next.Admit())
            {
                _largeComing++;
                next.Share.IsLarge = true;
                CountLocked(next.Share, next.Bytes);
            }
        }

        while (_beginning.First is { Value: var next } && (_small + next.Bytes <= most / 2 || _small == 0))
        {
            _beginning.RemoveFirst();
            if (next.Admit())
            {
                CountLocked(next.Share, next.Bytes);
            }
        }
    }

    private sealed class Waiter(BodyShare share, int bytes)
    {
        private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public BodyShare Share { get; } = share;

        public int Bytes { get; } = bytes;

        public Task Admitted => _admitted.Task;

        /// <summary>False: it gave up meanwhile.</summary>
        public bool Admit() => _admitted.TrySetResult();

        public async Task WaitAsync(CancellationToken cancellationToken)
        {
            await using var registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!)._admitted.TrySetCanceled(token), this);
            await _admitted.Task;
        }
    }
}
