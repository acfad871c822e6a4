using Aggregator.Content.Tagging;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>The topics there are.</summary>
public static class TopicsApi
{
    /// <summary>Maps /api/topics.</summary>
    public static IEndpointRouteBuilder MapTopics(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/topics", ListAsync).WithTags("Topics").WithName("listTopics").WithSummary("All topics with how many stories carry them");
        return routes;
    }

    private static async Task<Ok<IReadOnlyList<TopicListing>>> ListAsync(TopicSet topics, IStoryStore store, CancellationToken cancellationToken)
    {
        var counts = (await store.CountAsync(cancellationToken)).ByTopic;
        var listing = topics.Topics.Select(topic => (topic, slug: Slug.Of(topic.Name))).Select(pair => new TopicListing(
            pair.topic.Name,
            pair.slug,
            pair.topic.Description,
            pair.topic.MediaTopic,
            counts.GetValueOrDefault(pair.slug),
            $"/topics/{pair.slug}/feed.atom"));
        return TypedResults.Ok<IReadOnlyList<TopicListing>>([.. listing]);
    }
}
