using System.ComponentModel;
using System.Globalization;
using Aggregator.Model.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A key, without what is secret of it.</summary>
/// <param name="Id">What names it; the part of its text after "agg_".</param>
/// <param name="Name">What the operator calls it.</param>
/// <param name="Scope">read or change.</param>
/// <param name="Feeds">The only feeds it opens. Empty: all.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Expires">From when on it opens nothing. Null: it is good until it is revoked.</param>
/// <param name="LastUsed">The UTC day it was last used. Null: never.</param>
public sealed record KeyAnswer(string Id, string Name, KeyScope Scope, IReadOnlyList<string> Feeds, DateTimeOffset Made, DateTimeOffset? Expires, DateOnly? LastUsed)
{
    internal static KeyAnswer Of(ApiKey key) => new(key.Id, key.Name, key.Scope, key.Feeds, key.Made, key.Expires, key.LastUsed);
}

/// <summary>The keys there are.</summary>
/// <param name="Keys">The oldest first.</param>
public sealed record KeysAnswer(IReadOnlyList<KeyAnswer> Keys);

/// <summary>A key that was just made, with its text.</summary>
/// <param name="Text">The key itself. It is told here and never again.</param>
/// <param name="Key">What is known of it from now on.</param>
public sealed record NewKeyAnswer(string Text, KeyAnswer Key);

/// <summary>A wish for a key.</summary>
/// <param name="Name">What to call it, 1 to 60 characters.</param>
/// <param name="Scope">read or change.</param>
/// <param name="Feeds">Of a key for reading, the only feeds it is to open: names of saved queries, or places such as "topics/ai". Null or empty: all.</param>
/// <param name="Expires">2027-01-31, an instant, 90d or 12h. Null: never.</param>
public sealed record KeyWish(string? Name, KeyScope? Scope, IReadOnlyList<string>? Feeds, string? Expires);

/// <summary>The record of changes.</summary>
/// <param name="Entries">The oldest first.</param>
public sealed record AuditAnswer(IReadOnlyList<AuditEntry> Entries);

/// <summary>Keys for programs and readers, and the record of what was done with them.</summary>
public static class KeysApi
{
    private const int LongestName = 60, MostFeeds = 50, UsualEntries = 50, MostEntries = 10_000;

    /// <summary>Maps /api/keys and /api/audit.</summary>
    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/keys").WithTags("Keys").RequireKey();
        group.MapGet("", (ApiKeys keys) => TypedResults.Ok(new KeysAnswer([.. keys.All.Select(KeyAnswer.Of)])))
            .WithName("listKeys").WithSummary("The keys there are, without what is secret of them").WithDescription(DoorSigns.NeedsKey);
        group.MapPost("", Add).WithName("addKey").WithSummary("Make a key; its text is told in this answer and never again").WithDescription($"It counts from the next request on. {DoorSigns.NeedsKey}");
        group.MapPost("/{key}/replace", Replace).WithName("replaceKey").WithSummary("Give a key another text; the one before opens nothing from then on")
            .WithDescription($"Name, scope, feeds and end stay. {DoorSigns.NeedsKey}");
        group.MapDelete("/{key}", Revoke).WithName("revokeKey").WithSummary("Revoke a key: it opens nothing from then on").WithDescription($"Streams of events that it opened end. {DoorSigns.NeedsKey}");
        routes.MapGet("/api/audit", ReadAudit).RequireKey().WithTags("Keys").WithName("readAudit")
            .WithSummary("What was changed over HTTP, by which key and from where, and which keys were refused").WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    private static Results<Ok<NewKeyAnswer>, ProblemHttpResult> Add(KeyWish wish, ApiKeys keys, TimeProvider clock, HttpContext http)
    {
        var name = wish.Name?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name.Any(letter => char.IsControl(letter) || letter is '/' or '\\' or '%') || name != AuditLog.Plain(name))
        {
            return Problems.BadQuestion(new QuestionError("name", string.Create(CultureInfo.InvariantCulture, $"expected 1 to {LongestName} plain characters, without / \\ and %, that tell you whose key it is"), ["my reader", "deploy script"]));
        }

