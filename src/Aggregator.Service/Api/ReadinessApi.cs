using Aggregator.Service.Doors;
using Aggregator.Service.Watching;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>How the service stands, as a probe is told.</summary>
/// <param name="Ready">Whether stories can be read and stored, and polling goes on.</param>
/// <param name="Reasons">Why not. Empty: it is.</param>
public sealed record ReadinessAnswer(bool Ready, IReadOnlyList<string> Reasons);

/// <summary>Whether the service does what it is there for.</summary>
public static class ReadinessApi
{
    /// <summary>
    /// Maps /readyz: 200 while the store answers and stores, and polling goes on; else 503 with the reasons. Anybody may ask, as probes do, and is told nothing of feeds, paths
    /// or keys; the operator is told more.
    /// </summary>
    public static IEndpointRouteBuilder MapReadiness(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/readyz", [HttpMethods.Get, HttpMethods.Head], AnswerAsync).IsOpen().ExcludeFromDescription();
        return routes;
    }

    private static async Task<JsonHttpResult<ReadinessAnswer>> AnswerAsync(ServiceHealth health, HttpContext http)
    {
        var report = await health.JudgeAsync(http.RequestAborted);
        var toOperator = Caller.IsOperator(http);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new ReadinessAnswer(report.IsReady, [.. report.Findings.Select(finding => toOperator ? finding.Sentence : finding.Reason)]),
            statusCode: report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
