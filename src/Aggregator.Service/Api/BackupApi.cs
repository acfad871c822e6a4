using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Service.Backup;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Api;

/// <summary>A backup of everything, while the service runs.</summary>
public static class BackupApi
{
    /// <summary>Maps /api/backup.</summary>
    public static IEndpointRouteBuilder MapBackup(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/backup", WriteAsync).AddEndpointFilter(KeyFilter.RequireKeyAsync).WithTags("Service").WithName("backup")
            .WithSummary("A backup as of now, streamed: stories, feeds.json, topics, rules, settings and secrets in one tar.gz")
            .WithDescription($"Polling and answering go on meanwhile. Its last file, {BackupContent.Checksums}, tells whether it is whole. Needs the service's key in the header {ServiceKey.Header}.")
            .Produces(StatusCodes.Status200OK, contentType: "application/gzip").ProducesProblem(StatusCodes.Status409Conflict);
        return routes;
    }

    private static async Task WriteAsync(BackupWriter backup, TimeProvider clock, HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "application/gzip";
        response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"aggregator-{clock.GetUtcNow():yyyyMMdd-HHmmss}.tar.gz\"");
        try
        {
            await backup.WriteAsync(response.Body, context.RequestAborted);
        }
        catch (Exception fault) when (fault is NotSupportedException or InvalidOperationException && !response.HasStarted)
        {
            response.Clear();
            await TypedResults.Problem(fault.Message, statusCode: StatusCodes.Status409Conflict, title: "No backup can be made").ExecuteAsync(context);
        }
        catch (Exception fault) when (fault is StoreException or IOException && response.HasStarted)
        {
            // What was sent must not look like a whole answer.
            context.Abort();
        }
    }
}
