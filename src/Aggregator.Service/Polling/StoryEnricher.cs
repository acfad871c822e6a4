using System.Diagnostics;
using Aggregator.Content.Rules;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.Rules;
using Aggregator.Service.Topics;
using Aggregator.Service.Watching;

namespace Aggregator.Service.Polling;

/// <summary>Gives a story its topics, entities and cluster, and does to it what the operator's rules say: everything that is told from the story alone.</summary>
public sealed class StoryEnricher(TopicsInForce topics, RulesInForce rules, FeedCatalog catalog, ClusterWindow clusters, IStoryStore store, PollMetrics metrics)
{
    /// <summary>
    /// The story with topics, entities, the rules' effects and its cluster. <paramref name="before"/> is the story as stored, if it only
    /// changed: it stays in its cluster and keeps the day it was first seen, and a rule that drops it hides it. A new story that a rule
    /// drops, or that is the article of a stored one, gets no cluster.
    /// </summary>
    public async Task<RuleOutcome> EnrichAsync(Story story, Story? before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        if (before is not null)
        {
            var changed = story with { Cluster = before.Cluster, Joined = before.Joined, ApartFrom = before.ApartFrom, FirstSeen = before.FirstSeen, Carriers = before.Carriers, Rules = before.Rules };
            return new RuleOutcome(Tag(changed).Story, DroppedBy: null);
        }

        var outcome = Tag(story);
        return outcome.DroppedBy is null && await store.FindSameArticleAsync(outcome.Story, cancellationToken) is null
            ? outcome with { Story = await ClusterAsync(outcome.Story, cancellationToken) }
            : outcome;
    }

    /// <summary>
    /// Gives a stored story, which another feed turned out to carry too, the tags that are due to it now: that feed's own and what rules say
    /// of it. A story that was changed again meanwhile is left alone.
    /// </summary>
    public async Task EnrichCarriedAsync(StoryId entry, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await store.FindStoryAsync(entry, cancellationToken) is not { } story)
        {
            return;
        }

        var tagged = Tag(story).Story;
        if (!tagged.HasTagsOf(story))
        {
            await store.RetagAsync([new StoryTagging(story.Id, story.Updated, tagged.FoundTopics(), tagged.Entities) { Rules = tagged.Rules }], at, cancellationToken);
        }
    }

    private RuleOutcome Tag(Story story)
    {
        using var span = Spans.Start("tag");
        var began = Stopwatch.GetTimestamp();
        var outcome = StoryTagger.Tag(story, catalog.SourcesOf(story), topics.Definitions, rules.Rules);
        metrics.Tagged(began);
        span?.SetTag("aggregator.story.topics", outcome.Story.Topics.Count);
        return outcome;
    }

    private async Task<Story> ClusterAsync(Story story, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("cluster");
        return await clusters.AssignAsync(story, cancellationToken);
    }
}
