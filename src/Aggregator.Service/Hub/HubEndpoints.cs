using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Doors;
using Microsoft.AspNetCore.Http.Features;

namespace Aggregator.Service.Hub;

/// <summary>
/// The door for hubs: /hub/{token} answers their questions (GET) and takes what they push (POST). Tells nothing to whoever does not know
/// a token, and answers 404 to all where there is no public address.
/// </summary>
public static class HubEndpoints
{
    /// <summary>Maps the two.</summary>
    public static IEndpointRouteBuilder MapHub(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/hub/{token}", VerifyAsync).IsOpen().ExcludeFromDescription();
        routes.MapPost("/hub/{token}", PushAsync).IsOpen().ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> VerifyAsync(string token, HttpContext http, HubSubscriptions subscriptions, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        string mode = query["hub.mode"].ToString(), topic = query["hub.topic"].ToString(), challenge = query["hub.challenge"].ToString();
        if (!subscriptions.IsOn)
        {
            return Results.NotFound();
        }

        if (mode == "denied")
        {
            return await subscriptions.DenyAsync(token, topic, query["hub.reason"].ToString(), cancellationToken) ? Results.Ok() : Results.NotFound();
        }

        TimeSpan? lease = int.TryParse(query["hub.lease_seconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
        return challenge.Length > 0 && mode is ("subscribe" or "unsubscribe")
            && await subscriptions.VerifyAsync(token, mode, topic, lease, cancellationToken)
                ? Results.Text(challenge, "text/plain")
                : Results.NotFound();
    }

    private static async Task<IResult> PushAsync(
        string token, HttpContext http, HubSubscriptions subscriptions, PendingPushes queue, IStoryStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        var subscription = subscriptions.IsOn ? await store.FindSubscriptionAsync(token, cancellationToken) : null;
        if (subscription is { State: HubState.Ending })
        {
            return Results.StatusCode(StatusCodes.Status410Gone); // WebSub section 7: the hub may end it
        }

        if (subscription is not { State: HubState.Active } || subscription.LeaseEnd <= clock.GetUtcNow())
        {
            return Results.NotFound();
        }

        if (!queue.MayPush(token))
        {
            return Busy(http, StatusCodes.Status429TooManyRequests);
        }

        if (await ReadAsync(http, cancellationToken) is not { } body)
        {
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        if (!PushSignature.IsGood(http.Request.Headers["X-Hub-Signature"], subscription.Secret, body))
        {
            // Answered like a good one: whoever sends it learns nothing (WebSub section 7.1).
            subscriptions.NoteForgery(subscription);
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }

        return queue.TryAdd(new PushedDocument(token, body, http.Request.ContentType))
            ? Results.StatusCode(StatusCodes.Status202Accepted)
            : Busy(http, StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The body of a request. Null: it is too large.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = PendingPushes.MaxBytes;
        }

        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, cancellationToken);
            return body.ToArray();
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private static IResult Busy(HttpContext http, int status)
    {
        http.Response.Headers.RetryAfter = "60";
        return Results.StatusCode(status);
    }
}
