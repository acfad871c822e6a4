using System.ComponentModel;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A story that was deleted for good.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
public sealed record DeletedAnswer(string Id, string Title);

/// <summary>Questions about stories, and deleting one.</summary>
public static class StoriesApi
{
    /// <summary>Maps /api/stories and /api/stories/{id}.</summary>
    public static IEndpointRouteBuilder MapStories(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/stories").WithTags("Stories");
        group.MapGet("", ListAsync).WithName("listStories").WithSummary("Stories, newest first")
            .WithDescription("All conditions hold together; q is a query in the language of docs/query-language.md. A query that an index cannot answer looks at some thousands of stories for a page; lookedBackTo says then how far it came, and next goes on. Ask for the next page with the cursor of the last answer: stories that arrive meanwhile are neither skipped nor repeated.");
        group.MapGet("/{id}", FindAsync).WithName("getStory").WithSummary("One story with its body and the reasons for its topics");
        group.MapDelete("/{id}", DeleteAsync).AddEndpointFilter(KeyFilter.RequireKeyAsync).WithName("deleteStory")
            .WithSummary("Delete a story for good, with its text and versions: it does not come back, whatever a poll brings")
            .WithDescription($"Needs the service's key in the header {ServiceKey.Header}.");
        return routes;
    }

    private static async Task<Results<Ok<StoriesAnswer>, ProblemHttpResult>> ListAsync(
        StoryQueryReader reader,
        StorySearch search,
        [Description("A query, for example: topic:ai -title:(deal OR discount) \"trade secret*\" min_sources:2")] string? q,
        [Description("Topic slug or name, for example ip-theft. Repeat it for stories that carry several.")] string[]? topic,
        [Description("Feed id, address, host or name. Repeat it for stories of any of several.")] string[]? source,
        [Description("Not older than this: 2026-11-24, 2026-11-24T08:00:00Z, today, 24h, 7d")] string? since,
        [Description("Older than this; the same forms.")] string? until,
        [Description("The name or slug of a saved feed that a rule fills.")] string? savedFeed,
        [Description("\"include\" for stories that a rule mutes as well, \"only\" for nothing else; they are left out where not given.")] string? muted,
        [Description("\"relevance\" for those first that fit the words of q best; \"boost\" for the 500 newest that match by the weight that rules give them, the heaviest first; \"weight\" for the same by outlets that report the event, then by outlets an hour; \"new\", or not given, for the newest first. Only that has pages.")] string? sort,
        [Description("The \"next\" of the last answer.")] string? cursor,
        [Description("How many stories, 1 to 500; 50 where not given. More is cut to 500.")] int? limit,
        CancellationToken cancellationToken)
    {
        var (query, error) = reader.Read(new StoryQuestion(topic, source, since, until, cursor, limit) { SavedFeed = savedFeed, Muted = muted, Q = q, Sort = sort });
        if (query is null)
        {
            return Problems.BadQuestion(error!);
        }

        var page = await search.FindAsync(query, cancellationToken);
        return TypedResults.Ok(new StoriesAnswer([.. page.Stories.Select(story => StoryAnswer.Of(story, whole: false))], page.Next?.Encode()) { LookedBackTo = page.LookedBackTo, ComparedOnly = page.ComparedOnly });
    }

    private static async Task<Results<Ok<StoryAnswer>, ProblemHttpResult>> FindAsync(
        IStoryStore store,
        [Description("The story's id.")] string id,
        CancellationToken cancellationToken) =>
        StoryId.TryParse(id, out var story) && await store.FindStoryAsync(story, cancellationToken) is { } found
            ? TypedResults.Ok(StoryAnswer.Of(found, whole: true))
            : Problems.NotFound("There is no story with this id.");

    private static async Task<Results<Ok<DeletedAnswer>, ProblemHttpResult>> DeleteAsync(
        IStoryStore store,
        StoreChanges changes,
        [Description("The story's id.")] string id,
        CancellationToken cancellationToken)
    {
        if (!StoryId.TryParse(id, out var story) || await store.FindStoryAsync(story, cancellationToken) is not { } found)
        {
            return Problems.NotFound("There is no story with this id.");
        }

        await store.DeleteStoriesAsync([found.Id], StoryEnd.ForGood, cancellationToken);
        changes.Happened();
        return TypedResults.Ok(new DeletedAnswer(found.Id.Value, found.Title));
    }
}
