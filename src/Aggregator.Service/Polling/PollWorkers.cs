using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>
/// Polls the queued feeds, a fixed number at a time. A feed that makes a poll throw loses its own turn only: that is told in its
/// health, and it waits longer like any other feed that fails. A fault of the store, which all polls meet, is logged once by who watches it.
/// </summary>
public sealed partial class PollWorkers(
    DueFeeds queue,
    FeedPoller poller,
    IStoryStore store,
    FeedCatalog catalog,
    PollProgress progress,
    IOptions<PollingOptions> options,
    ILogger<PollWorkers> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Concurrency).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var state in queue.ReadAllAsync(stoppingToken))
        {
            progress.FeedDone(await PollAsync(state, stoppingToken));
        }
    }

    private async Task<FeedHealth> PollAsync(FeedState state, CancellationToken stoppingToken)
    {
        FeedSource? source = null;
        using var pausing = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, queue.Polls);
        try
        {
            if (!catalog.Feeds.TryGetValue(state.Id, out source))
            {
                // Taken out of feeds.json while it waited; or put in, and told to the store by another process that read the file sooner.
                await store.GiveBackAsync(state.Id, stoppingToken);
                return state.Health;
            }

            return await poller.PollAsync(source, state, pausing.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return state.Health; // what it was polled into is being put aside
        }
        catch (StoreException fault) when (fault.IsOfWhatWasGiven)
        {
            LogUnstorable(source?.Name ?? state.Address.Host, fault.Message);
            return FeedHealth.Failing;
        }
        catch (StoreException fault)
        {
            LogStoreFault(source?.Name ?? state.Address.Host, fault.Message);
            return FeedHealth.Failing;
        }
#pragma warning disable CA1031 // The boundary of one poll: whatever happens in it, the other feeds go on.
        catch (Exception fault) when (fault is not OperationCanceledException && source is not null)
#pragma warning restore CA1031
        {
            LogFault(source.Name, fault);
            return await BreakOffAsync(source, state, $"a fault of this program ({fault.GetType().Name}); the log has it", stoppingToken);
        }
    }

    private async Task<FeedHealth> BreakOffAsync(FeedSource source, FeedState state, string why, CancellationToken stoppingToken)
    {
        try
        {
            return await poller.BreakOffAsync(source, state, why, stoppingToken);
        }
        catch (StoreException fault)
        {
            LogStoreFault(source.Name, fault.Message);
            return FeedHealth.Failing;
        }
    }

    [LoggerMessage(210, LogLevel.Debug, "The poll of {Feed} was broken off: {Reason}")]
    private partial void LogStoreFault(string feed, string reason);

    [LoggerMessage(212, LogLevel.Warning, "The poll of {Feed} was broken off: {Reason}")]
    private partial void LogUnstorable(string feed, string reason);

    [LoggerMessage(211, LogLevel.Error, "The poll of {Feed} failed by a fault of this program; the other feeds go on")]
    private partial void LogFault(string feed, Exception fault);
}
