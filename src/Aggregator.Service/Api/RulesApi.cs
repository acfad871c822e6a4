using Aggregator.Content.Rules;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Rules;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A wish to test or try rules.</summary>
/// <param name="Rules">The text of a file of rules.</param>
/// <param name="FileName">What to call it in problems. Null: "rules.json".</param>
/// <param name="Since">For a trial, how far back to look: a date, an instant or a time span. Null: at all stories.</param>
public sealed record RulesWish(string? Rules, string? FileName, string? Since);

/// <summary>The operator's rules: what is in force, whether a text would do, and what it would do to what is stored.</summary>
public static class RulesApi
{

    /// <summary>Maps /api/rules.</summary>
    public static IEndpointRouteBuilder MapRules(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/rules").WithTags("Rules");
        group.MapGet("", ListAsync).RequireKey()
            .WithName("listRules").WithSummary("The rules in force, with how many stories each did something to").WithDescription(DoorSigns.NeedsKey);
        group.MapPost("/test", Test).RequireKey()
            .WithName("testRules").WithSummary("Read rules and run their examples").WithDescription(DoorSigns.NeedsKey);
        group.MapPost("/try", TryAsync).RequireKey()
            .WithName("tryRules").WithSummary("What rules would do to the stored stories; nothing is changed").WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    private static async Task<Ok<RulesAnswer>> ListAsync(RulesInForce inForce, RulesFile file, IStoryStore store, HttpContext http, CancellationToken cancellationToken)
    {
        var counts = await store.CountAsync(cancellationToken);
        var rules = inForce.Rules.Rules.Select(rule => new RuleAnswer(
            rule.Name,
            rule.When,
            rule.Effects,
            rule.Examples,
            (rule.Drops ? counts.DroppedByRule : counts.ByRule).GetValueOrDefault(Slug.Of(rule.Name))));
        var feeds = inForce.Rules.SavedFeeds.Select(name => new SavedFeedListing(
            name, Slug.Of(name), counts.BySavedFeed.GetValueOrDefault(Slug.Of(name)), $"{BasePath.Of(http)}/feeds/{Slug.Of(name)}/feed.atom"));
        return TypedResults.Ok(new RulesAnswer([.. rules], [.. feeds], file.Path, inForce.BrokenBecause, [.. inForce.Warnings.Select(warning => warning.ToString())]));
    }

    private static Results<Ok<RulesTestAnswer>, ProblemHttpResult> Test(RulesWish wish, RulesFile file)
    {
        var result = Parse(wish, file);
        return result.Problems.Count > 0 ? Refused(result) : TypedResults.Ok(RulesTestAnswer.Of(result));
    }

    private static async Task<Results<Ok<RulesTrialAnswer>, ProblemHttpResult>> TryAsync(
        RulesWish wish, RulesFile file, RuleTrial trial, TimeProvider clock, CancellationToken cancellationToken)
    {
        DateTimeOffset? since = null;
        if (wish.Since is not null && (since = TimeExpression.Read(wish.Since, clock.GetUtcNow())) is null)
        {
            return Problems.BadQuestion(new QuestionError("since", $"\"{wish.Since}\" is no time", TimeExpression.Examples));
        }

        var result = Parse(wish, file);
        if (result.Problems.Count > 0)
        {
            return Refused(result);
        }

        var outcome = await trial.RunAsync(result.Rules, since, cancellationToken);
        return TypedResults.Ok(new RulesTrialAnswer(outcome.Stories, since, outcome.Lines, [.. result.Warnings.Select(warning => warning.ToString())]));
    }

    private static RuleFileResult Parse(RulesWish wish, RulesFile file) => file.Parse(wish.Rules ?? "", wish.FileName ?? "rules.json");

    private static ProblemHttpResult Refused(RuleFileResult result) => TypedResults.Problem(
        string.Join(Environment.NewLine, result.Problems),
        statusCode: StatusCodes.Status400BadRequest,
        title: "These rules cannot be used",
        extensions: new Dictionary<string, object?> { ["problems"] = result.Problems });
}

/// <summary>The rules in force.</summary>
/// <param name="Rules">In the order of the file.</param>
/// <param name="SavedFeeds">The saved feeds they fill.</param>
/// <param name="File">The file.</param>
/// <param name="FileError">Why its last edit is not in force. Null: it is.</param>
/// <param name="Warnings">What is doubtful in it.</param>
public sealed record RulesAnswer(
    IReadOnlyList<RuleAnswer> Rules, IReadOnlyList<SavedFeedListing> SavedFeeds, string File, string? FileError, IReadOnlyList<string> Warnings);

/// <summary>A rule in force.</summary>
/// <param name="Name">Its name.</param>
/// <param name="When">The query it goes by.</param>
/// <param name="Effects">What it does.</param>
/// <param name="Examples">How many examples it is tested with.</param>
/// <param name="Stories">How many stored stories it did something to; where it drops, how many it kept from being stored.</param>
public sealed record RuleAnswer(string Name, string When, IReadOnlyList<RuleEffect> Effects, int Examples, long Stories);

/// <summary>A saved feed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Slug">Its name in addresses.</param>
/// <param name="Stories">Stories in it.</param>
/// <param name="Feed">Its merged feed.</param>
public sealed record SavedFeedListing(string Name, string Slug, long Stories, string Feed);

/// <summary>Rules that can be used, and whose examples come out right.</summary>
/// <param name="Rules">How many.</param>
/// <param name="Examples">How many examples.</param>
/// <param name="Warnings">What is doubtful.</param>
public sealed record RulesTestAnswer(int Rules, int Examples, IReadOnlyList<string> Warnings)
{
    /// <summary>The answer for a file without problems.</summary>
    public static RulesTestAnswer Of(RuleFileResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var rules = result.Rules.Rules;
        return new RulesTestAnswer(rules.Count, rules.Sum(rule => rule.Examples), [.. result.Warnings.Select(warning => warning.ToString())]);
    }
}

/// <summary>What rules would do to the stored stories.</summary>
/// <param name="Stories">Stories looked at.</param>
/// <param name="Since">Not older than this. Null: all.</param>
/// <param name="Lines">A line for each thing that a rule does.</param>
/// <param name="Warnings">What is doubtful in the rules.</param>
public sealed record RulesTrialAnswer(long Stories, DateTimeOffset? Since, IReadOnlyList<RuleTrialLine> Lines, IReadOnlyList<string> Warnings);
