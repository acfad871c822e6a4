namespace Aggregator.Service.Polling;

/// <summary>Counts the changes of the stored stories, so that what was made from them can tell whether it is still true.</summary>
public sealed class StoreChanges
{
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Stories were added or replaced.</summary>
    public void Happened() => Interlocked.Increment(ref _version);
}
