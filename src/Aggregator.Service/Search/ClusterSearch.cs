using Aggregator.Content.Publishing;
using Aggregator.Content.Querying;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Search;

/// <summary>Finds the events that queries ask for.</summary>
public sealed class ClusterSearch(StorySearch search, ClusterReader reader, TimeProvider clock)
{
    /// <summary>Stories looked at for clusters of several outlets, the newest: what lies further back is no news.</summary>
    private const int MostScanned = 5_000;

    /// <summary>
    /// The clusters of the stories a query finds, each once, in the order of its newest story found; at most as many as its limit. One that stood on an earlier page
    /// does not come again for its older stories.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="minSources">Only clusters that so many outlets report, of the 5,000 newest stories found; 1: all.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<ClusterPage> ListAsync(SearchQuery query, int minSources, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var range = query.Range;
        var found = new List<FoundCluster>();
        var seen = new HashSet<ClusterId>();
        var asking = query with { Range = range with { WithBody = false, Limit = minSources > 1 ? StoryQuery.MaxLimit : range.Limit } };
        for (var scanned = 0; ;)
        {
            var page = await search.FindAsync(asking, cancellationToken);
            foreach (var story in page.Stories.Where(story => seen.Add(story.Cluster)))
            {
                if (await reader.GatherAsync(story.Cluster, range.Muted, cancellationToken) is { } cluster && cluster.Outlets >= minSources
                    && !await StoodBeforeAsync(query, story, cluster, cancellationToken))
                {
                    found.Add(new FoundCluster(cluster, story, Fitting(cluster, query.Condition, story)));
                }

                if (found.Count == range.Limit)
                {
                    return new ClusterPage(found, page.Next is null && story.Id == page.Stories[^1].Id ? null : StoryCursor.After(story));
                }
            }

            scanned += page.Stories.Count;
            if (page.Next is null || page.LookedBackTo is not null || (minSources > 1 && scanned >= MostScanned))
            {
                return new ClusterPage(found, page.Next);
            }

            asking = asking with { Range = asking.Range with { After = page.Next } };
        }
    }

    /// <summary>Whether a cluster stood on an earlier page, for a newer story of it that the query finds.</summary>
    private async Task<bool> StoodBeforeAsync(SearchQuery query, Story story, StoryCluster cluster, CancellationToken cancellationToken)
    {
        if (query.Range.After is null || cluster.Stories.Count == 1)
        {
            return false;
        }

        var newest = await search.FindAsync(query with { Range = query.Range with { Cluster = cluster.Id, After = null, Limit = 1, WithBody = false } }, cancellationToken);
        return newest.Stories is [var first, ..] && first.Id != story.Id;
    }

    /// <summary>What a query asks of words is looked for in the titles and summaries of the other stories: their bodies are not read.</summary>
    private List<Story> Fitting(StoryCluster cluster, QueryNode? condition, Story newest)
    {
        var now = clock.GetUtcNow();
        return [.. cluster.Stories.Where(story => condition is null || story.Id == newest.Id
            || QueryMatcher.Matches(condition, new QueriedStory(story, now) { Sources = cluster.Outlets, IsLead = story.Id == cluster.Lead.Id }))];
    }
}

/// <summary>One page of clusters.</summary>
/// <param name="Clusters">In the order asked for.</param>
/// <param name="Next">Where the next page begins. Null: this was the last.</param>
public sealed record ClusterPage(IReadOnlyList<FoundCluster> Clusters, StoryCursor? Next);

/// <summary>A cluster that a query found.</summary>
/// <param name="Cluster">The cluster, whole.</param>
/// <param name="Newest">The newest of its stories that the query found.</param>
/// <param name="Fitting">Those of its stories that the query's condition, as far as titles and summaries tell, holds for; that one among them.</param>
public sealed record FoundCluster(StoryCluster Cluster, Story Newest, IReadOnlyList<Story> Fitting);
