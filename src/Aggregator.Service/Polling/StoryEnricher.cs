using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Polling;

/// <summary>Gives a story its topics, entities and cluster: everything that is told from its text alone.</summary>
public sealed class StoryEnricher(TopicsInForce topics, ClusterWindow clusters)
{
    /// <summary>
    /// The story with topics, entities and cluster. <paramref name="before"/> is the story as stored, if it only changed: it stays in
    /// its cluster and keeps the day it was first seen.
    /// </summary>
    public async Task<Story> EnrichAsync(Story story, Story? before, FeedSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        var tagged = StoryTagger.Tag(story, source, topics.Definitions);
        return before is null
            ? tagged with { Cluster = await clusters.AssignAsync(tagged, cancellationToken) }
            : tagged with { Cluster = before.Cluster, FirstSeen = before.FirstSeen };
    }
}
