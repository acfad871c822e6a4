using System.Globalization;
using System.Text;
using Aggregator.Model.Push;
using Aggregator.Model.Text;
using Aggregator.Service.Api;
using Aggregator.Service.Doors;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Aggregator.Service.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>
/// Our hub (W3C WebSub): POST /hub subscribes to a merged feed and unsubscribes. What is asked for is answered with 202 and done once the subscriber has said that it
/// meant it; what cannot be is refused at once, in words.
/// </summary>
public static class HubDoor
{
    /// <summary>The most bytes of a secret (section 5.1).</summary>
    private const int LongestSecret = 200;

    private const int LongestAddress = 2_000;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromMinutes(5), UsualLease = TimeSpan.FromDays(10), LongestLease = TimeSpan.FromDays(30);

    /// <summary>Maps the hub.</summary>
    public static IEndpointRouteBuilder MapHubDoor(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(MergedFeedComposer.HubPath, SubscribeAsync).DisableAntiforgery().IsReading().WithTags("Push").WithName("hub").WithSummary("Subscribe to a merged feed by WebSub, or unsubscribe")
            .WithDescription("A form with hub.mode (subscribe or unsubscribe), hub.topic (the address of a merged feed, as its self link has it), hub.callback, and if wanted hub.lease_seconds (300 to 2,592,000; 864,000 where not given) and hub.secret (less than 200 bytes). Answered with 202; the callback is then asked whether it meant it. What is new is pushed as a feed that holds the new entries only. Feeds that need a key are not pushed.");
        return routes;
    }

    private static async Task<IResult> SubscribeAsync(
        HttpContext http, PushBook book, Verifications verifications, TopicAddress topics, AddressGuard guard, MergedFeedComposer composer, IOptions<PushOptions> options, CancellationToken cancellationToken)
    {
        if (http.Request.Headers.Origin.Count > 0)
        {
            // A page in somebody's browser must not have the news of a service told that only this person reaches.
            return TypedResults.Problem("Pages in browsers cannot subscribe here; /events is for them.", statusCode: StatusCodes.Status403Forbidden);
        }

        if (!http.Request.HasFormContentType)
        {
            return Refused("hub.mode", "it is expected with hub.topic and hub.callback in a form (application/x-www-form-urlencoded)");
        }

        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(cancellationToken);
        }
        catch (InvalidDataException broken)
        {
            return Refused("hub.mode", $"the form cannot be read: {broken.Message.TrimEnd('.')}");
        }

        string mode = form["hub.mode"].ToString(), topic = form["hub.topic"].ToString(), callback = form["hub.callback"].ToString(), secret = form["hub.secret"].ToString();
        if (mode is not ("subscribe" or "unsubscribe"))
        {
            return Refused("hub.mode", "expected subscribe or unsubscribe; this hub is told of news by nobody but its own service");
        }

        if (!Uri.TryCreate(callback, UriKind.Absolute, out var address) || address.Fragment.Length > 0 || callback.Length > LongestAddress)
        {
            return Refused("hub.callback", "expected a web address");
        }

        if (guard.FindFault(address) is { } fault)
        {
            return Refused("hub.callback", fault);
        }

        if (Encoding.UTF8.GetByteCount(secret) >= LongestSecret)
        {
            return Refused("hub.secret", string.Create(CultureInfo.InvariantCulture, $"expected less than {LongestSecret} bytes"));
        }

        if (topic.Length > LongestAddress || !Uri.TryCreate(topic, UriKind.Absolute, out var named) || (named.Scheme != Uri.UriSchemeHttp && named.Scheme != Uri.UriSchemeHttps) || topics.Find(named) is not var (feed, home) || home != HomeAddress.Of(http) || !composer.IsPushed(feed.Scope))
        {
            return Refused("hub.topic", "expected the address of a merged feed of this service that needs no key, as its self link has it");
        }

        var subscriber = new Subscriber
        {
            Id = ContentHash.Of(12, feed.Path, home.AbsoluteUri, address.AbsoluteUri),
            Kind = SubscriberKind.WebSub,
            Topic = home.Below(feed.Path).AbsoluteUri,
            Callback = address,
            Secret = secret.Length > 0 ? secret : null,
        };
        var isKnown = book.Find(subscriber.Id) is not null;
        if (mode == "subscribe" && !isKnown && !HasRoom(subscriber, book, options.Value))
        {
            return Busy(http, StatusCodes.Status503ServiceUnavailable);
        }

        // Whoever sends us to a host in vain does not end what others there subscribed to.
        if (!isKnown && verifications.IsAtRest(address.IdnHost))
        {
            return Busy(http, StatusCodes.Status429TooManyRequests);
        }

        return verifications.TryAdd(new HubRequest(subscriber, topic, mode == "subscribe" ? LeaseOf(form["hub.lease_seconds"]) : null))
            ? TypedResults.StatusCode(StatusCodes.Status202Accepted)
            : Busy(http, StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Whether one more subscriber is within the limits.</summary>
    internal static bool HasRoom(Subscriber subscriber, PushBook book, PushOptions options)
    {
        var others = book.Subscribers;
        return others.Count < options.MostSubscribers
            && others.Count(other => other.Callback.IdnHost == subscriber.Callback.IdnHost) < options.MostSubscribersOfAHost
            && (book.FindTopic(subscriber.Topic) is not null
                || (book.Topics.Count < options.MostTopics && others.Where(other => other.Callback.IdnHost == subscriber.Callback.IdnHost).Select(other => other.Topic).Distinct().Count() < options.MostTopicsOfAHost));
    }

    private static TimeSpan LeaseOf(string? seconds)
    {
        var lease = double.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : UsualLease.TotalSeconds;
        return TimeSpan.FromSeconds(Math.Clamp(lease, ShortestLease.TotalSeconds, LongestLease.TotalSeconds));
    }

    private static ProblemHttpResult Refused(string parameter, string why) => Problems.BadQuestion(new QuestionError(parameter, why, []));

    private static StatusCodeHttpResult Busy(HttpContext http, int status)
    {
        http.Response.Headers.RetryAfter = "600";
        return TypedResults.StatusCode(status);
    }
}
