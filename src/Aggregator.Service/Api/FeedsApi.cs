using Aggregator.Content.Opml;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A wish to take a feed's move back.</summary>
/// <param name="Source">The feed: id, address, host or name.</param>
public sealed record UndoMoveWish(string? Source);

/// <summary>The feeds and their health.</summary>
public static class FeedsApi
{
    /// <summary>Maps /api/feeds and /api/feeds.opml.</summary>
    public static IEndpointRouteBuilder MapFeeds(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/feeds", ListAsync).WithEntityTag().WithTags("Feeds").WithName("listFeeds").WithSummary("All feeds of feeds.json with their health")
            .WithDescription("When each was polled and will be, why then, and what is wrong. What went wrong at a poll is told in full to the operator only: with the service's key, or from this machine.");
        routes.MapGet("/api/feeds/{feed}", FindAsync).WithEntityTag().WithTags("Feeds").WithName("findFeed").WithSummary("One feed with its health")
            .WithDescription("By its id, host or name. Figures are of the last 30 days, or since it was polled first.");
        routes.MapGet("/api/feeds.opml", (FeedCatalog catalog) => TypedResults.Bytes(OpmlWriter.Write("Aggregator", catalog.Feeds.Values), "text/x-opml; charset=utf-8", "feeds.opml"))
            .WithTags("Feeds").WithName("exportFeeds").WithSummary("The feeds of feeds.json as OPML, for other readers; without secrets").WithDescription("OPML 2.0, as most readers take it; categories become its folders.");
        routes.MapPost("/api/feeds/undo-move", UndoMoveAsync).AddEndpointFilter(KeyFilter.RequireKeyAsync).WithTags("Feeds").WithName("undoMove")
            .WithSummary("Fetch a feed from its address in feeds.json again, and never take over the one it moved to")
            .WithDescription($"Needs the service's key in the header {ServiceKey.Header}.");
        return routes;
    }

    private static async Task<Ok<FeedsAnswer>> ListAsync(
        FeedCatalog catalog, IStoryStore store, ServicePaths paths, ServiceKey key, TimeProvider clock, HttpContext context, CancellationToken cancellationToken)
    {
        var feeds = await FeedAnswers.ListAsync(catalog, store, key.IsOperator(context), clock.GetUtcNow(), cancellationToken);
        return TypedResults.Ok(new FeedsAnswer(
            feeds, paths.FeedsFile, catalog.BrokenBecause, [.. catalog.Problems.Select(problem => problem.ToString())]));
    }

    private static async Task<Results<Ok<FeedAnswer>, ProblemHttpResult>> FindAsync(
        string feed, FeedCatalog catalog, IStoryStore store, ServiceKey key, TimeProvider clock, HttpContext context, CancellationToken cancellationToken)
    {
        var found = catalog.ResolveSource(feed);
        return found.Feeds.Count switch
        {
            1 => TypedResults.Ok(await FeedAnswers.FindAsync(catalog.Feeds[found.Feeds[0]], store, key.IsOperator(context), clock.GetUtcNow(), cancellationToken)),
            0 => Problems.NotFound($"There is no feed \"{feed}\".{(found.Near.Count == 0 ? "" : $" Near: {string.Join(", ", found.Near)}.")}"),
            var several => Problems.BadQuestion(new QuestionError("feed", $"\"{feed}\" names {several} feeds; give one id", [.. found.Feeds.Take(10).Select(id => id.Value)])),
        };
    }

    private static async Task<Results<Ok<FeedAnswer>, ProblemHttpResult>> UndoMoveAsync(
        UndoMoveWish wish, FeedCatalog catalog, IStoryStore store, DueFeeds queue, TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = catalog.ResolveSource(wish.Source ?? "");
        if (found.Feeds.Count != 1)
        {
            return Problems.BadQuestion(new QuestionError("source", found.Feeds.Count == 0 ? $"there is no feed \"{wish.Source}\"" : $"\"{wish.Source}\" names {found.Feeds.Count} feeds", found.Near));
        }

        var feed = catalog.Feeds[found.Feeds[0]];
        if (queue.IsUnderWay(feed.Id))
        {
            return TypedResults.Problem("The feed is being polled. Try again when that is done.", statusCode: StatusCodes.Status409Conflict);
        }

        var state = await store.FindFeedStateAsync(feed.Id, cancellationToken);
        if (state is null || Moves.Undo(state, clock.GetUtcNow()) is not { } undone)
        {
            return Problems.NotFound($"{feed.Address} has not moved.");
        }

        await store.SaveAsync(new StoryBatch([], undone), cancellationToken);
        return TypedResults.Ok(FeedAnswer.Of(feed, undone, null, toOperator: true, clock.GetUtcNow()));
    }
}
