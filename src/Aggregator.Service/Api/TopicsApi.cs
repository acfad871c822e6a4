using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Topics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>The topics there are.</summary>
public static class TopicsApi
{
    /// <summary>Maps /api/topics.</summary>
    public static IEndpointRouteBuilder MapTopics(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/topics", ListAsync).WithEntityTag().WithTags("Topics").WithName("listTopics").WithSummary("All topics with how many stories carry them")
            .WithDescription("Those built in and those of topics.json, in the order of their definitions; without stories that a rule mutes.");
        routes.MapGet("/api/topics/definitions", (TopicsInForce topics, TopicsFile file, HttpContext http) => TypedResults.Ok(DefinitionsAnswer.Of(topics, file, Caller.IsOperator(http))))
            .WithEntityTag().WithTags("Topics").WithName("getDefinitions").WithSummary("The definitions in force, and whether the user's file is")
            .WithDescription("A file with a mistake leaves the last good definitions in force; fileError says what is wrong, in full to the operator only.");
        return routes;
    }

    private static async Task<Ok<IReadOnlyList<TopicListing>>> ListAsync(TopicsInForce topics, IStoryStore store, HttpContext http, CancellationToken cancellationToken)
    {
        var counts = (await store.CountAsync(cancellationToken)).ByTopic;
        var listing = topics.Topics.Select(topic => (topic, slug: Slug.Of(topic.Name))).Select(pair => new TopicListing(
            pair.topic.Name,
            pair.slug,
            pair.topic.Description,
            pair.topic.MediaTopic,
            counts.GetValueOrDefault(pair.slug),
            $"{BasePath.Of(http)}/topics/{pair.slug}/feed.atom"));
        return TypedResults.Ok<IReadOnlyList<TopicListing>>([.. listing]);
    }
}

/// <summary>The definitions in force.</summary>
/// <param name="File">The user's file; need not exist.</param>
/// <param name="FileError">Why its last edit is not in force. Null: it is.</param>
/// <param name="Topics">Topics in force, the built-in ones among them.</param>
/// <param name="Entities">Entities in force, likewise.</param>
/// <param name="Version">Differs between definitions that differ.</param>
public sealed record DefinitionsAnswer(string File, string? FileError, int Topics, int Entities, string Version)
{
    /// <summary>The answer for what is in force.</summary>
    internal static DefinitionsAnswer Of(TopicsInForce topics, TopicsFile file, bool toOperator) =>
        new(toOperator ? file.Path : Path.GetFileName(file.Path), topics.BrokenBecause is not null && !toOperator ? "it has a mistake" : topics.BrokenBecause, topics.Topics.Count, topics.Definitions.Entities.Entities.Count, topics.Definitions.Version);
}