        if (wish.Scope is not { } scope)
        {
            return Problems.BadQuestion(new QuestionError("scope", "it is missing", ["read", "change"]));
        }

        List<string> feeds = [.. (wish.Feeds ?? []).OfType<string>().Select(Door.PlaceOf).Distinct()];
        if (feeds.Count > MostFeeds || (feeds.Count > 0 && scope == KeyScope.Change) || feeds.Exists(feed => !IsPlace(feed)))
        {
            return Problems.BadQuestion(new QuestionError("feeds", scope == KeyScope.Change ? "a key that may change things opens everything" : "expected names of saved queries, or places such as topics/ai, sources/theverge or categories/security", []));
        }

        DateTimeOffset? expires = null;
        if (wish.Expires is not null && (expires = ReadEnd(wish.Expires, clock.GetUtcNow())) is null)
        {
            return Problems.BadQuestion(new QuestionError("expires", $"\"{AuditLog.Plain(wish.Expires)}\" is no time to come", ["90d", "12h", "2027-01-31"]));
        }

        AuditLog.Tell(http, $"the key \"{name}\", {(scope == KeyScope.Change ? "for everything" : "for reading")}");
        return keys.Add(name, scope, feeds, expires) is var (key, text)
            ? TypedResults.Ok(Tell(http, key, text))
            : TypedResults.Problem(
                keys.All.Count >= ApiKeys.MostKeys ? string.Create(CultureInfo.InvariantCulture, $"There are {ApiKeys.MostKeys} keys already. Revoke some.") : $"A key is called \"{name}\" already. Replace it, or choose another name.",
                statusCode: StatusCodes.Status409Conflict);
    }

    private static Results<Ok<NewKeyAnswer>, ProblemHttpResult> Replace([Description("The key's name or id.")] string key, ApiKeys keys, HttpContext http) =>
        keys.Replace(key) is var (replaced, text) ? TypedResults.Ok(Tell(http, replaced, text)) : NoKey(key, keys);

    private static Results<Ok<KeyAnswer>, ProblemHttpResult> Revoke([Description("The key's name or id.")] string key, ApiKeys keys) =>
        keys.Revoke(key) is { } revoked ? TypedResults.Ok(KeyAnswer.Of(revoked)) : NoKey(key, keys);

    private static Results<Ok<AuditAnswer>, ProblemHttpResult> ReadAudit(AuditLog audit, [Description("How many of the last, 1 to 10,000; 50 where not given.")] int? limit) =>
        limit is < 1 or > MostEntries
            ? Problems.BadQuestion(new QuestionError("limit", string.Create(CultureInfo.InvariantCulture, $"expected 1 to {MostEntries}"), ["50"]))
            : TypedResults.Ok(new AuditAnswer(audit.ReadLast(limit ?? UsualEntries)));

    private static NewKeyAnswer Tell(HttpContext http, ApiKey key, string text)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new NewKeyAnswer(text, KeyAnswer.Of(key));
    }

    private static bool IsPlace(string place) => place.Split('/') is ["feeds" or "topics" or "sources" or "categories", { Length: > 0 }];

    private static ProblemHttpResult NoKey(string key, ApiKeys keys) => Problems.NotFound($"There is no key \"{AuditLog.Plain(key)}\".", NearNames.Of(key, keys.All.Select(known => known.Name)));

    /// <summary>The end of a key: a time to come, or a span from now. Null: it is neither.</summary>
    private static DateTimeOffset? ReadEnd(string text, DateTimeOffset now)
    {
        text = text.Trim();
        var end = text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 10_000 && text[^1] is 'h' or 'd'
            ? now + (text[^1] == 'h' ? TimeSpan.FromHours(count) : TimeSpan.FromDays(count))
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var named) ? named : (DateTimeOffset?)null;
        return end > now ? DateTimeOffset.FromUnixTimeSeconds(end.Value.ToUnixTimeSeconds()) : null;
    }
}
