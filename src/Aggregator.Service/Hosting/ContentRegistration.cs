using Aggregator.Service.Topics;

namespace Aggregator.Service.Hosting;

/// <summary>Sets up the stages that need data: the tagger with the built-in topics and the user's own, the extractor with the user's site rules.</summary>
public static class ContentRegistration
{
    /// <summary>Adds the topics and the site rules. The user's files need not exist.</summary>
    public static IServiceCollection AddContent(this IServiceCollection services, ServicePaths paths) => services
        .AddTopics(paths.TopicsFile)
        .AddSingleton<SiteRuleFolder>()
        .AddSingleton(provider => provider.GetRequiredService<SiteRuleFolder>().Load());
}
