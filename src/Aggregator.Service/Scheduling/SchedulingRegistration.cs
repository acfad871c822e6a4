using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Retention;
using Quartz;

namespace Aggregator.Service.Scheduling;

/// <summary>Sets up the scheduler. The only place that knows Quartz, with the jobs beside it.</summary>
public static class SchedulingRegistration
{
    /// <summary>The scheduler that processes on one database are together, as its tables name it.</summary>
    private const string Shared = "aggregator-shared";

    /// <summary>A process that has not checked in for so long is dead, and another runs what it had begun; as the store has it for its feeds.</summary>
    private static readonly TimeSpan CheckInEvery = TimeSpan.FromSeconds(10), CheckInLate = TimeSpan.FromSeconds(20);

    /// <summary>What runs every so often; not all of it in every scheduler.</summary>
    internal static IReadOnlyList<TriggerKey> Triggers { get; } = [TriggerOf(DispatchDueFeedsJob.Key), TriggerOf(KeepStoriesJob.Key), TriggerOf(TendSubscriptionsJob.Key)];

    /// <summary>
    /// Adds the schedule. What each process does for itself is kept in memory: what must survive a restart, the next poll of each feed, lies in the
    /// store. What is to be done once for all processes on one database is in a scheduler that they share there. A stop interrupts a running job
    /// instead of waiting for it.
    /// </summary>
    /// <exception cref="StoreException">The connection string of the database cannot be read.</exception>
    public static IServiceCollection AddScheduling(this IServiceCollection services, IConfiguration configuration)
    {
        var every = (configuration.GetSection(PollingOptions.Section).Get<PollingOptions>() ?? new PollingOptions()).DispatchEvery;
        var hasHubs = configuration.GetSection(HostingOptions.Section)[nameof(HostingOptions.PublicAddress)] is { Length: > 0 };
        services.Configure<QuartzSchedulerOptions>(Interrupt);
        if (configuration.GetSection(StorageOptions.Section)[nameof(StorageOptions.PostgreSql)] is { Length: > 0 } server)
        {
            services.AddQuartz(AddOwn);
            services.Configure<QuartzSchedulerOptions>(Shared, Interrupt);
            services.AddQuartz(Shared, quartz =>
            {
                quartz.UsePersistentStore(store => KeepOnServer(store, server));
                AddCommon(quartz);
            });
        }
        else
        {
            services.AddQuartz(quartz =>
            {
                AddOwn(quartz);
                AddCommon(quartz);
            });
        }

        services.AddHostedService(provider => provider.GetRequiredService<StoryClock>()); // before the first poll
        return services.AddQuartzHostedService(host => host.WaitForJobsToComplete = true).AddHostedService<ScheduleKeeper>();

        void AddOwn(IQuartzBuilder quartz) => AddJob<DispatchDueFeedsJob>(quartz, DispatchDueFeedsJob.Key, every);

        void AddCommon(IQuartzBuilder quartz)
        {
            AddJob<KeepStoriesJob>(quartz, KeepStoriesJob.Key, KeepStoriesJob.Every);
            if (hasHubs)
            {
                AddJob<TendSubscriptionsJob>(quartz, TendSubscriptionsJob.Key, every);
            }
        }
    }

    private static void AddJob<TJob>(IQuartzBuilder quartz, JobKey key, TimeSpan every)
        where TJob : IJob
    {
        quartz.AddJob<TJob>(job => job.WithIdentity(key));
        quartz.AddTrigger(trigger => trigger.WithIdentity(TriggerOf(key)).ForJob(key).StartNow().WithSimpleSchedule(schedule => schedule.WithInterval(every).RepeatForever()));
    }

    private static TriggerKey TriggerOf(JobKey key) => new(key.Name);

    /// <summary>The tables are made beside the store's, in its schema, by the first process.</summary>
    private static void KeepOnServer(IPersistentStoreBuilder store, string server)
    {
        var (factory, connectionString) = StorageRegistration.TablesOnServer(server);
        store.UsePostgres(factory, connectionString);
        store.UseSystemTextJsonSerializer();
        store.ProvisionSchema();
        store.ConfigureStore(options => options.StoreJobDataAsStrings = true);
        store.UseClustering(cluster => (cluster.CheckinInterval, cluster.CheckinMisfireThreshold) = (CheckInEvery, CheckInLate));
    }

    private static void Interrupt(QuartzSchedulerOptions scheduler) => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs;
}
