using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>Sets up everything that leaves the machine.</summary>
public static class FetchingRegistration
{
    /// <summary>Adds the fetchers.</summary>
    public static IServiceCollection AddFetching(this IServiceCollection services)
    {
        services.AddOptions<FetchingOptions>().BindConfiguration(FetchingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FetchingOptions>, FetchingOptionsValidator>();
        return services
            .AddSingleton<AddressGuard>()
            .AddSingleton<HostGate>()
            .AddSingleton<WebClient>()
            .AddSingleton<BodiesInHand>()
            .AddSingleton<RobotsCache>()
            .AddSingleton<FeedFetcher>()
            .AddSingleton<PageFetcher>();
    }
}
