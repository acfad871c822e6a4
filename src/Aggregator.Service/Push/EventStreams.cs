using System.ComponentModel;
using System.Text;
using Aggregator.Content.Publishing;
using Aggregator.Content.Publishing.Json;
using Aggregator.Service.Doors;
using Aggregator.Service.Web;
using Microsoft.AspNetCore.Mvc;

namespace Aggregator.Service.Push;

/// <summary>
/// What is new as server-sent events (WHATWG HTML, section 9.2), for browsers and scripts: /events and the same below each scope. Each event is an entry as an item of
/// JSON Feed; a stream that breaks off goes on where it was.
/// </summary>
public static class EventStreams
{
    private const string Told = "An event \"entry\" for each that is new or changed, with an item of JSON Feed as its data; of several at once the oldest first. A browser's EventSource comes back by itself and is told what it missed; what is told twice has the same id in its data.";

    /// <summary>Between two of these a proxy does not take the stream for dead.</summary>
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(15);

    private static readonly IFeedWriter Json = PublishedFormats.All.OfType<JsonFeedWriter>().Single();

    /// <summary>Maps the streams of every scope.</summary>
    public static IEndpointRouteBuilder MapEventStreams(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/events", ([AsParameters] EventQuestion question) => StreamAsync(null, "", question)).DisableRequestTimeout()
            .WithTags("Push").WithName("events").WithSummary("All that is new, as server-sent events").WithDescription(Told);
        foreach (var scopes in MergedFeedScopes.Routes)
        {
            routes.MapGet($"/{scopes.Folder}/{{name}}/events", (string name, [AsParameters] EventQuestion question) => StreamAsync(scopes, name, question)).DisableRequestTimeout()
                .WithTags("Push").WithName($"{scopes.Id}Events").WithSummary($"{scopes.Summary}, as server-sent events when they come").WithDescription(Told);
        }

        return routes;
    }

    private static async Task<IResult> StreamAsync(ScopeRoute? route, string name, EventQuestion question)
    {
        var http = question.Http;
        var found = question.Addresses.Find(route, name, Json, new FeedParameters(question.Q, question.Cluster, question.MinSources, null, question.Content, null, null));
        if (found.Feed is not { } feed)
        {
            return found.Problem!;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, question.Lifetime.ApplicationStopping, Caller.Of(http).Ended);
        using var stream = await question.Live.ListenAsync(feed, HomeAddress.Of(http), http.Request.Headers["Last-Event-ID"].ToString(), ending.Token);
        if (stream is null)
        {
            http.Response.Headers.RetryAfter = "60";
            return TypedResults.Problem("As many streams, or streams of different feeds, are open as this service allows (Push:MostStreams, Push:MostStreamedFeeds).", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            await WriteAsync(http.Response, stream, question.Clock, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }

        return TypedResults.Empty;
    }

    private static async Task WriteAsync(HttpResponse answer, LiveListener stream, TimeProvider clock, CancellationToken cancellationToken)
    {
        answer.ContentType = "text/event-stream";
        answer.Headers.CacheControl = "no-store";
        answer.Headers["X-Accel-Buffering"] = "no";
        await WriteAsync(answer, Encoding.UTF8.GetBytes($"retry: 3000\nid: {stream.Joined}\n\n"), cancellationToken);
        foreach (var told in stream.Missed)
        {
            await WriteAsync(answer, told, cancellationToken);
        }

        var waiting = stream.Coming.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                if (!await waiting.WaitAsync(BeatEvery, clock, cancellationToken))
                {
                    return;
                }
            }
            catch (TimeoutException)
            {
                await WriteAsync(answer, ":\n\n"u8.ToArray(), cancellationToken);
                continue;
            }

            while (stream.Coming.TryRead(out var told))
            {
                await WriteAsync(answer, told, cancellationToken);
            }

            waiting = stream.Coming.WaitToReadAsync(cancellationToken).AsTask();
        }
    }

    private static Task WriteAsync(HttpResponse answer, LiveEvent told, CancellationToken cancellationToken) =>
        WriteAsync(answer, [.. Encoding.UTF8.GetBytes($"id: {told.Id}\nevent: entry\ndata: "), .. told.Data.Span, .. "\n\n"u8], cancellationToken);

    private static async Task WriteAsync(HttpResponse answer, byte[] bytes, CancellationToken cancellationToken)
    {
        await answer.Body.WriteAsync(bytes, cancellationToken);
        await answer.Body.FlushAsync(cancellationToken);
    }

    /// <summary>What is asked of a stream, and who answers it.</summary>
    /// <param name="Q">A query: only the stories it finds.</param>
    /// <param name="Cluster">"off" for an entry for every story.</param>
    /// <param name="MinSources">Only what so many outlets report.</param>
    /// <param name="Content">How much of a story is told.</param>
    /// <param name="Http">The request.</param>
    /// <param name="Live">Knows what is new.</param>
    /// <param name="Addresses">Knows what there are feeds of.</param>
    /// <param name="Lifetime">Tells when the service stops.</param>
    /// <param name="Clock">The time.</param>
    internal sealed record EventQuestion(
        [property: FromQuery(Name = "q"), Description("A query, for example: topic:ai topic:ip-theft -topic:crypto")] string? Q,
        [property: FromQuery(Name = "cluster"), Description("\"off\" for an entry for every story.")] string? Cluster,
        [property: FromQuery(Name = "min_sources"), Description("Only what so many outlets report.")] string? MinSources,
        [property: FromQuery(Name = "content"), Description("\"full\", \"summary\" or \"title\": how much of a story is told. More than the operator allows is not.")] string? Content,
        HttpContext Http,
        LiveFeeds Live,
        MergedFeedAddresses Addresses,
        IHostApplicationLifetime Lifetime,
        TimeProvider Clock);
}
