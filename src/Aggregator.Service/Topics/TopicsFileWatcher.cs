using Aggregator.Service.Hosting;

namespace Aggregator.Service.Topics;

/// <summary>Takes over edits of topics.json.</summary>
public sealed partial class TopicsFileWatcher(TopicsFile file, TopicsInForce topics, TimeProvider clock, ILogger<TopicsFileWatcher> logger)
    : FileWatcher(file.Path, clock, logger)
{
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    protected override Task LookAsync(CancellationToken cancellationToken)
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

        return Task.CompletedTask;
    }

    [LoggerMessage(700, LogLevel.Information,
        "{File} changed: {Topics} topics and {Entities} entities are in force for stories from now on; \"aggregator topics retag\" tags those stored before")]
    private partial void LogReplaced(string file, int topics, int entities);

    [LoggerMessage(701, LogLevel.Error, "The last good topics and entities stay in force: {Reason}")]
    private partial void LogBroken(string reason);
}
