using System.ComponentModel;
using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Content.Querying;
using Aggregator.Model.Stories;
using Aggregator.Service.Doors;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>Which stories leave their cluster.</summary>
/// <param name="Stories">Their ids.</param>
public sealed record SplitWish(string[]? Stories);

/// <summary>Clusters of stories on one event as the API answers them.</summary>
/// <param name="Clusters">In the order asked for.</param>
public sealed record ClustersAnswer(IReadOnlyList<ClusterAnswer> Clusters);

/// <summary>Questions about clusters, and the user's word on them.</summary>
public static class ClustersApi
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <summary>Maps /api/clusters, /api/clusters/{id} and /api/clusters/{id}/split.</summary>
    public static IEndpointRouteBuilder MapClusters(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/clusters").WithTags("Clusters");
        group.MapGet("", ListAsync).WithEntityTag().WithName("listClusters").WithSummary("Events: each with its lead story, all stories that tell it, and its weight")
            .WithDescription("Of the stories that the conditions find, each cluster once. A cluster is whole: it may hold stories that the conditions do not find.");
        group.MapGet("/{id}", FindAsync).WithEntityTag().WithName("getCluster").WithSummary("One cluster, with why each story is in it")
            .WithDescription("Its stories come the earliest first; joined says which story each was most like when it came, and by which words.");
        group.MapPost("/{id}/split", SplitAsync).RequireKey().WithName("splitCluster")
            .WithSummary("Take stories out of a cluster into one of their own: it sticks, whatever comes later")
            .WithDescription($"Answers the new cluster. {DoorSigns.NeedsKey}");
        return routes;
    }

    private static async Task<Results<Ok<ClustersAnswer>, ProblemHttpResult>> ListAsync(
        StoryQueryReader reader,
        ClusterSearch clusters,
        [Description("A query, for example: topic:ai -source:theverge \"trade secret*\"")] string? q,
        [Description("Topic slug or name. Repeat it for stories that carry several.")] string[]? topic,
        [Description("Feed id, address, host or name. Repeat it for stories of any of several.")] string[]? source,
        [Description("Not older than this: 2026-11-24, 2026-11-24T08:00:00Z, today, 24h, 7d")] string? since,
        [Description("Older than this; the same forms.")] string? until,
        [Description("Only what so many outlets report, of the 5,000 newest stories found.")] int? minSources,
        [Description("\"weight\" for the 100 newest clusters that match by outlets, then by outlets an hour; newest first where not given.")] string? sort,
        [Description("How many clusters, 1 to 100; 20 where not given. More is cut to 100.")] int? limit,
        CancellationToken cancellationToken)
    {
        var (query, error) = reader.Read(new StoryQuestion(topic, source, since, until, Cursor: null, limit) { Q = q });
        if (query is null)
        {
            return Problems.BadQuestion(error!);
        }

        if (minSources is < 1 or > StoryQuery.MaxLimit)
        {
            return Problems.BadQuestion(new QuestionError("minSources", string.Create(CultureInfo.InvariantCulture, $"{minSources} is no number of outlets"), ["2", "3"]));
        }

        if (query.Order != StoryOrder.New && sort is null)
        {
            sort = query.Order.ToString().ToLowerInvariant();
        }

        if (sort is not (null or "new" or "weight"))
        {
            return Problems.BadQuestion(new QuestionError("sort", $"clusters cannot be sorted by \"{sort}\"", ["new", "weight"]));
        }

        sort = sort == "new" ? null : sort;
        query = query with { Order = StoryOrder.New };
        var wanted = Math.Min(limit ?? DefaultLimit, MaxLimit);
        var found = await clusters.ListAsync(query with { Range = query.Range with { Limit = sort is null ? wanted : MaxLimit } }, minSources ?? 1, cancellationToken);
        var listed = found.Clusters.Select(one => one.Cluster);
        var ordered = sort is null ? listed : listed.OrderByDescending(cluster => cluster.Outlets).ThenByDescending(cluster => cluster.Pace);
        return TypedResults.Ok(new ClustersAnswer([.. ordered.Take(wanted).Select(ClusterAnswer.Of)]));
    }

    private static async Task<Results<Ok<ClusterAnswer>, ProblemHttpResult>> FindAsync(
        ClusterReader clusters, [Description("The cluster's id.")] string id, CancellationToken cancellationToken) =>
        await clusters.GatherAsync(new ClusterId(id), MutedStories.Included, cancellationToken) is { } cluster
            ? TypedResults.Ok(ClusterAnswer.Of(cluster))
            : NoCluster();

    private static async Task<Results<Ok<ClusterAnswer>, ProblemHttpResult>> SplitAsync(
        string id, SplitWish wish, ClusterReader clusters, ClusterWindow window, StoreChanges changes, CancellationToken cancellationToken)
    {
        if (await clusters.GatherAsync(new ClusterId(id), MutedStories.Included, cancellationToken) is not { } cluster)
        {
            return NoCluster();
        }

        var leaving = (wish.Stories ?? []).Select(story => new StoryId(story)).ToHashSet();
        var strange = leaving.Except(cluster.Stories.Select(story => story.Id)).FirstOrDefault();
        if (leaving.Count == 0 || strange != default || leaving.Count == cluster.Stories.Count)
        {
            var wrong = leaving.Count == 0 ? "name at least one story that is to leave the cluster"
                : strange != default ? $"the story \"{strange}\" is not in this cluster"
                : "one story at least must stay: a cluster cannot be split from nothing";
            return Problems.BadQuestion(new QuestionError("stories", wrong, [.. cluster.Stories.Take(5).Select(story => story.Id.Value)]));
        }

        var into = await window.SplitAsync(cluster.Stories, leaving, cancellationToken);
        changes.Happened();
        return await clusters.GatherAsync(into, MutedStories.Included, cancellationToken) is { } split ? TypedResults.Ok(ClusterAnswer.Of(split)) : NoCluster();
    }

    private static ProblemHttpResult NoCluster() => Problems.NotFound("There is no cluster with this id.");
}

