namespace Aggregator.Service.Discovery;

/// <summary>Sets up the search for feeds.</summary>
public static class DiscoveryRegistration
{
    /// <summary>Adds the finder; needs the fetchers.</summary>
    public static IServiceCollection AddDiscovery(this IServiceCollection services) => services.AddSingleton<FeedFinder>();
}
