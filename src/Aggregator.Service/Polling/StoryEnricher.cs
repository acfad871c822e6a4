using Aggregator.Content.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Rules;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Polling;

/// <summary>Gives a story its topics, entities and cluster, and does to it what the operator's rules say: everything that is told from the story alone.</summary>
public sealed class StoryEnricher(TopicsInForce topics, RulesInForce rules, ClusterWindow clusters)
{
    /// <summary>
    /// The story with topics, entities, the rules' effects and its cluster. <paramref name="before"/> is the story as stored, if it only
    /// changed: it stays in its cluster and keeps the day it was first seen, and a rule that drops it hides it. A new story that a rule
    /// drops gets no cluster.
    /// </summary>
    public async Task<RuleOutcome> EnrichAsync(Story story, Story? before, FeedSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        if (before is not null)
        {
            var changed = story with { Cluster = before.Cluster, Joined = before.Joined, ApartFrom = before.ApartFrom, FirstSeen = before.FirstSeen };
            return new RuleOutcome(StoryTagger.Tag(changed, source, topics.Definitions, rules.Rules).Story, DroppedBy: null);
        }

        var outcome = StoryTagger.Tag(story, source, topics.Definitions, rules.Rules);
        return outcome.DroppedBy is null
            ? outcome with { Story = await clusters.AssignAsync(outcome.Story, cancellationToken) }
            : outcome;
    }
}
