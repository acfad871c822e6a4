using Aggregator.Content.Tagging;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Polling;

/// <summary>Gives a story the topics and entities that it has before any rule of the operator.</summary>
public sealed class StoryTagger(TopicTagger tagger)
{
    /// <summary>The story with what its text tells, and the topics that every story of its feed gets (null: the feed is no more).</summary>
    public Story Tag(Story story, FeedSource? source)
    {
        ArgumentNullException.ThrowIfNull(story);
        var tagging = tagger.Tag(new TaggableText(story.Title, story.Body?.Text ?? "", story.Language));
        var topics = source is null ? tagging.Topics : StoryComposer.WithFeedTags(tagging.Topics, source);
        return story with { Topics = topics, Entities = tagging.Entities };
    }
}
