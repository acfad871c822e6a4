using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Search;

namespace Aggregator.Service.Web;

/// <summary>Collects what a merged feed shows: the newest clusters, each once, told by its lead story.</summary>
public sealed class MergedFeedBuilder(ClusterSearch clusters, StorySearch search, IStoryStore store)
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
            var page = await search.FindAsync(Limited(scope.Query, limit, withBody), cancellationToken);
            return [.. page.Stories.Select(story => new PublishedEntry(AloneInItsCluster(story), []))];
        }

        var found = await clusters.ListAsync(Limited(scope.Query, limit, withBody: false), scope.MinSources, cancellationToken);
        var entries = new List<PublishedEntry>(found.Count);
        foreach (var (cluster, newest, fitting) in found)
        {
            // A cluster may hold stories that the feed is not about: they are linked, but one that it is about speaks for it.
            var lead = StoryCluster.ChooseLead(fitting.Where(scope.Holds).DefaultIfEmpty(newest));
            var whole = withBody ? await store.FindStoryAsync(lead.Id, cancellationToken) : null;
            entries.Add(new PublishedEntry(whole ?? lead, [.. cluster.Stories.Where(story => story.Id != lead.Id).Take(MostLinked)]));
        }

        return entries;
    }

    private static SearchQuery Limited(SearchQuery query, int limit, bool withBody) => query with { Range = query.Range with { Limit = limit, WithBody = withBody } };

    private static Story AloneInItsCluster(Story story) => story with { Cluster = new ClusterId(story.Id.Value) };
}
