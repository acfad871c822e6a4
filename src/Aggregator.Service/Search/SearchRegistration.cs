namespace Aggregator.Service.Search;

/// <summary>Sets up the answering of queries.</summary>
public static class SearchRegistration
{
    /// <summary>Adds what reads and answers queries.</summary>
    public static IServiceCollection AddSearch(this IServiceCollection services) => services
        .AddSingleton<StoryQueryReader>()
        .AddSingleton<SavedQueries>()
        .AddSingleton<ClusterReader>()
        .AddSingleton(new SearchLimits())
        .AddSingleton<StorySearch>()
        .AddSingleton<ClusterSearch>()
        .AddSingleton<TextIndexMaker>();
}
