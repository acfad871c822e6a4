using Quartz;

namespace Aggregator.Service.Scheduling;

/// <summary>
/// Keeps the jobs going when the clock is set back. They are planned by the time of day: what was to run in five seconds would run once the clock is where it was,
/// a day later perhaps. A job whose next run is further away than it ever should be is planned anew, from now on.
/// </summary>
public sealed partial class ScheduleKeeper(ISchedulerFactory schedulers, TimeProvider clock, ILogger<ScheduleKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    /// <summary>Clocks of processes on one database may be so far apart.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var scheduler in await schedulers.GetAllSchedulers(stoppingToken))
            {
                try
                {
                    await RenewAsync(scheduler, stoppingToken);
                }
                catch (SchedulerException fault)
                {
                    LogNotLooked(scheduler.SchedulerName, fault.Message); // its database is away: the next look may find it
                }
            }
        }
    }

    private async Task RenewAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        foreach (var key in SchedulingRegistration.Triggers)
        {
            var now = clock.GetUtcNow();
            if (await scheduler.GetTrigger(key, cancellationToken) is ISimpleTrigger trigger && trigger.NextFireTimeUtc - now > trigger.RepeatInterval + Slack)
            {
                await scheduler.RescheduleJob(key, trigger.GetTriggerBuilder().StartAt(now).Build(), cancellationToken);
                LogRenewed(key.Name, trigger.NextFireTimeUtc!.Value);
            }
        }
    }

    [LoggerMessage(968, LogLevel.Warning, "The clock was set back: {Job} would have waited until {Planned:u}, and is planned anew")]
    private partial void LogRenewed(string job, DateTimeOffset planned);

    [LoggerMessage(969, LogLevel.Debug, "The plan of {Scheduler} could not be looked at: {Reason}")]
    private partial void LogNotLooked(string scheduler, string reason);
}
