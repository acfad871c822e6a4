using System.ComponentModel;
using Aggregator.Model.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Retention;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A wish to know what other settings would drop.</summary>
/// <param name="Settings">The settings, by their names ("Storage:MaxAge": "30.00:00:00"). An empty value takes a limit away.</param>
public sealed record PreviewWish(IReadOnlyDictionary<string, string?>? Settings);

/// <summary>What is kept, and what goes first.</summary>
public static class RetentionApi
{
    private const int MostNext = 500;
    private const int NextByDefault = 20;

    /// <summary>Maps /api/retention and /api/retention/preview.</summary>
    public static IEndpointRouteBuilder MapRetention(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/retention").WithTags("Retention");
        group.MapGet("", ShowAsync).WithName("showRetention").WithSummary("The limits of what is kept, how full each is, and the stories that go next")
            .WithDescription("Each limit with where it is said. Of stories, those first that are not to be kept any more, then those that go with the stories that come next, then those that become too old; each with the limit that ends it.");
        group.MapPost("/preview", PreviewAsync).RequireKey().WithName("previewRetention")
            .WithSummary("How many stories of which feeds and topics other settings would drop; nothing is changed")
            .WithDescription($"Goes through all that is stored. What a smaller Storage:MaxMegabytes would hold is reckoned from what the files take now. {DoorSigns.NeedsKey}");
        return routes;
    }

    private static async Task<Results<Ok<RetentionReport>, ProblemHttpResult>> ShowAsync(
        RetentionReporter reporter,
        TimeProvider clock,
        [Description("How many of the stories that go next, 0 to 500; 20 where not given.")] int? limit,
        [Description("Of those only stories that are not older than this: 2026-11-24, an instant, 24h, 7d.")] string? since,
        CancellationToken cancellationToken)
    {
        DateTimeOffset? from = null;
        if (!string.IsNullOrEmpty(since) && (from = TimeExpression.Read(since, clock.GetUtcNow())) is null)
        {
            return TypedResults.Problem($"since: \"{since}\" is no time. Try: 2026-11-24, 24h, 7d.", statusCode: StatusCodes.Status400BadRequest, title: "This question cannot be answered");
        }

        return TypedResults.Ok(await reporter.TellAsync(Math.Clamp(limit ?? NextByDefault, 0, MostNext), from, cancellationToken));
    }

    private static async Task<Results<Ok<RetentionPreviewResult>, ProblemHttpResult>> PreviewAsync(PreviewWish wish, RetentionPreview preview, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await preview.RunAsync(wish.Settings ?? new Dictionary<string, string?>(), cancellationToken));
        }
        catch (StartException fault)
        {
            return TypedResults.Problem(fault.Message, statusCode: StatusCodes.Status400BadRequest, title: "These settings cannot be used");
        }
    }
}
