using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Service.Backup;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace Aggregator.Service.Api;

/// <summary>A backup of everything, and back, while the service runs.</summary>
public static class BackupApi
{
    /// <summary>Maps /api/backup and /api/restore.</summary>
    public static IEndpointRouteBuilder MapBackup(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/backup", WriteAsync).RequireKey(isRecorded: true).WithTags("Service").WithName("backup")
            .WithSummary("A backup as of now, streamed: stories, feeds.json, topics, rules, saved queries, settings and secrets in one tar.gz")
            .WithDescription($"Polling and answering go on meanwhile. Its last file, {BackupContent.Checksums}, tells whether it is whole. {DoorSigns.NeedsKey}")
            .Produces(StatusCodes.Status200OK, contentType: "application/gzip").ProducesProblem(StatusCodes.Status409Conflict);
        // The last of these is what curl says of any file.
        routes.MapPost("/api/restore", RestoreAsync).RequireKey().WithMetadata(new DisableRequestSizeLimitAttribute()).WithTags("Service").WithName("restore")
            .WithSummary("Puts a backup, sent as the body, in place of what is stored, while the service runs")
            .WithDescription($"It is checked before anything is changed; what was stored is moved into a folder of its own. With settings=true feeds.json, topics, rules, saved queries, settings and secrets are replaced too; notWritten names those that could not be, and why: the stories are in place all the same. {DoorSigns.NeedsKey}")
            .Accepts<Stream>("application/gzip", "application/octet-stream", "application/x-www-form-urlencoded").Produces<RestoredBackup>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        return routes;
    }

    private static async Task<IResult> RestoreAsync(LiveRestore restore, ServicePaths paths, HttpContext context, bool settings = false)
    {
        var received = Path.Combine(paths.DataFolder, $".received-{Guid.NewGuid():n}.tar.gz");
        try
        {
            await using (var file = new FileStream(received, PrivateFiles.New()))
            {
                await context.Request.Body.CopyToAsync(file, context.RequestAborted);
            }

            return TypedResults.Ok(await restore.RestoreAsync(received, settings, context.RequestAborted));
        }
        catch (StartException fault)
        {
            return TypedResults.Problem(fault.Message.Replace(received, "What was sent", StringComparison.Ordinal), statusCode: StatusCodes.Status400BadRequest, title: "This backup cannot be used");
        }
        catch (Exception fault) when (fault is NotSupportedException or InvalidOperationException)
        {
            return TypedResults.Problem(fault.Message, statusCode: StatusCodes.Status409Conflict, title: "No backup can be restored now");
        }
        finally
        {
            File.Delete(received);
        }
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
