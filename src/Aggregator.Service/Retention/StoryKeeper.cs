using Aggregator.Model.Storage;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Retention;

/// <summary>Has the store drop what it is not to keep.</summary>
public sealed partial class StoryKeeper(IStoryStore store, StoreChanges changes, TimeProvider clock, ILogger<StoryKeeper> logger)
{
    /// <summary>Drops what is too old or too much. A fault of the store is told in the log.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var dropped = await store.RetainAsync(clock.GetUtcNow(), cancellationToken);
            if (dropped > 0)
            {
                changes.Happened();
                LogDropped(dropped, (await store.CountAsync(cancellationToken)).KeptSince);
            }
        }
        catch (StoreException fault)
        {
            LogFailed(fault.Message);
        }
    }

    [LoggerMessage(900, LogLevel.Information, "Dropped {Dropped} stories as Storage:MaxAge and Storage:MaxMegabytes say; stories are kept since {Since:u}")]
    private partial void LogDropped(int dropped, DateTimeOffset? since);

    [LoggerMessage(901, LogLevel.Warning, "No stories could be dropped; that is tried again in a minute: {Reason}")]
    private partial void LogFailed(string reason);
}
