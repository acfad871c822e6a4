using System.ComponentModel;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>Questions about stories.</summary>
public static class StoriesApi
{
    /// <summary>Maps /api/stories and /api/stories/{id}.</summary>
    public static IEndpointRouteBuilder MapStories(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/stories").WithTags("Stories");
        group.MapGet("", ListAsync).WithName("listStories").WithSummary("Stories, newest first")
            .WithDescription("All conditions hold together. Ask for the next page with the cursor of the last answer: stories that arrive meanwhile are neither skipped nor repeated.");
        group.MapGet("/{id}", FindAsync).WithName("getStory").WithSummary("One story with its body and the reasons for its topics");
        return routes;
    }

    private static async Task<Results<Ok<StoriesAnswer>, ProblemHttpResult>> ListAsync(
        StoryQueryReader reader,
        IStoryStore store,
        [Description("Topic slug or name, for example ip-theft. Repeat it for stories that carry several.")] string[]? topic,
        [Description("Feed id, address, host or name. Repeat it for stories of any of several.")] string[]? source,
        [Description("Not older than this: 2026-11-24, 2026-11-24T08:00:00Z, today, 24h, 7d")] string? since,
        [Description("Older than this; the same forms.")] string? until,
        [Description("The \"next\" of the last answer.")] string? cursor,
        [Description("How many stories, 1 to 500; 50 where not given. More is cut to 500.")] int? limit,
        CancellationToken cancellationToken)
    {
        var (query, error) = reader.Read(new StoryQuestion(topic, source, since, until, cursor, limit));
        if (query is null)
        {
            return Problems.BadQuestion(error!);
        }

        var page = await store.QueryAsync(query, cancellationToken);
        return TypedResults.Ok(new StoriesAnswer([.. page.Stories.Select(story => StoryAnswer.Of(story, whole: false))], page.Next?.Encode()));
    }

    private static async Task<Results<Ok<StoryAnswer>, ProblemHttpResult>> FindAsync(
        IStoryStore store,
        [Description("The story's id.")] string id,
        CancellationToken cancellationToken) =>
        StoryId.TryParse(id, out var story) && await store.FindStoryAsync(story, cancellationToken) is { } found
            ? TypedResults.Ok(StoryAnswer.Of(found, whole: true))
            : Problems.NotFound("There is no story with this id.");
}
