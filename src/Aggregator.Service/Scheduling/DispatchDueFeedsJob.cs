using Aggregator.Model.Storage;
using Aggregator.Service.Polling;
using Quartz;

namespace Aggregator.Service.Scheduling;

/// <summary>
/// Hands the feeds that are due to the pollers. Runs every few seconds; one job for all feeds, because a trigger a feed would cost a
/// hundred times as much (the schedule of each feed lies in its state).
/// </summary>
[DisallowConcurrentExecution]
public sealed class DispatchDueFeedsJob(DueFeeds queue) : IJob
{
    /// <summary>The job's name in the scheduler.</summary>
    public static JobKey Key { get; } = new("dispatch-due-feeds");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            await queue.EnqueueDueAsync(cancellationToken);
        }
        catch (StoreException)
        {
            // Who watches the store has told of it once; the scheduler would with every run.
        }
    }
}
