using System.ComponentModel;
using Aggregator.Model.Text;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>A query that has a name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Query">The query.</param>
/// <param name="Configured">Whether the configuration names it.</param>
/// <param name="Feed">The path of its feed; .rss, .json and .rdf are there too.</param>
public sealed record SavedQueryAnswer(string Name, string Query, bool Configured, string Feed)
{
    internal static SavedQueryAnswer Of(SavedQuery query, HttpContext http) => new(query.Name, query.Text, query.IsConfigured, $"{BasePath.Of(http)}/feeds/{Slug.Of(query.Name)}.atom");
}

/// <summary>The queries that have a name.</summary>
/// <param name="Queries">Those of the configuration first.</param>
public sealed record SavedQueriesAnswer(IReadOnlyList<SavedQueryAnswer> Queries);

/// <summary>A query to be saved.</summary>
/// <param name="Query">The query.</param>
public sealed record SavedQueryWish(string? Query);

/// <summary>Queries with names, and so with feeds of lasting addresses.</summary>
public static class QueriesApi
{
    private const string NeedsKey = $"Needs the service's key in the header {ServiceKey.Header}.";

    /// <summary>Maps /api/queries.</summary>
    public static IEndpointRouteBuilder MapQueries(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/queries").WithTags("Saved queries");
        group.MapGet("", (SavedQueries queries, HttpContext http) => TypedResults.Ok(new SavedQueriesAnswer([.. queries.All.Select(query => SavedQueryAnswer.Of(query, http))])))
            .WithName("listQueries").WithSummary("The queries that have a name").WithDescription("Each has a feed of a lasting address.");
        group.MapPut("/{name}", Save).AddEndpointFilter(KeyFilter.RequireKeyAsync).WithName("saveQuery").WithSummary("Save a query under a name").WithDescription(NeedsKey);
        group.MapDelete("/{name}", Remove).AddEndpointFilter(KeyFilter.RequireKeyAsync).WithName("removeQuery").WithSummary("Forget a saved query; its feed ends").WithDescription(NeedsKey);
        return routes;
    }

    private static Results<Ok<SavedQueryAnswer>, ProblemHttpResult> Save([Description("Its name.")] string name, SavedQueryWish wish, SavedQueries queries, HttpContext http) =>
        queries.Save(name, wish.Query ?? "") is { } fault ? Problems.BadQuestion(fault) : TypedResults.Ok(SavedQueryAnswer.Of(queries.Find(name)!, http));

    private static Results<Ok<SavedQueryAnswer>, ProblemHttpResult> Remove([Description("Its name.")] string name, SavedQueries queries, HttpContext http)
    {
        var known = queries.Find(name);
        return known is not null && queries.Remove(name)
            ? TypedResults.Ok(SavedQueryAnswer.Of(known, http))
            : Problems.NotFound(known is null ? $"No saved query is called \"{name}\"." : $"{SavedQueries.Section}:{known.Name} is in the configuration; take it out there.", NearNames.Of(name, queries.All.Select(query => Slug.Of(query.Name))));
    }
}
