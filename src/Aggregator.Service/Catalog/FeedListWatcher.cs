using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Catalog;

/// <summary>Takes over edits of feeds.json. A store that fails owes the feeds until it can take them.</summary>
public sealed partial class FeedListWatcher(
    FeedListFile file, FeedCatalog catalog, CatalogActivation activation, TimeProvider clock, ILogger<FeedListWatcher> logger)
    : FileWatcher(file.Path, clock, logger)
{
    private readonly ILogger _logger = logger;
    private bool _activationOwed;

    /// <inheritdoc/>
    protected override void TellDoubts()
    {
        foreach (var problem in catalog.Problems)
        {
            LogProblem(problem);
        }
    }

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancellationToken)
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
            TellDoubts();
        }
    }

    /// <inheritdoc/>
    protected override bool TryTell(Exception fault)
    {
        if (fault is StoreException)
        {
            LogStoreFault(file.Path, fault.Message);
        }

        return fault is StoreException;
    }

    [LoggerMessage(300, LogLevel.Information, "{File} changed: {Feeds} feeds are in force")]
    private partial void LogReplaced(string file, int feeds);

    [LoggerMessage(301, LogLevel.Error, "The last good list of feeds stays in force: {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(302, LogLevel.Warning, "{Problem}")]
    private partial void LogProblem(FeedListProblem problem);

    [LoggerMessage(303, LogLevel.Error, "The feeds of {File} are not in force yet and are tried again: {Reason}")]
    private partial void LogStoreFault(string file, string reason);
}
