using System.ComponentModel;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Doors;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Aggregator.Service.Api;

/// <summary>A story that was deleted for good.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
public sealed record DeletedAnswer(string Id, string Title);

/// <summary>Questions about stories, and deleting one.</summary>
public static class StoriesApi
{
    /// <summary>Whole stories in one JSON document at most: some megabytes with their bodies.</summary>
    private const int MostWhole = 100;

    /// <summary>Maps /api/stories and /api/stories/{id}.</summary>
    public static IEndpointRouteBuilder MapStories(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/stories").WithTags("Stories");
        group.MapGet("", ListAsync).WithEntityTag().AddOpenApiOperationTransformer(DescribeLinesAsync).WithName("listStories").WithSummary("Stories, newest first")
            .WithDescription("All conditions hold together; q is a query in the language of docs/query-language.md. A query that an index cannot answer looks at some thousands of stories for a page; lookedBackTo says then how far it came, and next goes on. Ask for the next page with the cursor of the last answer: stories that arrive meanwhile are neither skipped nor repeated. As NDJSON or CSV (format, or Accept), all that is found comes in one answer, sent while it is found; one that breaks off was not whole.");
        group.MapGet("/{id}", FindAsync).WithEntityTag().WithName("getStory").WithSummary("One story with its body and the reasons for its topics")
            .WithDescription("By its own id, or by that of another feed's entry of the same article. The body is left out where the publisher asks not to republish it; bodyNote says so then.");
        group.MapDelete("/{id}", DeleteAsync).RequireKey().WithName("deleteStory")
            .WithSummary("Delete a story for good, with its text and versions: it does not come back, whatever a poll brings")
            .WithDescription($"Answers the id and title of what is gone. {DoorSigns.NeedsKey}");
        return routes;
    }

    private static async Task<Results<Ok<StoriesAnswer>, StoryExport, ProblemHttpResult>> ListAsync(
        StoryQueryReader reader,
        StorySearch search,
        IStoryStore store,
        IOptions<JsonOptions> json,
        HttpContext http,
        [Description("A query, for example: topic:ai -title:(deal OR discount) \"trade secret*\" min_sources:2")] string? q,
        [Description("Topic slug or name, for example ip-theft. Repeat it for stories that carry several.")] string[]? topic,
        [Description("Feed id, address, host or name. Repeat it for stories of any of several.")] string[]? source,
        [Description("Not older than this: 2026-11-24, 2026-11-24T08:00:00Z, today, 24h, 7d")] string? since,
        [Description("Older than this; the same forms.")] string? until,
        [Description("The name or slug of a saved feed that a rule fills.")] string? savedFeed,
        [Description("\"include\" for stories that a rule mutes as well, \"only\" for nothing else; they are left out where not given.")] string? muted,
        [Description("\"relevance\" for those first that fit the words of q best; \"boost\" for the 500 newest that match by the weight that rules give them, the heaviest first; \"weight\" for the same by outlets that report the event, then by outlets an hour; \"new\", or not given, for the newest first. Only that has pages.")] string? sort,
        [Description("The \"next\" of the last answer.")] string? cursor,
        [Description("How many stories, 1 to 500, or 100 whole ones; 50 where not given. More is cut to that. Of NDJSON and CSV, any number; all where not given.")] int? limit,
        [Description("Only these fields of each story, parted by commas: title,link,topics. The id is always there. The body is bodyText and bodyHtml.")] string? fields,
        [Description("Each story as /api/stories/{id} gives it: with its body and the reasons for its topics.")] bool? whole,
        [Description("json, ndjson (a story a line) or csv. What the header Accept asks for where not given: application/x-ndjson, text/csv.")] string? format,
        CancellationToken cancellationToken)
    {
        var (query, error) = reader.Read(new StoryQuestion(topic, source, since, until, cursor, limit) { SavedFeed = savedFeed, Muted = muted, Q = q, Sort = sort });
        var (shown, wrongField) = StoryFields.Read(fields, whole ?? false);
        var (written, wrongFormat) = StoryFormats.Read(format, http.Request);
        if (error is not null || wrongField is not null || wrongFormat is not null)
        {
            return Problems.BadQuestion((error ?? wrongField ?? wrongFormat)!);
        }

        http.Response.Headers.Vary = HeaderNames.Accept;
        if (written != StoryFormat.Json)
        {
            return new StoryExport(query!, limit, shown!, written == StoryFormat.Csv ? new CsvLines(shown!) : new JsonLines(json.Value.SerializerOptions));
        }

        query = query! with { Range = query.Range with { Limit = Math.Min(query.Range.Limit, shown!.Whole ? MostWhole : StoryQuery.MaxLimit) } };
        var page = await search.FindAsync(query, cancellationToken);
        var stories = new List<StoryAnswer>(page.Stories.Count);
        foreach (var story in page.Stories)
        {
            if (await shown.TellAsync(story, store, cancellationToken) is { } answer)
            {
                stories.Add(answer);
            }
        }

        return TypedResults.Ok(new StoriesAnswer(stories, page.Next?.Encode()) { LookedBackTo = page.LookedBackTo, ComparedOnly = page.ComparedOnly });
    }

    private static Task DescribeLinesAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var mediaType in (string[])[JsonLines.MediaType, CsvLines.MediaType])
        {
            operation.Responses?["200"].Content?.TryAdd(mediaType, new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        return Task.CompletedTask;
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
