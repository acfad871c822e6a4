using System.ComponentModel;
using Aggregator.Content.Versions;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>How publishers changed their stories.</summary>
public static class VersionsApi
{
    /// <summary>Maps /api/stories/{id}/versions.</summary>
    public static IEndpointRouteBuilder MapVersions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/stories/{id}/versions", FindAsync).WithEntityTag().WithTags("Stories").WithName("getVersions")
            .WithSummary("The texts a story had before, the newest first, and how each was changed")
            .WithDescription($"At most {StoryVersion.MaxKept} are kept. A change of marks, spaces or capitals only makes no version.");
        return routes;
    }

    private static async Task<Results<Ok<VersionsAnswer>, ProblemHttpResult>> FindAsync(
        IStoryStore store, [Description("The story's id.")] string id, CancellationToken cancellationToken) =>
        StoryId.TryParse(id, out var story) && await store.FindStoryAsync(story, cancellationToken) is { } found
            ? TypedResults.Ok(VersionsAnswer.Of(found, await store.ListVersionsAsync(story, cancellationToken)))
            : Problems.NotFound("There is no story with this id.");
}

/// <summary>The texts a story had before.</summary>
/// <param name="Title">The title now.</param>
/// <param name="Updated">Since when it has its text of now.</param>
/// <param name="Versions">The earlier ones, the newest first.</param>
public sealed record VersionsAnswer(string Title, DateTimeOffset Updated, IReadOnlyList<VersionAnswer> Versions)
{
    /// <summary>The answer for a story with its body; of one whose publisher forbids to republish the text, titles only.</summary>
    public static VersionsAnswer Of(Story story, IReadOnlyList<StoryVersion> versions)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(versions);
        var (title, text) = (story.Title, story.Body?.Text ?? "");
        var answers = new List<VersionAnswer>(versions.Count);
        foreach (var version in versions)
        {
            answers.Add(new VersionAnswer(
                version.From, version.Until, version.Title, VersionDiff.Of(version.Title, title), story.NoArchive ? [] : VersionDiff.Of(version.Text, text)));
            (title, text) = (version.Title, version.Text);
        }

        return new VersionsAnswer(story.Title, story.Updated, answers);
    }
}

/// <summary>A text a story had before.</summary>
/// <param name="From">When this service first had it.</param>
/// <param name="Until">When it was replaced.</param>
/// <param name="Title">The title then.</param>
/// <param name="TitleChange">How the title was changed to the next version's. Empty: it was not.</param>
/// <param name="TextChange">The same of the text.</param>
public sealed record VersionAnswer(
    DateTimeOffset From, DateTimeOffset Until, string Title, IReadOnlyList<DiffPiece> TitleChange, IReadOnlyList<DiffPiece> TextChange);
