namespace Aggregator.Service.Hub;

/// <summary>Sets up subscriptions at hubs (W3C WebSub).</summary>
public static class HubRegistration
{
    /// <summary>Adds what the endpoints and the poller need, not the worker and the schedule.</summary>
    public static IServiceCollection AddHub(this IServiceCollection services) => services
        .AddSingleton<HubSubscriptions>()
        .AddSingleton<HubRequests>()
        .AddSingleton<PendingPushes>();
}
