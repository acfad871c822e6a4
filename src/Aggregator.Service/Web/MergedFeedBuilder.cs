using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Web;

/// <summary>Collects what a merged feed shows: the newest clusters, each once, told by its lead story.</summary>
public sealed class MergedFeedBuilder(StoryClusters clusters, IStoryStore store)
{
    /// <summary>Stories that an entry links beside the one it shows.</summary>
    private const int MostLinked = 100;

    /// <summary>
    /// The newest entries of a scope. With <paramref name="clustered"/>, stories on one event are one entry; without, every story is
    /// one. An entry stands where its newest story that belongs to the scope stands. With <paramref name="withBody"/>, the story that an
    /// entry shows has its body; the others, which are only linked, never do.
    /// </summary>
    public async Task<IReadOnlyList<PublishedEntry>> CollectAsync(
        MergedFeedScope scope, int limit, bool clustered, bool withBody, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (!clustered)
        {
            var page = await store.QueryAsync(scope.Query with { Limit = limit, WithBody = withBody }, cancellationToken);
            return [.. page.Stories.Select(story => new PublishedEntry(AloneInItsCluster(story), []))];
        }

        var found = await clusters.ListAsync(scope.Query with { Limit = limit }, scope.MinSources, cancellationToken);
        var entries = new List<PublishedEntry>(found.Count);
        foreach (var cluster in found)
        {
            // A cluster may hold stories that are not on the feed's topic: they are linked, but one that is speaks for it.
            var lead = StoryCluster.ChooseLead(cluster.Stories.Where(scope.Holds).DefaultIfEmpty(cluster.Lead));
            var whole = withBody ? await store.FindStoryAsync(lead.Id, cancellationToken) : null;
            entries.Add(new PublishedEntry(whole ?? lead, [.. cluster.Stories.Where(story => story.Id != lead.Id).Take(MostLinked)]));
        }

        return entries;
    }

    private static Story AloneInItsCluster(Story story) => story with { Cluster = new ClusterId(story.Id.Value) };
}
