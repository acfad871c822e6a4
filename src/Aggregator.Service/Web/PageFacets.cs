using System.Globalization;
using Aggregator.Content.Querying;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.Search;

namespace Aggregator.Service.Web;

/// <summary>Counts what a page's query finds, by topic, source and day, and says how each count narrows the query.</summary>
public sealed class PageFacets(StorySearch search, StoryQueryReader reader, FeedCatalog catalog, IStoryStore store)
{
    /// <summary>Stories counted one by one where no index can: a page waits for no more than its list took.</summary>
    private const int MostCounted = 2_000;

    /// <summary>The same where their bodies are read for it.</summary>
    private const int MostRead = StoryQuery.MaxLimit;

    private const int MostOfAKind = 10;

    /// <summary>The counts of a scope. Null: it has no query, or its texts cannot be counted now.</summary>
    public async Task<FacetColumn?> CountAsync(MergedFeedScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (scope.Narrowed is not { } narrowed || !CanBeNarrowed(narrowed))
        {
            return null;
        }

        var readsBodies = QueryPlan.ReadsBodies(narrowed.Condition);
        if (readsBodies && !store.CanSearchText)
        {
            return null;
        }

        try
        {
            var (facets, lookedBackTo) = await search.CountAsync(scope.Query, readsBodies ? MostRead : MostCounted, cancellationToken);
            return facets.Total == 0 ? null : new FacetColumn(
                [
                    Group("Topics", facets.ByTopic.Select(pair => (pair.Value, Topic(pair.Key))), facets.Total, scope),
                    Group("Sources", facets.ByFeed.Select(pair => (pair.Value, Source(pair.Key))), facets.Total, scope),
                    Days(facets, scope),
                ],
                lookedBackTo);
        }
        catch (StoreException)
        {
            // The list is there, and a column beside it is not worth the page.
            return null;
        }
    }

    private static FacetGroup Group(string name, IEnumerable<(long Count, Part Part)> counts, long total, MergedFeedScope scope)
    {
        var ordered = counts.OrderByDescending(one => one.Count).ThenBy(one => one.Part.Name, StringComparer.Ordinal).ToList();
        return new FacetGroup(name, [.. ordered.Take(MostOfAKind).Select(one => Link(one.Part, one.Count, total, scope))], Math.Max(0, ordered.Count - MostOfAKind));
    }

    private static FacetGroup Days(StoryFacets facets, MergedFeedScope scope)
    {
        var days = facets.ByDay.OrderByDescending(pair => pair.Key).Take(MostOfAKind).Select(pair => Link(Day(pair.Key), pair.Value, facets.Total, scope));
        return new FacetGroup("Days", [.. days], Math.Max(0, facets.ByDay.Count - MostOfAKind));
    }

    /// <summary>What holds for all stories does not narrow anything.</summary>
    private static FacetLink Link(Part part, long count, long total, MergedFeedScope scope) => new(
        part.Name, count, part.Condition is null || count == total ? null : (scope with { Narrowed = scope.Narrowed! with { Text = Narrow(scope.Narrowed, part.Condition) } }).PagePath);

    private static string Narrow(ScopeQuery query, string condition) =>
        query.Condition is QueryNode.AnyOf ? $"({query.Text}) {condition}" : $"{query.Text} {condition}";

    private static Part Day(DateOnly day) => new(
        day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"since:{day:yyyy-MM-dd} until:{day.AddDays(1):yyyy-MM-dd}"));

    /// <summary>A query may have no room left, or an order beside an OR, which cannot stand in parentheses.</summary>
    private bool CanBeNarrowed(ScopeQuery query) => reader.ReadCondition(Narrow(query, Day(new DateOnly(2000, 1, 1)).Condition!)).Error is null;

    private Part Topic(string slug) => reader.FindTopic(slug) is { } name ? new Part(name, $"topic:{slug}") : new Part(slug, null);

    /// <summary>A feed by its name where that means it and no other.</summary>
    private Part Source(FeedId id)
    {
        if (!catalog.Feeds.TryGetValue(id, out var feed))
        {
            return new Part(id.Value, null);
        }

        var isOnlyOne = !feed.Name.Contains('"', StringComparison.Ordinal) && catalog.ResolveSource(feed.Name).Feeds is [var only] && only == id;
        return new Part(feed.Name, isOnlyOne ? $"source:\"{feed.Name}\"" : $"source:{id.Value}");
    }

    /// <summary>A part of what was found. A condition of null: none can name it any more.</summary>
    private sealed record Part(string Name, string? Condition);
}

/// <summary>What a page shows beside its list.</summary>
/// <param name="Groups">Counts of several kinds.</param>
/// <param name="LookedBackTo">How far back stories were counted. Null: all were.</param>
public sealed record FacetColumn(IReadOnlyList<FacetGroup> Groups, DateTimeOffset? LookedBackTo);

/// <summary>Counts of a kind.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Links">Its parts.</param>
/// <param name="More">How many more there are.</param>
public sealed record FacetGroup(string Name, IReadOnlyList<FacetLink> Links, int More);

/// <summary>A part of what was found.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Count">How many stories.</param>
/// <param name="Path">The page of it alone. Null: it is all that was found, or has no name any more.</param>
public sealed record FacetLink(string Name, long Count, string? Path);
