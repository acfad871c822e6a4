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

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TellProblems();
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            switch (file.Refresh())
            {
                case FeedListChange.Replaced:
                    await activation.ApplyAsync(stoppingToken);
                    LogReplaced(file.Path, catalog.Feeds.Count);
                    TellProblems();
                    break;
                case FeedListChange.Broken:
                    LogBroken(catalog.BrokenBecause!);
                    break;
            }
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
}
