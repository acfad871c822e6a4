using Aggregator.Content.Clustering;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>Sets up the main path.</summary>
public static class PollingRegistration
{
    /// <summary>Adds the poller and what it calls, not the schedule.</summary>
    public static IServiceCollection AddPolling(this IServiceCollection services)
    {
        services.AddOptions<PollingOptions>().BindConfiguration(PollingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PollingOptions>, PollingOptionsValidator>();
        return services
            .AddSingleton(new ClusteringOptions())
            .AddSingleton<ClusterWindow>()
            .AddSingleton<StoryEnricher>()
            .AddSingleton<ArticleReader>()
            .AddSingleton<NetworkWatch>()
            .AddSingleton<PushAllowance>()
            .AddSingleton<EntryFinder>()
            .AddSingleton<StoryMaker>()
            .AddSingleton<FeedPoller>()
            .AddSingleton<PollProgress>()
            .AddSingleton<PollPulse>()
            .AddSingleton<PollMetrics>()
            .AddSingleton<PollLog>()
            .AddSingleton<StoreChanges>()
            .AddSingleton<DueFeeds>()
            .AddSingleton<CatalogActivation>();
    }
}
