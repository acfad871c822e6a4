using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Search;

/// <summary>Reads clusters from the store.</summary>
public sealed class ClusterReader(IStoryStore store)
{
    /// <summary>Stories of a cluster that are read; of a larger one the newest.</summary>
    private const int MostMembers = StoryQuery.MaxLimit;

    /// <summary>A cluster. Null: no story is in it, or none that is to be shown.</summary>
    public async Task<StoryCluster?> GatherAsync(ClusterId cluster, MutedStories muted, CancellationToken cancellationToken)
    {
        var members = await store.QueryAsync(new StoryQuery { Cluster = cluster, Limit = MostMembers, Muted = muted }, cancellationToken);
        return members.Stories.Count == 0 ? null : new StoryCluster(members.Stories);
    }
}
