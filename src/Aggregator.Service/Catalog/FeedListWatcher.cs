using Aggregator.Model.Storage;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Catalog;

/// <summary>
/// Takes over edits of feeds.json within seconds. Looks at the file every two seconds instead of asking the system to be told, because
/// that works on every file system and with editors that replace the file.
/// </summary>
public sealed partial class FeedListWatcher(
    FeedListFile file, FeedCatalog catalog, CatalogActivation activation, TimeProvider clock, ILogger<FeedListWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private bool _activationOwed;
    private string? _lastFault;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TellProblems();
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
                _lastFault = null;
            }
#pragma warning disable CA1031 // The boundary of one look: whatever happens in it, the service goes on with the feeds it has.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                TellOnce(fault);
            }
        }
    }

    /// <summary>Takes over an edit. A store that fails owes the feeds until it can take them: the next look tries again.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        switch (file.Refresh())
        {
            case FeedListChange.Replaced:
                _activationOwed = true;
                break;
            case FeedListChange.Broken:
                LogBroken(catalog.BrokenBecause!);
                break;
        }

        if (_activationOwed)
        {
            await activation.ApplyAsync(cancellationToken);
            _activationOwed = false;
            LogReplaced(file.Path, catalog.Feeds.Count);
            TellProblems();
        }
    }

    private void TellOnce(Exception fault)
    {
        if (_lastFault == fault.Message)
        {
            return; // told already, and tried again every two seconds
        }

        _lastFault = fault.Message;
        if (fault is StoreException)
        {
            LogStoreFault(file.Path, fault.Message);
        }
        else
        {
            LogFault(file.Path, fault);
        }
    }

    private void TellProblems()
    {
        foreach (var problem in catalog.Problems)
        {
            LogProblem(problem);
        }
    }

    [LoggerMessage(300, LogLevel.Information, "{File} changed: {Feeds} feeds are in force")]
    private partial void LogReplaced(string file, int feeds);

    [LoggerMessage(301, LogLevel.Error, "The last good list of feeds stays in force: {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(302, LogLevel.Warning, "{Problem}")]
    private partial void LogProblem(FeedListProblem problem);

    [LoggerMessage(303, LogLevel.Error, "The feeds of {File} are not in force yet and are tried again: {Reason}")]
    private partial void LogStoreFault(string file, string reason);

    [LoggerMessage(304, LogLevel.Error, "{File} could not be taken over by a fault of this program; the feeds known stay in force")]
    private partial void LogFault(string file, Exception fault);
}
