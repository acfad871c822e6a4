namespace Aggregator.Service.Web;

/// <summary>Sets up the merged feeds and the pages for people.</summary>
public static class WebRegistration
{
    /// <summary>Adds what the endpoints of this folder need.</summary>
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddSingleton<CleanBodies>()
        .AddSingleton<MergedFeedBuilder>()
        .AddSingleton<FeedArchives>()
        .AddSingleton<MergedFeedComposer>()
        .AddSingleton<MergedFeeds>()
        .AddSingleton<MergedFeedAddresses>()
        .AddSingleton<MergedFeedScopes>()
        .AddSingleton<StateOfSources>()
        .AddSingleton<PageFacets>()
        .AddSingleton<Sitemap>()
        .AddSingleton<StoryPages>();
}
