using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>The feeds and their health.</summary>
public static class FeedsApi
{
    /// <summary>Maps /api/feeds.</summary>
    public static IEndpointRouteBuilder MapFeeds(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/feeds", ListAsync).WithTags("Feeds").WithName("listFeeds").WithSummary("All feeds of feeds.json with their health");
        return routes;
    }

    private static async Task<Ok<FeedsAnswer>> ListAsync(FeedCatalog catalog, IStoryStore store, ServicePaths paths, CancellationToken cancellationToken)
    {
        var states = (await store.ListFeedStatesAsync(cancellationToken)).ToDictionary(state => state.Id);
        var subscriptions = (await store.ListSubscriptionsAsync(cancellationToken))
            .Where(subscription => subscription.State != HubState.Ending).ToDictionary(subscription => subscription.Feed);
        var feeds = catalog.Feeds.Values.Select(feed => FeedAnswer.Of(feed, states.GetValueOrDefault(feed.Id), subscriptions.GetValueOrDefault(feed.Id)));
        return TypedResults.Ok(new FeedsAnswer(
            [.. feeds], paths.FeedsFile, catalog.BrokenBecause, [.. catalog.Problems.Select(problem => problem.ToString())]));
    }
}
