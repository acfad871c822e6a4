using Aggregator.Model.Storage;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Retention;

/// <summary>Has the store drop what it is not to keep, once a minute.</summary>
public sealed partial class StoryKeeper(IStoryStore store, StoreChanges changes, TimeProvider clock, ILogger<StoryKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Every, clock);
        do
        {
            await KeepAsync(stoppingToken);
        }
        while (await beat.WaitForNextTickAsync(stoppingToken));
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
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
