using Aggregator.Service.Hub;
using Quartz;

namespace Aggregator.Service.Scheduling;

/// <summary>Asks hubs for what is due with them: new subscriptions, renewals, ends. One job for all.</summary>
[DisallowConcurrentExecution]
public sealed class TendSubscriptionsJob(HubRequests requests) : IJob
{
    /// <summary>The job's name in the scheduler.</summary>
    public static JobKey Key { get; } = new("tend-subscriptions");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await requests.TendAsync(cancellationToken);
}
