using System.Security.Cryptography;
using System.Text;
using Aggregator.Model.Feeds;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A wish to poll now.</summary>
/// <param name="Sources">Feed ids, addresses, hosts or names. Null: no feed is hastened, only what is due is polled.</param>
/// <param name="All">Every enabled feed.</param>
public sealed record PollWish(IReadOnlyList<string>? Sources, bool All);

/// <summary>What a wish to poll led to.</summary>
/// <param name="Queued">Feeds queued for polling.</param>
/// <param name="TooSoon">Feeds left alone because they were polled a moment ago.</param>
public sealed record PollAnswer(int Queued, int TooSoon);

/// <summary>Polling on demand, and how far the pollers are.</summary>
public static class PollApi
{
    /// <summary>Maps /api/poll.</summary>
    public static IEndpointRouteBuilder MapPoll(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/poll").WithTags("Polling");
        group.MapGet("", (PollProgress progress) => TypedResults.Ok(progress.Snapshot()))
            .WithName("getPollProgress").WithSummary("What the pollers have done since the service began");
        group.MapPost("", PollAsync).AddEndpointFilter(RequireKeyAsync)
            .WithName("poll").WithSummary("Poll what is due now, or the feeds named").WithDescription($"Needs the service's key in the header {ServiceEndpoint.KeyHeader}.");
        return routes;
    }

    private static async Task<Results<Accepted<PollAnswer>, ProblemHttpResult>> PollAsync(
        PollWish wish, DueFeeds queue, FeedCatalog catalog, CancellationToken cancellationToken)
    {
        var refreshed = new RefreshOutcome(0, 0);
        if (wish.All || wish.Sources is { Count: > 0 })
        {
            var feeds = new List<FeedId>();
            foreach (var source in wish.Sources ?? [])
            {
                var resolved = catalog.ResolveSource(source);
                if (resolved.Feeds.Count == 0)
                {
                    return Problems.BadQuestion(new QuestionError("sources", $"there is no feed \"{source}\"", resolved.Near));
                }

                feeds.AddRange(resolved.Feeds);
            }

            refreshed = await queue.RefreshAsync(wish.All ? null : feeds, cancellationToken);
        }

        var queued = await queue.EnqueueDueAsync(cancellationToken);
        return TypedResults.Accepted("/api/poll", new PollAnswer(queued, refreshed.TooSoon));
    }

    private static async ValueTask<object?> RequireKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var key = context.HttpContext.RequestServices.GetRequiredService<ServiceKey>();
        var given = Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers[ServiceEndpoint.KeyHeader].ToString());
        return CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(key.Value))
            ? await next(context)
            : TypedResults.Problem($"This needs the service's key in the header {ServiceEndpoint.KeyHeader}.", statusCode: StatusCodes.Status401Unauthorized);
    }
}
