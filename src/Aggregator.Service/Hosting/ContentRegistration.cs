using Aggregator.Content.Tagging;

namespace Aggregator.Service.Hosting;

/// <summary>Sets up the stages that need data: the tagger with the built-in topics and the user's own, the extractor with the user's site rules.</summary>
public static class ContentRegistration
{
    /// <summary>Adds the tagger and the site rules. The user's files need not exist; a wrong topics.json stops the start with file, line and reason.</summary>
    public static IServiceCollection AddContent(this IServiceCollection services, ServicePaths paths) => services
        .AddSingleton(_ => TopicDefinitions.Load(paths.TopicsFile))
        .AddSingleton<SiteRuleFolder>()
        .AddSingleton(provider => provider.GetRequiredService<SiteRuleFolder>().Load())
        .AddSingleton(provider => provider.GetRequiredService<TopicDefinitions>().Topics)
        .AddSingleton(provider => new TopicTagger(
            provider.GetRequiredService<TopicDefinitions>().Topics,
            provider.GetRequiredService<TopicDefinitions>().Entities));
}

/// <summary>The topics and entities in force.</summary>
/// <param name="Topics">Built in, overridden and added to by the user's.</param>
/// <param name="Entities">The same for entities.</param>
public sealed record TopicDefinitions(TopicSet Topics, EntitySet Entities)
{
    /// <summary>Reads the user's file, if there is one, over the built-in definitions.</summary>
    /// <exception cref="StartException">The file is wrong.</exception>
    public static TopicDefinitions Load(string file)
    {
        if (!File.Exists(file))
        {
            return new TopicDefinitions(TopicSet.BuiltIn, EntitySet.BuiltIn);
        }

        var user = DefinitionFile.Parse(File.ReadAllText(file), file, TopicSet.BuiltIn);
        return user.Problems.Count > 0
            ? throw new StartException(string.Join(Environment.NewLine, user.Problems))
            : new TopicDefinitions(TopicSet.BuiltIn.With(user.Topics), EntitySet.BuiltIn.With(user.Entities));
    }
}
