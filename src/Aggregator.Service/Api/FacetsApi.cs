using System.ComponentModel;
using System.Globalization;
using Aggregator.Content.Querying;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Service.Catalog;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>How the stories that a question finds divide.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Topics">By topic, the most frequent first; a story counts for each topic it carries.</param>
/// <param name="Sources">By feed, the most frequent first; a story that several carried counts for each.</param>
/// <param name="Days">By UTC day, the newest first; days without stories are left out.</param>
/// <param name="LookedBackTo">How far back stories were counted, where no index could and there were many. Null: all were.</param>
public sealed record FacetsAnswer(
    long Total, IReadOnlyList<TopicCount> Topics, IReadOnlyList<SourceCount> Sources, IReadOnlyList<DayCount> Days, DateTimeOffset? LookedBackTo)
{
    /// <summary>The time that the question names: nothing older was counted. Null: it names none.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The same: only what is older was counted.</summary>
    public DateTimeOffset? Until { get; init; }

    internal static FacetsAnswer Of(StoryFacets facets, FeedCatalog catalog, DateTimeOffset? lookedBackTo) => new(
        facets.Total,
        [.. facets.ByTopic.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new TopicCount(pair.Key, pair.Value))],
        [.. facets.ByFeed.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Value, StringComparer.Ordinal)
            .Select(pair => new SourceCount(pair.Key.Value, catalog.Feeds.GetValueOrDefault(pair.Key)?.Name ?? pair.Key.Value, pair.Value))],
        [.. facets.ByDay.OrderByDescending(pair => pair.Key).Select(pair => new DayCount(pair.Key, pair.Value))],
        lookedBackTo);
}

/// <summary>Stories that carry a topic.</summary>
/// <param name="Topic">The topic's slug.</param>
/// <param name="Count">How many.</param>
public sealed record TopicCount(string Topic, long Count);

/// <summary>Stories of a feed.</summary>
/// <param name="Id">The feed's id.</param>
/// <param name="Name">What people call it; its id if it is in feeds.json no more.</param>
/// <param name="Count">How many.</param>
public sealed record SourceCount(string Id, string Name, long Count);

/// <summary>Stories of a day.</summary>
/// <param name="Day">The day in UTC.</param>
/// <param name="Count">How many.</param>
public sealed record DayCount(DateOnly Day, long Count);

/// <summary>A topic over time.</summary>
/// <param name="Topic">Its slug.</param>
/// <param name="Days">Every UTC day from the first asked for to the last, the oldest first.</param>
public sealed record TrendAnswer(string Topic, IReadOnlyList<DayCount> Days);

/// <summary>Stories counted.</summary>
public static class FacetsApi
{
    private const int MostDays = 3_660;

    /// <summary>Maps /api/stories/facets and /api/topics/{topic}/trend.</summary>
    public static IEndpointRouteBuilder MapFacets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/stories/facets", CountAsync).WithEntityTag().WithTags("Stories").WithName("countStories")
            .WithSummary("How many stories a question finds: by topic, by source and by day")
            .WithDescription("The conditions are those of /api/stories. All stories are counted where an index can; else the newest, and lookedBackTo says how far back.");
        routes.MapGet("/api/topics/{topic}/trend", TrendAsync).WithEntityTag().WithTags("Topics").WithName("getTrend")
            .WithSummary("How many stories of a topic there were, day by day")
            .WithDescription("Whole days in UTC, those without a story among them; at most 3,660 of them.");
        return routes;
    }

    private static async Task<Results<Ok<FacetsAnswer>, ProblemHttpResult>> CountAsync(
        StoryQueryReader reader,
        StorySearch search,
        FeedCatalog catalog,
        TimeProvider clock,
        [Description("A query, for example: \"trade secret*\" since:30d")] string? q,
        [Description("Topic slug or name. Repeat it for stories that carry several.")] string[]? topic,
        [Description("Feed id, address, host or name. Repeat it for stories of any of several.")] string[]? source,
        [Description("Not older than this: 2026-11-24, 2026-11-24T08:00:00Z, today, 24h, 7d")] string? since,
        [Description("Older than this; the same forms.")] string? until,
        [Description("\"include\" for stories that a rule mutes as well, \"only\" for nothing else.")] string? muted,
        CancellationToken cancellationToken)
    {
        var (query, error) = reader.Read(new StoryQuestion(topic, source, since, until, Cursor: null, Limit: null) { Muted = muted, Q = q });
        if (query is null)
        {
            return Problems.BadQuestion(error!);
        }

        var (facets, lookedBackTo) = await search.CountAsync(query, cancellationToken);
        var span = query.Condition is { } condition ? QueryPlan.Narrow(condition, query.Range, clock.GetUtcNow()) : query.Range;
        return TypedResults.Ok(FacetsAnswer.Of(facets, catalog, lookedBackTo) with { Since = span.Since, Until = span.Until });
    }

    private static async Task<Results<Ok<TrendAnswer>, ProblemHttpResult>> TrendAsync(
        StoryQueryReader reader,
        StorySearch search,
        TimeProvider clock,
        [Description("The topic's slug or name.")] string topic,
        [Description("The first day: 2026-11-24, 7d; 30 days back where not given.")] string? since,
        [Description("The day after the last; the same forms. Tomorrow where not given.")] string? until,
        CancellationToken cancellationToken)
    {
        if (reader.FindTopic(topic) is not { } known)
        {
            return Problems.NotFound($"There is no topic \"{topic}\".", reader.NearTopics(topic));
        }

        var (query, error) = reader.Read(new StoryQuestion([known], null, since ?? "30d", until, Cursor: null, Limit: null));
        if (query is null)
        {
            return Problems.BadQuestion(error!);
        }

        // Whole days: half a one would look like a fall.
        var first = DateOnly.FromDateTime(query.Range.Since!.Value.UtcDateTime);
        var end = DateOnly.FromDateTime((query.Range.Until ?? clock.GetUtcNow().AddDays(1)).UtcDateTime);
        if (end.DayNumber - first.DayNumber is < 1 or > MostDays)
        {
            return Problems.BadQuestion(new QuestionError("since", string.Create(CultureInfo.InvariantCulture, $"from {first:yyyy-MM-dd} to {end:yyyy-MM-dd} is no span of 1 to {MostDays} days"), ["30d", "12w"]));
        }

        var whole = query with { Range = query.Range with { Since = At(first), Until = At(end) } };
        var (facets, _) = await search.CountAsync(whole, cancellationToken);
        return TypedResults.Ok(new TrendAnswer(
            Slug.Of(known), [.. Enumerable.Range(0, end.DayNumber - first.DayNumber).Select(first.AddDays).Select(day => new DayCount(day, facets.ByDay.GetValueOrDefault(day)))]));

        static DateTimeOffset At(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
    }
}
