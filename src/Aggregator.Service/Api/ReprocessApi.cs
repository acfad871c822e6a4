using Aggregator.Service.Archive;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Reprocessing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>Making stories again of the pages that were kept.</summary>
public static class ReprocessApi
{
    /// <summary>Maps /api/reprocess.</summary>
    public static IEndpointRouteBuilder MapReprocess(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/reprocess").WithTags("Service");
        group.MapGet("", Show).WithName("getReprocessing").WithSummary("How far the making again of stories is")
            .WithDescription("First the entries are read, then clusters are found; changed and moved count the stories that became others.");
        group.MapPost("", Begin).RequireKey().WithName("reprocess")
            .WithSummary("Make stories again of the pages and entries that were kept, and all clusters anew, in the background")
            .WithDescription($"Nothing is asked of the web. Pages are kept where Storage:PagesMegabytes says so. {DoorSigns.NeedsKey}");
        return routes;
    }

    /// <summary>What went wrong may name files of the operator's.</summary>
    private static Ok<ReprocessingState> Show(Reprocessor reprocessor, HttpContext http) => TypedResults.Ok(Caller.IsOperator(http) ? reprocessor.State : reprocessor.State with { Note = null });

    private static Results<Accepted<ReprocessingState>, ProblemHttpResult> Begin(Reprocessor reprocessor, PageArchive archive, IHostApplicationLifetime lifetime, HttpContext http)
    {
        if (!archive.IsOn)
        {
            return TypedResults.Problem(
                "No pages are kept: set Storage:PagesMegabytes to the megabytes they may take. What is polled from then on can be made again.",
                statusCode: StatusCodes.Status400BadRequest, title: "Stories cannot be made again");
        }

        reprocessor.Begin(lifetime.ApplicationStopping);
        return TypedResults.Accepted($"{BasePath.Of(http)}/api/reprocess", reprocessor.State);
    }
}
