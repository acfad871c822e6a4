using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Web;

/// <summary>Serves the pages for people and what they need: no script, nothing from elsewhere.</summary>
public static class PagesEndpoints
{
    /// <summary>Maps /, /sources, the page of each scope that has a feed, /stories/{id}, /style.css, /copy.js and /icon.svg.</summary>
    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapDocument("/", (StoryPages pages, string? q, HttpContext http) =>
            pages.ShowAsync(MergedFeedScope.Everything, q, Caller.Of(http), BasePath.Of(http), http.RequestAborted)).ExcludeFromDescription();
        routes.MapDocument("/sources", ShowSourcesAsync).ExcludeFromDescription();
        foreach (var scopes in MergedFeedScopes.Routes)
        {
            routes.MapDocument($"/{scopes.Folder}/{{name}}", (string name, string? q, StoryPages pages, MergedFeedScopes known, HttpContext http) =>
            {
                var found = scopes.Find(known, name);
                return found.Scope is { } scope ? pages.ShowAsync(scope, q, Caller.Of(http), BasePath.Of(http), http.RequestAborted) : Task.FromResult(found.Problem!);
            }).ExcludeFromDescription();
        }

        routes.MapDocument("/stories/{id}", ShowStoryAsync).ExcludeFromDescription();
        routes.MapDocument("/style.css", () => Resource("style.css", "text/css; charset=utf-8")).IsOpen().ExcludeFromDescription();
        routes.MapDocument("/copy.js", () => Resource("copy.js", "text/javascript; charset=utf-8")).IsOpen().ExcludeFromDescription();
        routes.MapDocument("/icon.svg", () => Resource("icon.svg", "image/svg+xml")).IsOpen().ExcludeFromDescription();
        return routes;
    }

    /// <summary>It differs by who asks, so nobody but who asked may keep it.</summary>
    private static async Task<IResult> ShowSourcesAsync(string? sort, int? page, FeedCatalog catalog, IStoryStore store, TimeProvider clock, HttpContext http)
    {
        if (SourceOrder.Find(sort) is not { } order)
        {
            return Problems.BadQuestion(new QuestionError("sort", $"there is no order \"{sort}\"", [.. SourceOrder.All.Select(known => known.Name)]));
        }

        var feeds = await FeedAnswers.ListAsync(catalog, store, Caller.IsOperator(http), clock.GetUtcNow(), http.RequestAborted);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Content(SourcesPage.Render(feeds, order, page ?? 1, BasePath.Of(http), clock.GetUtcNow()).Text, "text/html; charset=utf-8");
    }

    private static async Task<IResult> ShowStoryAsync(string id, IStoryStore store, ClusterReader clusters, HttpContext http, CancellationToken cancellationToken)
    {
        if (!StoryId.TryParse(id, out var story) || await store.FindStoryAsync(story, cancellationToken) is not { } found)
        {
            return Problems.NotFound("There is no story with this id.");
        }

        var cluster = await clusters.GatherAsync(found.Cluster, MutedStories.LeftOut, cancellationToken) ?? new StoryCluster([found]);
        var versions = VersionsAnswer.Of(found, await store.ListVersionsAsync(story, cancellationToken));
        return TypedResults.Content(ReasonsPage.Render(found, cluster, versions, BasePath.Of(http)).Text, "text/html; charset=utf-8");
    }

    private static FileStreamHttpResult Resource(string name, string mediaType) =>
        TypedResults.Stream(typeof(PagesEndpoints).Assembly.GetManifestResourceStream($"Aggregator.Service.Web.{name}")!, mediaType);
}
