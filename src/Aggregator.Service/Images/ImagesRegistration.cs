using Microsoft.Extensions.Options;

namespace Aggregator.Service.Images;

/// <summary>Sets up the pictures.</summary>
public static class ImagesRegistration
{
    /// <summary>Adds what signs, fetches and keeps them.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services)
    {
        services.AddOptions<ImagesOptions>().BindConfiguration(ImagesOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ImagesOptions>, ImagesOptionsValidator>();
        return services.AddSingleton<ImageLinks>().AddSingleton(provider => new Lazy<ImageLinks>(provider.GetRequiredService<ImageLinks>)).AddSingleton<ImageCache>().AddSingleton<ImageFetcher>().AddSingleton<ImageStore>();
    }
}
