namespace Aggregator.Service.Polling;

/// <summary>Counts the changes of the stored stories, so that what was made from them can tell whether it is still true. Safe for concurrent use.</summary>
public sealed class StoreChanges
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = NewSource();
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Stories were added or replaced.</summary>
    public void Happened()
    {
        TaskCompletionSource waited;
        lock (_gate)
        {
            _version++;
            (waited, _next) = (_next, NewSource());
        }

        waited.SetResult();
    }

    /// <summary>Returns once there is a change after <paramref name="version"/>.</summary>
    public Task WaitAsync(long version, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _version > version ? Task.CompletedTask : _next.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
