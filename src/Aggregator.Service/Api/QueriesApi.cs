using System.ComponentModel;
using Aggregator.Model.Text;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A query that has a name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Query">The query.</param>
/// <param name="Configured">Whether the configuration names it.</param>
/// <param name="Feed">The path of its feed; .rss, .json and .rdf are there too.</param>
/// <param name="Private">Whether nobody without a key is told of it.</param>
public sealed record SavedQueryAnswer(string Name, string Query, bool Configured, string Feed, bool Private)
{
    internal static SavedQueryAnswer Of(SavedQuery query, HttpContext http) => new(query.Name, query.Text, query.IsConfigured, $"{BasePath.Of(http)}/feeds/{Slug.Of(query.Name)}.atom", query.IsPrivate);
}

/// <summary>The queries that have a name.</summary>
/// <param name="Queries">Those of the configuration first.</param>
public sealed record SavedQueriesAnswer(IReadOnlyList<SavedQueryAnswer> Queries);

/// <summary>A query to be saved.</summary>
/// <param name="Query">The query.</param>
/// <param name="Private">Whether nobody without a key is told of it. Null: as before; a new one is not private.</param>
public sealed record SavedQueryWish(string? Query, bool? Private = null);

/// <summary>Queries with names, and so with feeds of lasting addresses.</summary>
public static class QueriesApi
{

    /// <summary>Maps /api/queries.</summary>
    public static IEndpointRouteBuilder MapQueries(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/queries").WithTags("Saved queries");
        group.MapGet("", (SavedQueries queries, HttpContext http) => TypedResults.Ok(new SavedQueriesAnswer([.. queries.All.Where(query => !query.IsPrivate || Caller.Of(http).Opens(Door.PlaceOf(query.Name))).Select(query => SavedQueryAnswer.Of(query, http))])))
            .WithName("listQueries").WithSummary("The queries that have a name").WithDescription("Each has a feed of a lasting address. Those that are private are told to who shows a key that opens them.");
        group.MapPut("/{name}", Save).RequireKey().WithName("saveQuery").WithSummary("Save a query under a name").WithDescription(DoorSigns.NeedsKey);
        group.MapDelete("/{name}", Remove).RequireKey().WithName("removeQuery").WithSummary("Forget a saved query; its feed ends").WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    private static Results<Ok<SavedQueryAnswer>, ProblemHttpResult> Save([Description("Its name.")] string name, SavedQueryWish wish, SavedQueries queries, HttpContext http) =>
        queries.Save(name, wish.Query ?? "", wish.Private) is { } fault ? Problems.BadQuestion(fault) : TypedResults.Ok(SavedQueryAnswer.Of(queries.Find(name)!, http));

    private static Results<Ok<SavedQueryAnswer>, ProblemHttpResult> Remove([Description("Its name.")] string name, SavedQueries queries, HttpContext http)
    {
        var known = queries.Find(name);
        return known is not null && queries.Remove(name)
            ? TypedResults.Ok(SavedQueryAnswer.Of(known, http))
            : Problems.NotFound(known is null ? $"No saved query is called \"{name}\"." : $"{SavedQueries.Section}:{known.Name} is in the configuration; take it out there.", NearNames.Of(name, queries.All.Select(query => Slug.Of(query.Name))));
    }
}
