using Aggregator.Content.Tagging;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Service.Topics;

/// <summary>All that gives a story its tags, but the user's word: new stories, history and dry runs come to the same tags by it.</summary>
public static class StoryTagger
{
    /// <summary>The story with what <see cref="Find"/> finds, its corrections laid over that.</summary>
    public static Story Tag(Story story, FeedSource? source, TopicDefinitions definitions)
    {
        var found = Find(story, source, definitions);
        return story.WithFound(found.Topics, found.Entities);
    }

    /// <summary>
    /// The tags that the definitions and its feed give a story. <paramref name="source"/> is null where the feed is no longer in
    /// feeds.json: what it gave stays.
    /// </summary>
    public static Model.Topics.Tagging Find(Story story, FeedSource? source, TopicDefinitions definitions)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(definitions);
        var found = definitions.Tagger.Tag(new TaggableText(story.Title, story.Body?.Text ?? "", story.Language));
        var given = source is null ? story.FoundTopics().Where(IsOfFeed).ToList() : [.. source.Tags.Select(OfFeed)];
        return found with { Topics = [.. given, .. found.Topics.Where(tag => !given.Exists(other => other.Slug == tag.Slug))] };
    }

    private static bool IsOfFeed(TopicTag tag) => tag.Evidence.Any(reason => reason.Kind == EvidenceKind.Feed);

    private static TopicTag OfFeed(string topic) =>
        new(topic, 1, [new Evidence("given to every story of the feed", StoryPart.Setting, 1, 1) { Kind = EvidenceKind.Feed }]);
}
