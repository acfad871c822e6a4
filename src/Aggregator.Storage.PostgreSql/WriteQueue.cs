using Aggregator.Model.Storage;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// Gathers what callers want stored into few transactions: one costs the disk the same for one story as for a hundred. A few run at the same time;
/// what has to do with the same story, feed or host as one that runs or waits keeps its place behind it. A save that comes alone waits for nothing.
/// </summary>
internal sealed class WriteQueue(Func<IReadOnlyList<Write>, Task> commit, int writers, int storiesPerCommit) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Write> _waiting = [];
    private readonly HashSet<string> _underWay = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _closed;

    /// <summary>Stores what a write holds; returns once it is stored for good. Called off only before it has its place in the queue.</summary>
    public Task<SaveResult> SaveAsync(Write write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_closed)
            {
                throw new StoreException("the store is closed");
            }

            _waiting.Add(write);
            Start();
        }

        return write.Done.Task;
    }

    /// <summary>Ends once all that was queued is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_running == 0)
            {
                _idle.TrySetResult();
            }
        }

        await _idle.Task;
    }

    /// <summary>Within the gate.</summary>
    private void Start()
    {
        while (_running < writers && Gather() is { Count: > 0 } group)
        {
            _running++;
            _ = Task.Run(() => RunAsync(group));
        }
    }

    private List<Write> Gather()
    {
        var (group, passedOver, stories) = (new List<Write>(), new HashSet<string>(), 0);
        for (var i = 0; i < _waiting.Count && stories < storiesPerCommit;)
        {
            var write = _waiting[i];
            if (write.Turns.Any(turn => _underWay.Contains(turn) || passedOver.Contains(turn)))
            {
                passedOver.UnionWith(write.Turns);
                i++;
                continue;
            }

            group.Add(write);
            stories += write.Weight;
            _waiting.RemoveAt(i);
        }

        _underWay.UnionWith(group.SelectMany(write => write.Turns));
        return group;
    }

    private async Task RunAsync(List<Write> group)
    {
        await CommitAsync(group);
        lock (_gate)
        {
            _underWay.ExceptWith(group.SelectMany(write => write.Turns));
            _running--;
            Start();
            if (_closed && _running == 0)
            {
                _idle.TrySetResult();
            }
        }
    }

    private async Task CommitAsync(List<Write> writes)
    {
        try
        {
            await commit(writes);
            foreach (var write in writes)
            {
                write.Done.SetResult(write.Result);
            }
        }
        catch (UnstorableException) when (writes.Count > 1)
        {
            // One of them is to blame: each alone, so that it fails alone.
            foreach (var write in writes)
            {
                await CommitAsync([write]);
            }
        }
#pragma warning disable CA1031 // Whatever it is belongs to the callers who wait.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            var told = fault as StoreException ?? new StoreException(fault.Message, fault) { IsOfWhatWasGiven = fault is UnstorableException };
            foreach (var write in writes)
            {
                write.Done.TrySetException(told);
            }
        }
    }
}
