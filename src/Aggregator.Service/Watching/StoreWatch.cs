using Aggregator.Model.Storage;

namespace Aggregator.Service.Watching;

/// <summary>
/// Whether the store does its work, told by what became of the calls to it. A change is logged once, whoever and however many met it. Safe for concurrent use.
/// </summary>
public sealed partial class StoreWatch(ILogger<StoreWatch> logger)
{
    private readonly Lock _gate = new();
    private string? _cannotStore;
    private string? _cannotRead;

    /// <summary>Why nothing can be stored, in words for the operator. Null: the last time it could.</summary>
    public string? CannotStore => Volatile.Read(ref _cannotStore);

    /// <summary>Why nothing can be read, likewise.</summary>
    public string? CannotRead => Volatile.Read(ref _cannotRead);

    /// <summary>Something was stored.</summary>
    public void Stored()
    {
        if (CannotStore is not null && Set(ref _cannotStore, null))
        {
            LogStores();
        }
    }

    /// <summary>Something was read.</summary>
    public void WasRead()
    {
        if (CannotRead is not null && Set(ref _cannotRead, null))
        {
            LogReads();
        }
    }

    /// <summary>Something could not be stored.</summary>
    public void StoringFailed(StoreException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (Set(ref _cannotStore, fault.Message))
        {
            LogCannotStore(fault.Message);
        }
    }

    /// <summary>Something could not be read.</summary>
    public void ReadingFailed(StoreException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (Set(ref _cannotRead, fault.Message))
        {
            LogCannotRead(fault.Message);
        }
    }

    /// <summary>Returns whether that is a change from working to not working, or back.</summary>
    private bool Set(ref string? state, string? reason)
    {
        lock (_gate)
        {
            var changes = (state is null) != (reason is null);
            state = reason;
            return changes;
        }
    }

    [LoggerMessage(940, LogLevel.Error, "The store fails: {Reason} What is stored can be read meanwhile, and polls are tried again")]
    private partial void LogCannotStore(string reason);

    [LoggerMessage(941, LogLevel.Information, "Storing goes on")]
    private partial void LogStores();

    [LoggerMessage(942, LogLevel.Error, "The store does not answer: {Reason}")]
    private partial void LogCannotRead(string reason);

    [LoggerMessage(943, LogLevel.Information, "The store can be read again")]
    private partial void LogReads();
}