/// <summary>A cluster as the API answers it.</summary>
/// <param name="Id">The cluster's lasting id.</param>
/// <param name="Lead">The story that speaks for it.</param>
/// <param name="Outlets">How many outlets report it.</param>
/// <param name="Pace">Outlets an hour, from the first report to the last.</param>
/// <param name="FirstSeen">When this service first saw one of its stories.</param>
/// <param name="Updated">When a story last joined it or changed.</param>
/// <param name="Stories">All its stories, the earliest first.</param>
public sealed record ClusterAnswer(
    string Id, StoryAnswer Lead, int Outlets, double Pace, DateTimeOffset FirstSeen, DateTimeOffset Updated, IReadOnlyList<MemberAnswer> Stories)
{
    /// <summary>The answer for a cluster.</summary>
    public static ClusterAnswer Of(StoryCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return new ClusterAnswer(
            cluster.Id.Value,
            StoryAnswer.Of(cluster.Lead, whole: false),
            cluster.Outlets,
            Math.Round(cluster.Pace, 2),
            cluster.FirstSeen,
            cluster.Updated,
            [.. cluster.Stories.Select(MemberAnswer.Of)]);
    }
}

/// <summary>A story of a cluster.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Link">Its page.</param>
/// <param name="Source">The name of its feed.</param>
/// <param name="Date">Its place in time.</param>
/// <param name="Joined">Why it is in the cluster. Null: it began it, or was split off.</param>
public sealed record MemberAnswer(string Id, string Title, string Link, string Source, DateTimeOffset Date, JoinedAnswer? Joined)
{
    /// <summary>The answer for a story.</summary>
    public static MemberAnswer Of(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return new MemberAnswer(story.Id.Value, story.Title, story.Link.AbsoluteUri, story.FeedName, story.OrderedAt, JoinedAnswer.Of(story.Joined));
    }
}

/// <summary>Why a story is in its cluster.</summary>
/// <param name="Nearest">The id of the story it was most like when it came.</param>
/// <param name="Score">How likely the two tell one event, 0 to 1.</param>
/// <param name="Shared">The terms that speak most for it, as stems.</param>
public sealed record JoinedAnswer(string Nearest, double Score, IReadOnlyList<string> Shared)
{
    /// <summary>The answer for a reason; null for none.</summary>
    public static JoinedAnswer? Of(ClusterReason? reason) => reason is null ? null : new JoinedAnswer(reason.Nearest.Value, reason.Score, reason.Shared);
}
