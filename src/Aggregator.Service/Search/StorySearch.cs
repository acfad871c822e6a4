using Aggregator.Content.Publishing;
using Aggregator.Content.Querying;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Search;

/// <summary>
/// Answers queries from the store: what its indexes can find of a query is asked of them, and the rest is held against each story found. A page
/// ends where it is full, or where much was looked at in vain; the next goes on from there, so paging neither skips nor repeats. While the store's
/// index of texts is not there, words are looked for in the stories themselves. Safe for concurrent use.
/// </summary>
public sealed class StorySearch(IStoryStore store, ClusterReader clusters, SearchLimits limits, TimeProvider clock) : IDisposable
{
    /// <summary>Searches that read many stories at work at a time; others wait.</summary>
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>
    /// One page of stories. There are no further pages but of <see cref="StoryOrder.New"/>, and of equals the newest come first. By relevance only
    /// where words are asked for; while there is no index of texts, the newest come first there too.
    /// </summary>
    public async Task<SearchPage> FindAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        switch (query.Order)
        {
            case StoryOrder.New:
                return await FindNewestAsync(query, cancellationToken);
            case StoryOrder.Relevance:
                return await FindFittestAsync(query, cancellationToken);
            default:
                return await FindHeaviestAsync(query, cancellationToken);
        }
    }

    /// <summary>
    /// Counts what a query finds, by topic, feed and day. Where no index can, the newest stories are looked at and counted one by one, as many as for a page.
    /// </summary>
    /// <returns>The counts, and how far back was looked if not at all that there is.</returns>
    public Task<(StoryFacets Facets, DateTimeOffset? LookedBackTo)> CountAsync(SearchQuery query, CancellationToken cancellationToken) =>
        CountAsync(query, int.MaxValue, cancellationToken);

    /// <summary>The same; where no index can count, no more than <paramref name="mostFound"/> stories are, and those that the last page brings.</summary>
    public async Task<(StoryFacets Facets, DateTimeOffset? LookedBackTo)> CountAsync(SearchQuery query, int mostFound, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (await CountByIndexAsync(query, cancellationToken) is { } counted)
        {
            return (counted, null);
        }

        var all = query with { Range = query.Range with { Limit = StoryQuery.MaxLimit, After = null, WithBody = false } };
        var most = Math.Min(mostFound, query.Condition is { } asks && QueryPlan.ReadsBodies(asks) ? limits.MostRead : limits.MostLookedAt);
        var counts = new FacetCounter();
        for (var looked = 0; ;)
        {
            var page = await FindNewestAsync(all, cancellationToken);
            foreach (var story in page.Stories)
            {
                counts.Add(story);
            }

            looked += page.Stories.Count;
            if (page.Next is null || page.LookedBackTo is not null || looked >= most)
            {
                return (counts.Facets, page.Next?.OrderedAt);
            }

            all = all with { Range = all.Range with { After = page.Next } };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    /// <summary>The counts by an index. Null: none can count this, or it went away meanwhile.</summary>
    private async Task<StoryFacets?> CountByIndexAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        var asked = query.Condition is { } condition ? Divide(condition, query.Range) : (Range: query.Range, Left: null);
        if (!store.CanSearchText || asked.Left is not null || asked.Range is not { Cluster: null, SavedFeed: null, Corrected: false, Pinned: false })
        {
            return null;
        }

        try
        {
            return await store.CountFacetsAsync(asked.Range, cancellationToken);
        }
        catch (Exception fault) when (fault is InvalidOperationException or StoreException && !store.CanSearchText)
        {
            return null;
        }
    }

    private async Task<SearchPage> FindNewestAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        if (query.Condition is not { } condition)
        {
            var page = await store.QueryAsync(query.Range, cancellationToken);
            return new SearchPage(page.Stories, page.Next);
        }

        var asked = Divide(condition, query.Range);
        if (asked.Left is null && !asked.Range.WithBody)
        {
            var page = await AskAsync(asked, cancellationToken);
            if (page is not null)
            {
                return new SearchPage(page.Stories, page.Next);
            }
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

    private async Task<SearchPage> FindFittestAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        var range = query.Range;
        var asked = Divide(query.Condition!, range with { Limit = StoryQuery.MaxLimit, ByRelevance = true });
        if (asked.Range.Text is null || await AskAsync(asked, cancellationToken) is not { } page)
        {
            return await FindNewestAsync(query with { Order = StoryOrder.New }, cancellationToken);
        }

        var now = clock.GetUtcNow();
        var known = new KnownClusters(clusters, asked.Range.Muted);
        var found = new List<Story>(range.Limit);
        foreach (var story in page.Stories)
        {
            if (found.Count < range.Limit && (asked.Left is null || await HoldsAsync(asked.Left, story, now, known, cancellationToken)))
            {
                found.Add(range.WithBody ? story : story with { Body = null });
            }
        }

        return new SearchPage(found, null) { ComparedOnly = page.ComparedOnly };
    }

    private async Task<SearchPage> FindHeaviestAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        var newest = await FindNewestAsync(query with { Range = query.Range with { Limit = StoryQuery.MaxLimit } }, cancellationToken);
        var known = new KnownClusters(clusters, query.Range.Muted);
        var weighed = new List<(Story Story, double First, double Second)>(newest.Stories.Count);
        foreach (var story in newest.Stories)
        {
            var cluster = query.Order == StoryOrder.Weight ? await known.OfAsync(story, cancellationToken) : null;
            weighed.Add(cluster is null ? (story, story.Boost, 0) : (story, cluster.Outlets, cluster.Pace));
        }

        var ordered = weighed.OrderByDescending(one => one.First).ThenByDescending(one => one.Second).Take(query.Range.Limit).Select(one => one.Story);
        return new SearchPage([.. ordered], null, newest.LookedBackTo);
    }

    /// <summary>What is asked of the store of a condition, and what is left of it to be held against what comes.</summary>
    private (StoryQuery Range, QueryNode? Left) Divide(QueryNode condition, StoryQuery range)
    {
        var (text, rest) = store.CanSearchText ? QueryPlan.Divide(condition) : (null, condition);
        range = range with { Text = text };
        if (rest is null)
        {
            return (range, null);
        }

        range = QueryPlan.Narrow(rest, range, clock.GetUtcNow());
        rest = QueryPlan.WithoutNarrowed(rest);
        return (range with { WithBody = range.WithBody || (rest is not null && QueryPlan.ReadsBodies(rest)) }, rest);
    }

    /// <summary>Asks the store. Null: its index of texts went away meanwhile.</summary>
    private async Task<StoryPage?> AskAsync((StoryQuery Range, QueryNode? Left) asked, CancellationToken cancellationToken)
    {
        try
        {
            return await store.QueryAsync(asked.Range, cancellationToken);
        }
        catch (Exception fault) when (asked.Range.Text is not null && fault is InvalidOperationException or StoreException && !store.CanSearchText)
        {
            return null;
        }
    }

    private async Task<SearchPage> LookAsync(QueryNode condition, StoryQuery range, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var asked = Divide(condition, range);
        var most = asked.Range.WithBody ? limits.MostRead : limits.MostLookedAt;
        var known = asked.Left is not null && QueryPlan.ReadsClusters(asked.Left) ? new KnownClusters(clusters, asked.Range.Muted) : null;

        // Where little is left to be held against the stories, most of what comes fits; and bodies are dear.
        asked.Range = asked.Range with { Limit = Math.Min(most, asked.Range.Text is null && !asked.Range.WithBody ? StoryQuery.MaxLimit : Math.Clamp(range.Limit * 2, 50, StoryQuery.MaxLimit)) };
        var found = new List<Story>(range.Limit);
        for (var looked = 0; ;)
        {
            if (await AskAsync(asked, cancellationToken) is not { } page)
            {
                var after = asked.Range.After;
                asked = Divide(condition, range);
                asked.Range = asked.Range with { After = after, Limit = Math.Min(most, StoryQuery.MaxLimit) };
                continue;
            }

            foreach (var story in page.Stories)
            {
                if (asked.Left is not null && !await HoldsAsync(asked.Left, story, now, known, cancellationToken))
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

            asked.Range = asked.Range with { After = page.Next };
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
