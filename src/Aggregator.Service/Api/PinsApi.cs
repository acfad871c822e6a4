using System.ComponentModel;
using Aggregator.Model.Stories;
using Aggregator.Service.Doors;
using Aggregator.Service.Retention;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>Pinning stories, so that they are the last to be dropped.</summary>
public static class PinsApi
{
    private static readonly string NeedsKey = $"Answers the story. {DoorSigns.NeedsKey}";

    /// <summary>Maps /api/stories/{id}/pin.</summary>
    public static IEndpointRouteBuilder MapPins(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/stories/{id}/pin").RequireKey().WithTags("Retention");
        group.MapPut("", ([Description("The story's id.")] string id, Pins pins, CancellationToken token) => SetAsync(id, pinned: true, pins, token))
            .WithName("pinStory").WithSummary("Pin a story: no limit of age, number, feed or topic ends it, and want of room only when nothing else is left")
            .WithDescription($"Refused (409) while pinned stories take three quarters of Storage:MaxMegabytes. {NeedsKey}");
        group.MapDelete("", ([Description("The story's id.")] string id, Pins pins, CancellationToken token) => SetAsync(id, pinned: false, pins, token))
            .WithName("unpinStory").WithSummary("Take a story's pin away: it goes like any other again").WithDescription(NeedsKey);
        return routes;
    }

    private static async Task<Results<Ok<StoryAnswer>, ProblemHttpResult>> SetAsync(string id, bool pinned, Pins pins, CancellationToken cancellationToken) =>
        !StoryId.TryParse(id, out var story) || await pins.SetAsync(story, pinned, cancellationToken) is not { } outcome
            ? Problems.NotFound("There is no story with this id.")
            : outcome.Refused is { } refused
            ? TypedResults.Problem(refused, statusCode: StatusCodes.Status409Conflict, title: "This story cannot be pinned")
            : TypedResults.Ok(StoryAnswer.Of(outcome.Story, whole: true));
}
