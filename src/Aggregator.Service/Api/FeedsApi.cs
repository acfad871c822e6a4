using Aggregator.Content.Opml;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>The feeds and their health.</summary>
public static class FeedsApi
{
    /// <summary>Maps /api/feeds and /api/feeds.opml.</summary>
    public static IEndpointRouteBuilder MapFeeds(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/feeds", ListAsync).WithTags("Feeds").WithName("listFeeds").WithSummary("All feeds of feeds.json with their health");
        routes.MapGet("/api/feeds.opml", (FeedCatalog catalog) => TypedResults.Bytes(OpmlWriter.Write("Aggregator", catalog.Feeds.Values), "text/x-opml; charset=utf-8", "feeds.opml"))
            .WithTags("Feeds").WithName("exportFeeds").WithSummary("The feeds of feeds.json as OPML, for other readers; without secrets");
        return routes;
    }

    private static async Task<Ok<FeedsAnswer>> ListAsync(
        FeedCatalog catalog, IStoryStore store, ServicePaths paths, ServiceKey key, HttpContext context, CancellationToken cancellationToken)
    {
        var states = (await store.ListFeedStatesAsync(cancellationToken)).ToDictionary(state => state.Id);
        var toOperator = key.IsOperator(context);
        var feeds = catalog.Feeds.Values.Select(feed => FeedAnswer.Of(feed, states.GetValueOrDefault(feed.Id), toOperator));
        return TypedResults.Ok(new FeedsAnswer(
            [.. feeds], paths.FeedsFile, catalog.BrokenBecause, [.. catalog.Problems.Select(problem => problem.ToString())]));
    }
}
