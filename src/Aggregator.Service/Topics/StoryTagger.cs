using Aggregator.Content.Rules;
using Aggregator.Content.Tagging;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Service.Topics;

/// <summary>All that gives a story its tags, but the user's word: new stories, history and dry runs come to the same tags by it.</summary>
public static class StoryTagger
{
    /// <summary>
    /// The story as definitions and rules make it, its corrections laid over that; and the rule that drops it, if one does. One that was held back stays so until
    /// another feed carries it too.
    /// </summary>
    public static RuleOutcome Tag(Story story, IReadOnlyCollection<FeedSource?> sources, TopicDefinitions definitions, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(story);
        var outcome = rules.Apply(Find(story, sources, definitions));
        var heldBack = story.Carriers.Count == 0 ? story.Rules.Where(effect => effect.Action == RuleAction.HoldBack) : [];
        var ruled = outcome.Story with { Corrections = story.Corrections, Rules = [.. outcome.Story.Rules, .. heldBack] };
        return outcome with { Story = ruled.WithFound(ruled.Topics, ruled.Entities) };
    }

    /// <summary>
    /// The story with the tags that the definitions and the feeds that carried it give it, before any rule and any correction.
    /// <paramref name="sources"/> holds null for a feed that is no longer in feeds.json: what was given stays then.
    /// </summary>
    public static Story Find(Story story, IReadOnlyCollection<FeedSource?> sources, TopicDefinitions definitions)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(definitions);
        var found = definitions.Tagger.Tag(TextOf(story), story.Opinions);
        var stays = sources.Contains(null) ? story.FoundTopics().Where(IsOfFeed).Select(tag => tag.Topic) : [];
        var given = sources.OfType<FeedSource>().SelectMany(source => source.Tags).Concat(stays).Select(OfFeed).DistinctBy(tag => tag.Slug).ToList();
        return story with
        {
            Topics = [.. given, .. found.Topics.Where(tag => !given.Exists(other => other.Slug == tag.Slug))],
            Entities = found.Entities,
            Rules = [],
            Corrections = [],
            Overruled = [],
        };
    }

    /// <summary>What of a story is tagged.</summary>
    public static TaggableText TextOf(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return new TaggableText(story.Title, story.Body?.Text ?? "", story.Language);
    }

    private static bool IsOfFeed(TopicTag tag) => tag.Evidence.Any(reason => reason.Kind == EvidenceKind.Feed);

    private static TopicTag OfFeed(string topic) =>
        new(topic, 1, [new Evidence("given to every story of the feed", StoryPart.Setting, 1, 1) { Kind = EvidenceKind.Feed }]);
}
