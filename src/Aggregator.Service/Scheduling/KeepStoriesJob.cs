using Aggregator.Service.Retention;
using Quartz;

namespace Aggregator.Service.Scheduling;

/// <summary>Has the store drop what it is not to keep.</summary>
[DisallowConcurrentExecution]
public sealed class KeepStoriesJob(StoryKeeper keeper) : IJob
{
    /// <summary>How often it runs.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The job's name in the scheduler.</summary>
    public static JobKey Key { get; } = new("keep-stories");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await keeper.KeepAsync(cancellationToken);
}
