using Aggregator.Content.Publishing;
using Aggregator.Content.Querying;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Search;

/// <summary>
/// Answers queries from the store: what its index can find of a query is asked of it, newest first, and the rest is held against each
/// story found. A page ends where it is full, or where much was looked at in vain; the next goes on from there, so paging neither skips nor
/// repeats. Safe for concurrent use.
/// </summary>
public sealed class StorySearch(IStoryStore store, ClusterReader clusters, SearchLimits limits, TimeProvider clock) : IDisposable
{
    /// <summary>Searches at work at a time; others wait.</summary>
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>One page of stories, newest first.</summary>
    public async Task<SearchPage> FindAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Condition is not { } condition)
        {
            var page = await store.QueryAsync(query.Range, cancellationToken);
            return new SearchPage(page.Stories, page.Next);
        }

        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await LookAsync(condition, query.Range, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>The first stories in an order. Of equals the newest come first. There are no further pages but of <see cref="StoryOrder.Newest"/>.</summary>
    public async Task<SearchPage> FindAsync(SearchQuery query, StoryOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (order == StoryOrder.Newest)
        {
            return await FindAsync(query, cancellationToken);
        }

        var newest = await FindAsync(query with { Range = query.Range with { Limit = StoryQuery.MaxLimit } }, cancellationToken);
        var known = new KnownClusters(clusters, query.Range.Muted);
        var weighed = new List<(Story Story, double First, double Second)>(newest.Stories.Count);
        foreach (var story in newest.Stories)
        {
            var cluster = order == StoryOrder.Weight ? await known.OfAsync(story, cancellationToken) : null;
            weighed.Add(cluster is null ? (story, story.Boost, 0) : (story, cluster.Outlets, cluster.Pace));
        }

        var ordered = weighed.OrderByDescending(one => one.First).ThenByDescending(one => one.Second).Take(query.Range.Limit).Select(one => one.Story);
        return new SearchPage([.. ordered], null, newest.LookedBackTo);
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<SearchPage> LookAsync(QueryNode condition, StoryQuery range, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var readsBodies = QueryPlan.ReadsBodies(condition);
        var most = readsBodies ? limits.MostRead : limits.MostLookedAt;
        var asking = QueryPlan.Narrow(condition, range, now) with { WithBody = readsBodies || range.WithBody, Limit = Math.Min(most, StoryQuery.MaxLimit) };
        var known = QueryPlan.ReadsClusters(condition) ? new KnownClusters(clusters, asking.Muted) : null;
        var found = new List<Story>(range.Limit);
        for (var looked = 0; ;)
        {
            var page = await store.QueryAsync(asking, cancellationToken);
            foreach (var story in page.Stories)
            {
                if (!await HoldsAsync(condition, story, now, known, cancellationToken))
                {
                    continue;
                }

                if (found.Count == range.Limit)
                {
                    return new SearchPage(found, StoryCursor.After(found[^1]));
                }

                found.Add(range.WithBody ? story : story with { Body = null });
            }

            looked += page.Stories.Count;
            if (page.Next is null || looked >= most)
            {
                return new SearchPage(found, page.Next, page.Next?.OrderedAt);
            }

            asking = asking with { After = page.Next };
        }
    }

    private static async Task<bool> HoldsAsync(QueryNode condition, Story story, DateTimeOffset now, KnownClusters? known, CancellationToken cancellationToken)
    {
        var queried = new QueriedStory(story, now);
        if (known is null)
        {
            return QueryMatcher.Matches(condition, queried);
        }

        // Most stories are told apart by what they say themselves.
        return QueryMatcher.MayMatch(condition, queried)
            && await known.OfAsync(story, cancellationToken) is { } cluster
            && QueryMatcher.Matches(condition, new QueriedStory(story, now) { Sources = cluster.Outlets, IsLead = cluster.Lead.Id == story.Id });
    }

    /// <summary>The clusters of one search, each read once.</summary>
    private sealed class KnownClusters(ClusterReader reader, MutedStories muted)
    {
        private readonly Dictionary<ClusterId, StoryCluster?> _known = [];

        public async Task<StoryCluster?> OfAsync(Story story, CancellationToken cancellationToken)
        {
            if (!_known.TryGetValue(story.Cluster, out var cluster))
            {
                _known[story.Cluster] = cluster = await reader.GatherAsync(story.Cluster, muted, cancellationToken);
            }

            return cluster;
        }
    }
}
