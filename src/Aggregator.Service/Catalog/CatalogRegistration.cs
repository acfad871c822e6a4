namespace Aggregator.Service.Catalog;

/// <summary>Sets up the list of feeds.</summary>
public static class CatalogRegistration
{
    /// <summary>Adds the catalogue of a file; the file is read when the service starts.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, string feedsFile) => services
        .AddSingleton<FeedCatalog>()
        .AddSingleton(provider => new FeedListFile(feedsFile, provider.GetRequiredService<FeedCatalog>()))
        .AddSingleton<FeedListWriter>();
}
