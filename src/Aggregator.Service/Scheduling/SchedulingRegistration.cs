using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Quartz;

namespace Aggregator.Service.Scheduling;

/// <summary>Sets up the scheduler. The only place that knows Quartz, with the jobs beside it.</summary>
public static class SchedulingRegistration
{
    /// <summary>
    /// Adds the schedule, kept in memory: what must survive a restart, the next poll of each feed, lies in the store. A stop interrupts
    /// a running job instead of waiting for it.
    /// </summary>
    public static IServiceCollection AddScheduling(this IServiceCollection services, IConfiguration configuration)
    {
        var polling = configuration.GetSection(PollingOptions.Section).Get<PollingOptions>() ?? new PollingOptions();
        services.AddQuartz(quartz =>
        {
            quartz.AddJob<DispatchDueFeedsJob>(job => job.WithIdentity(DispatchDueFeedsJob.Key));
            quartz.AddTrigger(trigger => trigger.ForJob(DispatchDueFeedsJob.Key).StartNow()
                .WithSimpleSchedule(schedule => schedule.WithInterval(polling.DispatchEvery).RepeatForever()));
            if (configuration.GetSection(HostingOptions.Section)[nameof(HostingOptions.PublicAddress)] is { Length: > 0 })
            {
                quartz.AddJob<TendSubscriptionsJob>(job => job.WithIdentity(TendSubscriptionsJob.Key));
                quartz.AddTrigger(trigger => trigger.ForJob(TendSubscriptionsJob.Key).StartNow()
                    .WithSimpleSchedule(schedule => schedule.WithInterval(polling.DispatchEvery).RepeatForever()));
            }
        });
        services.Configure<QuartzSchedulerOptions>(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs);
        services.AddQuartzHostedService(host => host.WaitForJobsToComplete = true);
        return services;
    }
}
