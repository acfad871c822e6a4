namespace Aggregator.Service.Topics;

/// <summary>Takes over edits of topics.json within seconds, by looking at it as <see cref="Catalog.FeedListWatcher"/> looks at feeds.json.</summary>
public sealed partial class TopicsFileWatcher(
    TopicsFile file, TopicsInForce topics, TimeProvider clock, ILogger<TopicsFileWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Look();
            }
#pragma warning disable CA1031 // The boundary of one look: whatever happens in it, the service goes on with the definitions it has.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogFault(file.Path, fault);
            }
        }
    }

    private void Look()
    {
        switch (file.Refresh())
        {
            case TopicsFileChange.Replaced:
                LogReplaced(file.Path, topics.Topics.Count, topics.Definitions.Entities.Entities.Count);
                break;
            case TopicsFileChange.Broken:
                LogBroken(topics.BrokenBecause!);
                break;
        }
    }

    [LoggerMessage(700, LogLevel.Information,
        "{File} changed: {Topics} topics and {Entities} entities are in force for stories from now on; \"aggregator topics retag\" tags those stored before")]
    private partial void LogReplaced(string file, int topics, int entities);

    [LoggerMessage(701, LogLevel.Error, "The last good topics and entities stay in force: {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(702, LogLevel.Error, "{File} could not be taken over by a fault of this program; the last good topics and entities stay in force")]
    private partial void LogFault(string file, Exception fault);
}
