using Aggregator.Content.Clustering;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Reprocessing;

/// <summary>
/// Clusters found anew, with the names of those that stories are in: a cluster keeps the name that its first story's had, so that whoever subscribed
/// to it does not see it as another.
/// </summary>
internal sealed class FoundClusters(ClusteringOptions options)
{
    private readonly StoryClusterer _clusterer = new(options);
    private readonly List<(StoryId Story, ClusterId Before, ClusterAssignment Assignment)> _stories = [];
    private readonly Dictionary<ClusterId, ClusterId> _absorbed = [];

    /// <summary>Puts the next story to the engine.</summary>
    /// <param name="story">The story.</param>
    /// <param name="before">The cluster it is in.</param>
    public void Add(ClusterableStory story, ClusterId before)
    {
        var assignment = _clusterer.Assign(story);
        _stories.Add((story.Id, before, assignment));
        foreach (var absorbed in assignment.Absorbed)
        {
            _absorbed[absorbed] = assignment.Cluster;
        }
    }

    /// <summary>The stories that end in another cluster than they are in, with the reason.</summary>
    public IReadOnlyList<StoryClustering> Moved()
    {
        var names = new Dictionary<ClusterId, ClusterId>();
        var taken = new HashSet<ClusterId>();
        var moved = new List<StoryClustering>();
        foreach (var (story, before, assignment) in _stories)
        {
            var found = Resolve(assignment.Cluster);
            if (!names.TryGetValue(found, out var name))
            {
                name = new[] { before, new ClusterId(story.Value), found }.First(candidate => !taken.Contains(candidate) || candidate == found);
                names[found] = name;
                taken.Add(name);
            }

            if (name != before)
            {
                var reason = assignment.Nearest is { } nearest ? new ClusterReason(nearest, Math.Round(assignment.Score, 3), assignment.Shared) : null;
                moved.Add(new StoryClustering(story, before, name, reason));
            }
        }

        return moved;
    }

    private ClusterId Resolve(ClusterId cluster)
    {
        while (_absorbed.TryGetValue(cluster, out var into))
        {
            cluster = into;
        }

        return cluster;
    }
}
