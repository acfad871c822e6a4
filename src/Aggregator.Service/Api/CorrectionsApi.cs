using System.ComponentModel;
using System.Text.Json;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Model.Topics;
using Aggregator.Service.Doors;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Api;

/// <summary>The user's word on the topics of single stories.</summary>
public static class CorrectionsApi
{
    /// <summary>The media type of JSON lines.</summary>
    public const string JsonLines = "application/jsonl; charset=utf-8";


    /// <summary>Maps /api/stories/{id}/topics/{topic}, /api/stories/{id}/corrections/{topic} and /api/corrections.</summary>
    public static IEndpointRouteBuilder MapCorrections(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").RequireKey().WithTags("Corrections");
        group.MapPut("/api/stories/{id}/topics/{topic}", (string id, [Description("Slug or name.")] string topic, Corrector corrector, CancellationToken token) =>
                corrector.CorrectAsync(id, topic, carries: true, token))
            .WithName("addTopic").WithSummary("A story is on a topic, by the user's word: it sticks, whatever a tagger finds").WithDescription(DoorSigns.NeedsKey);
        group.MapDelete("/api/stories/{id}/topics/{topic}", (string id, [Description("Slug or name.")] string topic, Corrector corrector, CancellationToken token) =>
                corrector.CorrectAsync(id, topic, carries: false, token))
            .WithName("removeTopic").WithSummary("A story is not on a topic, by the user's word: it sticks, whatever a tagger finds").WithDescription(DoorSigns.NeedsKey);
        group.MapDelete("/api/stories/{id}/corrections/{topic}", (string id, [Description("Slug or name.")] string topic, Corrector corrector, CancellationToken token) =>
                corrector.UndoAsync(id, topic, token))
            .WithName("undoCorrection").WithSummary("Take back what was said of a topic: what the tagger found counts again").WithDescription(DoorSigns.NeedsKey);
        group.MapGet("/api/corrections", ExportAsync)
            .WithName("exportCorrections").WithSummary("All corrected stories as JSON lines: text, topics as corrected, and what was corrected").WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    private static async Task ExportAsync(IStoryStore store, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, HttpResponse response, CancellationToken cancellationToken)
    {
        response.ContentType = JsonLines;
        var query = new StoryQuery { Corrected = true, WithBody = true, Limit = 100, Muted = MutedStories.Included };
        while (true)
        {
            var page = await store.QueryAsync(query, cancellationToken);
            foreach (var story in page.Stories)
            {
                await JsonSerializer.SerializeAsync(response.Body, CorrectedStory.Of(story), json.Value.SerializerOptions, cancellationToken);
                await response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
            }

            if (page.Next is null)
            {
                return;
            }

            query = query with { After = page.Next };
        }
    }
}

/// <summary>A corrected story as a training example.</summary>
/// <param name="Id">The story's id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its text, one line a block.</param>
/// <param name="Source">The name of its feed.</param>
/// <param name="Url">The original page.</param>
/// <param name="Date">Its day, UTC.</param>
/// <param name="Language">BCP 47 language. Null: unknown.</param>
/// <param name="Topics">Its topics as corrected.</param>
/// <param name="Added">Topics it has by the user's word.</param>
/// <param name="Removed">Topics it does not have by the user's word.</param>
public sealed record CorrectedStory(
    string Id, string Title, string Body, string Source, string Url, string Date, string? Language,
    IReadOnlyList<string> Topics, IReadOnlyList<string> Added, IReadOnlyList<string> Removed)
{
    /// <summary>The example a story makes.</summary>
    public static CorrectedStory Of(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return new CorrectedStory(
            story.Id.Value,
            story.Title,
            story.Body?.Text ?? "",
            story.FeedName,
            story.Link.AbsoluteUri,
            story.OrderedAt.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            story.Language,
            [.. story.Topics.Select(tag => tag.Topic)],
            [.. story.Corrections.Where(correction => correction.Carries).Select(correction => correction.Topic)],
            [.. story.Corrections.Where(correction => !correction.Carries).Select(correction => correction.Topic)]);
    }
}

/// <summary>Corrects stories for a request.</summary>
internal sealed class Corrector(IStoryStore store, StoryQueryReader topics, StoreChanges changes, TimeProvider clock)
{
    public async Task<Results<Ok<StoryAnswer>, ProblemHttpResult>> CorrectAsync(string id, string topic, bool carries, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } story)
        {
            return NoStory();
        }

        return (topics.FindTopic(topic) ?? NameIn(story, Slug.Of(topic))) is { } name
            ? await AnswerAsync(story.Id, await store.CorrectAsync(story.Id, new TopicCorrection(name, carries, Now()), cancellationToken), cancellationToken)
            : Problems.NotFound($"There is no topic \"{topic}\".", topics.NearTopics(topic));
    }

    public async Task<Results<Ok<StoryAnswer>, ProblemHttpResult>> UndoAsync(string id, string topic, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } story)
        {
            return NoStory();
        }

        var slug = Slug.Of(topic);
        return story.Corrections.Any(correction => correction.Slug == slug)
            ? await AnswerAsync(story.Id, await store.UndoCorrectionAsync(story.Id, slug, Now(), cancellationToken), cancellationToken)
            : Problems.NotFound($"Nothing was said of \"{topic}\" in this story.", [.. story.Corrections.Select(correction => correction.Slug)]);
    }

    private async Task<Story?> FindAsync(string id, CancellationToken cancellationToken) =>
        StoryId.TryParse(id, out var story) ? await store.FindStoryAsync(story, cancellationToken) : null;

    private async Task<Results<Ok<StoryAnswer>, ProblemHttpResult>> AnswerAsync(StoryId id, bool done, CancellationToken cancellationToken)
    {
        changes.Happened();
        return done && await store.FindStoryAsync(id, cancellationToken) is { } story ? TypedResults.Ok(StoryAnswer.Of(story, whole: true)) : NoStory();
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The full name of a topic that the story has or had, though it is defined no longer.</summary>
    private static string? NameIn(Story story, string slug) =>
        story.Topics.Concat(story.Overruled).Select(tag => tag.Topic).Concat(story.Corrections.Select(correction => correction.Topic))
            .FirstOrDefault(name => slug.Length > 0 && Slug.Of(name) == slug);

    private static ProblemHttpResult NoStory() => Problems.NotFound("There is no story with this id.");
}
