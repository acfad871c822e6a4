using System.ComponentModel;
using Aggregator.Model.Push;
using Aggregator.Service.Doors;
using Aggregator.Service.Push;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>Somebody whom news are pushed to.</summary>
/// <param name="Id">What names it.</param>
/// <param name="Kind">webSub or webhook.</param>
/// <param name="Topic">The feed's address.</param>
/// <param name="Callback">Where to, without what may be a secret in its query.</param>
/// <param name="HasSecret">Whether what it gets is signed.</param>
/// <param name="LeaseEnd">When it ends if it is not renewed.</param>
/// <param name="Behind">Publications that it has not taken yet.</param>
/// <param name="LastDelivery">When it last took one.</param>
/// <param name="FailingSince">Since when it takes none.</param>
/// <param name="NextTry">When it is tried again.</param>
/// <param name="Error">What went wrong last.</param>
public sealed record SubscriberAnswer(
    string Id, SubscriberKind Kind, string Topic, string Callback, bool HasSecret, DateTimeOffset? LeaseEnd, long Behind, DateTimeOffset? LastDelivery, DateTimeOffset? FailingSince, DateTimeOffset? NextTry, string? Error);

/// <summary>What a webhook did not take in the end.</summary>
/// <param name="Id">What names it.</param>
/// <param name="Webhook">The webhook's id.</param>
/// <param name="Topic">The feed's address.</param>
/// <param name="Number">The number of the publication.</param>
/// <param name="Made">When there was something new.</param>
/// <param name="GivenUp">When it was given up.</param>
/// <param name="Reason">What went wrong last.</param>
/// <param name="Bytes">How large it is.</param>
public sealed record DeadLetterAnswer(string Id, string Webhook, string Topic, long Number, DateTimeOffset Made, DateTimeOffset GivenUp, string Reason, int Bytes);

/// <summary>Whom news are pushed to, and what was given up.</summary>
/// <param name="Subscribers">Subscribers at the hub and webhooks.</param>
/// <param name="DeadLetters">The last given up first.</param>
public sealed record PushAnswer(IReadOnlyList<SubscriberAnswer> Subscribers, IReadOnlyList<DeadLetterAnswer> DeadLetters);

/// <summary>What became of trying a dead letter once more.</summary>
/// <param name="Id">The dead letter.</param>
/// <param name="Error">What went wrong. Null: it was taken, and is no dead letter any more.</param>
public sealed record RetryAnswer(string Id, string? Error);

/// <summary>Whom news are pushed to, for the operator.</summary>
public static class PushApi
{
    /// <summary>Maps /api/push.</summary>
    public static IEndpointRouteBuilder MapPush(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/push").WithTags("Push").RequireKey();
        group.MapGet("", List).WithName("listPush").WithSummary("Subscribers at the hub, webhooks, and what webhooks did not take").WithDescription(DoorSigns.NeedsKey);
        group.MapDelete("/subscribers/{id}", Remove).WithName("removeSubscriber").WithSummary("End a subscription at the hub").WithDescription(DoorSigns.NeedsKey);
        group.MapPost("/dead-letters/{id}/retry", RetryAsync).WithName("retryDeadLetter").WithSummary("Try once more to bring a dead letter to its webhook").WithDescription(DoorSigns.NeedsKey);
        group.MapDelete("/dead-letters/{id}", Forget).WithName("forgetDeadLetter").WithSummary("Forget a dead letter").WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    private static Ok<PushAnswer> List(PushBook book)
    {
        var last = book.Topics.ToDictionary(topic => topic.Topic, topic => topic.Last);
        var subscribers = book.Subscribers.OrderBy(subscriber => subscriber.Topic, StringComparer.Ordinal).ThenBy(subscriber => subscriber.Id, StringComparer.Ordinal).Select(subscriber => new SubscriberAnswer(
            subscriber.Id,
            subscriber.Kind,
            subscriber.Topic,
            subscriber.Callback.GetLeftPart(UriPartial.Path),
            subscriber.Secret is not null,
            subscriber.LeaseEnd,
            Math.Max(0, last.GetValueOrDefault(subscriber.Topic) - subscriber.Delivered),
            subscriber.LastDelivery,
            subscriber.FailingSince,
            subscriber.NextTry,
            subscriber.LastError));
        var dead = book.DeadLetters.Select(letter => new DeadLetterAnswer(
            letter.Id, letter.Subscriber, letter.Topic, letter.Number, letter.Made, letter.GivenUp, letter.Reason, letter.Bytes));
        return TypedResults.Ok(new PushAnswer([.. subscribers], [.. dead]));
    }

    private static Results<NoContent, ProblemHttpResult> Remove([Description("The subscriber's id.")] string id, PushBook book)
    {
        if (book.Find(id) is not { Kind: SubscriberKind.WebSub })
        {
            return Problems.NotFound("There is no subscriber at the hub with this id. A webhook is taken out of the configuration.");
        }

        book.Remove(id);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<RetryAnswer>, ProblemHttpResult>> RetryAsync([Description("The dead letter's id.")] string id, PushBook book, Deliverer deliverer, CancellationToken cancellationToken) =>
        book.FindDeadLetter(id) is { } letter
            ? TypedResults.Ok(new RetryAnswer(id, await deliverer.RetryAsync(letter, cancellationToken)))
            : NoLetter();

    private static Results<NoContent, ProblemHttpResult> Forget([Description("The dead letter's id.")] string id, PushBook book) =>
        book.ForgetDeadLetter(id) ? TypedResults.NoContent() : NoLetter();

    private static ProblemHttpResult NoLetter() => Problems.NotFound("There is no dead letter with this id.");
}
