using Aggregator.Service.Hosting;

namespace Aggregator.Service.Topics;

/// <summary>Sets up the topics and entities in force, and what brings them to stored stories.</summary>
public static class TopicsRegistration
{
    /// <summary>Adds the definitions of a user's file over the built-in ones; the file is read when the service starts.</summary>
    public static IServiceCollection AddTopics(this IServiceCollection services, string topicsFile) => services
        .AddSingleton<TopicsInForce>()
        .AddSingleton(provider => new TopicsFile(topicsFile, provider.GetRequiredService<TopicsInForce>()));

    /// <summary>Adds dry runs on stored stories and their tagging anew.</summary>
    public static IServiceCollection AddHistoryTagging(this IServiceCollection services, ServicePaths paths, ServiceMode mode) => services
        .AddSingleton<HistoryPace>()
        .AddSingleton<TrialRunner>()
        .AddSingleton(new RetagFile(paths.RetagFile))
        .AddSingleton<HistoryRetagger>()
        .AddHostedService(provider => new RetagWorker(provider.GetRequiredService<HistoryRetagger>(), mode));
}
