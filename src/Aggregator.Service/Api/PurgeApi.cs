using Aggregator.Model.Feeds;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Polling;
using Aggregator.Service.Retention;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A wish to drop the stories of a feed that is in feeds.json no more.</summary>
/// <param name="Source">The feed's id, or the address it had in feeds.json.</param>
public sealed record PurgeWish(string? Source);

/// <summary>Dropping what a removed feed left behind.</summary>
public static class PurgeApi
{
    /// <summary>Maps /api/feeds/purge.</summary>
    public static IEndpointRouteBuilder MapPurge(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/feeds/purge", PurgeAsync).RequireKey().WithTags("Feeds").WithName("purgeFeed")
            .WithSummary("Drop the stories of a feed that was taken out of feeds.json, and all that is remembered of it")
            .WithDescription($"Stories that another feed carries too, and those that are pinned, are kept. A feed that is still in feeds.json, or being polled, is refused (409). {DoorSigns.NeedsKey}");
        return routes;
    }

    private static async Task<Results<Ok<PurgedFeed>, ProblemHttpResult>> PurgeAsync(PurgeWish wish, FeedCatalog catalog, FeedPurge purge, DueFeeds queue, HttpContext http, CancellationToken cancellationToken)
    {
        if (Read(wish.Source) is not { } feed)
        {
            return TypedResults.Problem("Give the feed's id, or the whole address it had in feeds.json.", statusCode: StatusCodes.Status400BadRequest, title: "This feed cannot be purged");
        }

        AuditLog.Tell(http, $"the feed {feed}");
        if (catalog.Feeds.ContainsKey(feed))
        {
            return TypedResults.Problem("The feed is still in feeds.json: take it out first.", statusCode: StatusCodes.Status409Conflict, title: "This feed cannot be purged");
        }

        if (queue.IsUnderWay(feed))
        {
            return TypedResults.Problem("The feed is being polled, and its stories would come again. Try again when that is done.", statusCode: StatusCodes.Status409Conflict, title: "This feed cannot be purged");
        }

        return await purge.ApplyAsync(feed, cancellationToken) is { } done
            ? TypedResults.Ok(done)
            : Problems.NotFound("Nothing is stored of such a feed.");
    }

    private static FeedId? Read(string? source) =>
        source is { Length: 16 } && source.All(char.IsAsciiHexDigitLower) ? new FeedId(source)
        : Uri.TryCreate(source, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? FeedId.Of(address)
        : null;
}
