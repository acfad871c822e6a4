using Aggregator.Service.Archive;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Reprocessing;

/// <summary>Sets up what keeps pages and makes stories of them again.</summary>
public static class ReprocessingRegistration
{
    /// <summary>Adds it. Pages go through the archive on their way from the web.</summary>
    public static IServiceCollection AddReprocessing(this IServiceCollection services)
    {
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section);
        return services.AddSingleton<PageArchive>().AddSingleton<IPageSource, ArchivingPages>().AddSingleton<Reprocessor>();
    }
}
