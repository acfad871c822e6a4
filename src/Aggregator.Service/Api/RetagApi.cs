using Aggregator.Model.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Aggregator.Service.Topics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A wish to tag history with the definitions in force.</summary>
/// <param name="Since">Only stories of this time or later: 2026-11-24, 24h, 30d. Null: all.</param>
public sealed record RetagWish(string? Since);

/// <summary>The tagging of history with the definitions in force.</summary>
public static class RetagApi
{
    /// <summary>Maps /api/topics/retag.</summary>
    public static IEndpointRouteBuilder MapRetagging(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/topics/retag").WithTags("Topics");
        group.MapGet("", Find).WithName("getRetagging").WithSummary("How far the tagging of history is")
            .WithDescription("404 where history was never asked to be tagged anew.");
        group.MapPost("", BeginAsync).RequireKey().WithName("retag")
            .WithSummary("Tag history with the definitions in force, in the background; in place of a run under way")
            .WithDescription(DoorSigns.NeedsKey);
        group.MapDelete("", Stop).RequireKey().WithName("stopRetagging")
            .WithSummary("Stop the tagging of history; what was tagged stays so")
            .WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    private static Results<Ok<RetagRun>, ProblemHttpResult> Find(HistoryRetagger retagger) => Answer(retagger.Run);

    private static Results<Ok<RetagRun>, ProblemHttpResult> Stop(HistoryRetagger retagger) => Answer(retagger.Stop());

    private static async Task<Results<Accepted<RetagRun>, ProblemHttpResult>> BeginAsync(
        RetagWish wish, HistoryRetagger retagger, TimeProvider clock, HttpContext http, CancellationToken cancellationToken)
    {
        DateTimeOffset? since = null;
        if (wish.Since is not null && (since = TimeExpression.Read(wish.Since, clock.GetUtcNow())) is null)
        {
            return Problems.BadQuestion(new QuestionError("since", $"\"{wish.Since}\" is no time", TimeExpression.Examples));
        }

        return TypedResults.Accepted($"{BasePath.Of(http)}/api/topics/retag", await retagger.BeginAsync(since, cancellationToken));
    }

    private static Results<Ok<RetagRun>, ProblemHttpResult> Answer(RetagRun? run) =>
        run is null ? Problems.NotFound("History was never asked to be tagged anew.") : TypedResults.Ok(run);
}
