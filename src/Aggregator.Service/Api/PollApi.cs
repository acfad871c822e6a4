using Aggregator.Model.Feeds;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A wish to poll now.</summary>
/// <param name="Sources">Feed ids, addresses, hosts or names. Null or empty: what is due.</param>
/// <param name="All">Every enabled feed.</param>
public sealed record PollWish(IReadOnlyList<string>? Sources, bool All);

/// <summary>Polling on demand, and how far the pollers are.</summary>
public static class PollApi
{
    /// <summary>Maps /api/poll.</summary>
    public static IEndpointRouteBuilder MapPoll(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/poll").WithTags("Polling");
        group.MapGet("", (PollProgress progress) => TypedResults.Ok(progress.Snapshot()))
            .WithName("getPollProgress").WithSummary("What the pollers have done since the service began")
            .WithDescription("Counts that only grow, and whether the pollers are idle now.");
        group.MapGet("/{id}", (string id, DueFeeds queue) => Find(id, queue))
            .WithName("getPoll").WithSummary("How far a poll is that was asked for")
            .WithDescription("By the id that asking for it answered. Polls of long ago are forgotten.");
        group.MapPost("", Poll).RequireKey()
            .WithName("poll").WithSummary("Poll what is due now, or the feeds named").WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    /// <summary>Answers at once; the poll goes on even if nobody asks how far it is.</summary>
    private static Results<Accepted<ManualPollCounts>, ProblemHttpResult> Poll(
        PollWish wish, DueFeeds queue, FeedCatalog catalog, IHostApplicationLifetime lifetime, HttpContext http)
    {
        List<FeedId>? feeds = wish.All ? [.. catalog.Feeds.Keys] : null;
        foreach (var source in wish.All ? [] : wish.Sources ?? [])
        {
            var resolved = catalog.ResolveSource(source);
            if (resolved.Feeds.Count == 0)
            {
                return Problems.BadQuestion(new QuestionError("sources", $"there is no feed \"{source}\"", resolved.Near));
            }

            (feeds ??= []).AddRange(resolved.Feeds);
        }

        var poll = queue.Begin(feeds, lifetime.ApplicationStopping);
        return TypedResults.Accepted($"{BasePath.Of(http)}/api/poll/{poll.Id}", poll.Snapshot());
    }

    private static Results<Ok<ManualPollCounts>, ProblemHttpResult> Find(string id, DueFeeds queue) =>
        queue.FindManualPoll(id) is { } poll ? TypedResults.Ok(poll.Snapshot()) : Problems.NotFound("There is no poll with this id, or it was long ago.");
}
