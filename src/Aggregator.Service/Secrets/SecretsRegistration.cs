using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Secrets;

/// <summary>Sets up the secrets of feeds.</summary>
public static class SecretsRegistration
{
    /// <summary>Adds the secrets.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddOptions<HostingOptions>().BindConfiguration(HostingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HostingOptions>, HostingOptionsValidator>();
        return services.AddSingleton<FeedSecrets>();
    }
}
