using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>Sets up what is pushed: to subscribers at our hub, to webhooks, to streams of events.</summary>
public static class PushRegistration
{
    /// <summary>Adds what the endpoints need, not the workers.</summary>
    public static IServiceCollection AddPush(this IServiceCollection services, ServicePaths paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        services.AddOptions<PushOptions>().BindConfiguration(PushOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<PushOptions>, PushOptionsValidator>()
            .AddSingleton(_ => StorageRegistration.OpenPush(paths.DataFolder))
            .AddSingleton<PushBook>()
            .AddSingleton<PushClient>()
            .AddSingleton<TopicAddress>()
            .AddSingleton<FeedNews>()
            .AddSingleton<PublicationWriter>()
            .AddSingleton<LiveFeeds>()
            .AddSingleton<Webhooks>()
            .AddSingleton<Verifications>()
            .AddSingleton<Deliverer>();
    }

    /// <summary>Adds those who push.</summary>
    public static IServiceCollection AddPushing(this IServiceCollection services) => services
        .AddHostedService(provider => provider.GetRequiredService<Verifications>())
        .AddHostedService(provider => provider.GetRequiredService<Deliverer>())
        .AddHostedService<Announcer>();
}
