using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Web;

/// <summary>Reads clusters from the store.</summary>
public sealed class StoryClusters(IStoryStore store)
{
    /// <summary>Stories of a cluster that are read; of a larger one the newest.</summary>
    private const int MostMembers = StoryQuery.MaxLimit;

    /// <summary>Stories looked at for clusters of several outlets, the newest: what lies further back is no news.</summary>
    private const int MostScanned = 5_000;

    /// <summary>
    /// The clusters of the stories a question finds, each once, in the order of its newest story found; at most as many as its limit.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="minSources">Only clusters that so many outlets report, of the 5,000 newest stories; 1: all.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<IReadOnlyList<StoryCluster>> ListAsync(StoryQuery query, int minSources, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var found = new List<StoryCluster>();
        var seen = new HashSet<ClusterId>();
        var (asking, scanned) = (minSources > 1 ? query with { Limit = StoryQuery.MaxLimit } : query, 0);
        while (true)
        {
            var page = await store.QueryAsync(asking, cancellationToken);
            foreach (var story in page.Stories.Where(story => seen.Add(story.Cluster)))
            {
                if (await GatherAsync(story.Cluster, query.Muted, cancellationToken) is { } cluster && cluster.Outlets >= minSources)
                {
                    found.Add(cluster);
                }

                if (found.Count == query.Limit)
                {
                    return found;
                }
            }

            scanned += page.Stories.Count;
            if (page.Next is null || (minSources > 1 && scanned >= MostScanned))
            {
                return found;
            }

            asking = asking with { After = page.Next };
        }
    }

    /// <summary>A cluster. Null: no story is in it, or none that is to be shown.</summary>
    public async Task<StoryCluster?> GatherAsync(ClusterId cluster, MutedStories muted, CancellationToken cancellationToken)
    {
        var members = await store.QueryAsync(new StoryQuery { Cluster = cluster, Limit = MostMembers, Muted = muted }, cancellationToken);
        return members.Stories.Count == 0 ? null : new StoryCluster(members.Stories);
    }
}
