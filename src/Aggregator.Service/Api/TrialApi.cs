using System.Text;
using Aggregator.Model.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Search;
using Aggregator.Service.Topics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Aggregator.Service.Api;

/// <summary>A wish to see what a definition file would change.</summary>
/// <param name="Definitions">The file's text, as topics.json has it.</param>
/// <param name="FileName">What to call it where its mistakes are told. Null: "definitions".</param>
/// <param name="Since">Only stories of this time or later: 2026-11-24, 24h, 30d. Null: all.</param>
/// <param name="Sample">Titles of each kind of change, 0 to 100. Null: 5.</param>
public sealed record TrialWish(string? Definitions, string? FileName, string? Since, int? Sample);

/// <summary>What a definition file would change of stored history.</summary>
/// <param name="Stories">Stories looked at.</param>
/// <param name="Changed">Stories that would carry other topics or entities.</param>
/// <param name="Topics">Every topic that one of them has or would have.</param>
/// <param name="Entities">The same for entities.</param>
public sealed record TrialAnswer(long Stories, long Changed, IReadOnlyList<TrialChange> Topics, IReadOnlyList<TrialChange> Entities);

/// <summary>Definitions tried on stored history.</summary>
public static class TrialApi
{
    private const int DefaultSample = 5;
    private const int LargestSample = 100;

    /// <summary>Maps /api/topics/try. It reads all that is stored, so it needs the key.</summary>
    public static IEndpointRouteBuilder MapTrials(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/topics/try", TryAsync).RequireKey()
            .WithMetadata(new RequestSizeLimitAttribute(2 * TopicsFile.MaxBytes))
            .WithTags("Topics").WithName("tryTopics")
            .WithSummary("What a definition file would add to and take from stored stories, beside the definitions in force; changes nothing")
            .WithDescription($"{DoorSigns.NeedsKey} Answers when all stories are walked.");
        return routes;
    }

    private static async Task<Results<Ok<TrialAnswer>, ProblemHttpResult>> TryAsync(
        TrialWish wish, TrialRunner runner, TimeProvider clock, CancellationToken cancellationToken)
    {
        DateTimeOffset? since = null;
        if (wish.Since is not null && (since = TimeExpression.Read(wish.Since, clock.GetUtcNow())) is null)
        {
            return Problems.BadQuestion(new QuestionError("since", $"\"{wish.Since}\" is no time", TimeExpression.Examples));
        }

        if (wish.Sample is < 0 or > LargestSample)
        {
            return Problems.BadQuestion(new QuestionError("sample", $"expected a number from 0 to {LargestSample}", []));
        }

        var (definitions, problems) = TopicDefinitions.Parse(Encoding.UTF8.GetBytes(wish.Definitions ?? ""), wish.FileName ?? "definitions");
        if (definitions is null)
        {
            return TypedResults.Problem(string.Join('\n', problems), statusCode: StatusCodes.Status400BadRequest, title: "These definitions cannot be used");
        }

        return await runner.RunAsync(definitions, since, wish.Sample ?? DefaultSample, cancellationToken) is { } trial
            ? TypedResults.Ok(new TrialAnswer(trial.Stories, trial.Changed, trial.Topics, trial.Entities))
            : TypedResults.Problem("Other definitions are being tried at the moment. Try again when that is done.", statusCode: StatusCodes.Status409Conflict);
    }
}
