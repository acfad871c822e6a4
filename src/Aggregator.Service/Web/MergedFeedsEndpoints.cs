using System.ComponentModel;
using System.Globalization;
using Aggregator.Content.Opml;
using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Web;

/// <summary>
/// Serves the merged feeds: /feed.atom, /feed.rss, /feed.json, /feed.rdf and the same below /topics/{topic}/, /feeds/{saved feed or query}/, /sources/{source}/ and
/// /categories/{category}/; of what is saved also as /feeds/{name}.atom.
/// </summary>
public static class MergedFeedsEndpoints
{
    private const int MaxAgeSeconds = 300;

    private const string Told = "The newest first, an event that several outlets report as one entry. Give the ETag back with If-None-Match: what did not change costs a 304.";

    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Maps every format of every scope.</summary>
    public static IEndpointRouteBuilder MapMergedFeeds(this IEndpointRouteBuilder routes)
    {
        foreach (var writer in PublishedFormats.All)
        {
            routes.MapMethods($"/feed.{writer.Extension}", Methods, ([AsParameters] FeedQuestion question) =>
                    AnswerAsync(MergedFeedScope.Everything, writer, question))
                .WithTags("Merged feeds").WithName($"allAs_{writer.Extension}").WithSummary($"All stories as {writer.MediaType}").WithDescription(Told);
            foreach (var scopes in MergedFeedScopes.Routes)
            {
                routes.MapMethods($"/{scopes.Folder}/{{name}}/feed.{writer.Extension}", Methods, (string name, [AsParameters] FeedQuestion question) => AnswerAsync(scopes, name, writer, question))
                    .WithTags("Merged feeds").WithName($"{scopes.Id}As_{writer.Extension}").WithSummary($"{scopes.Summary}, as {writer.MediaType}").WithDescription(Told);
            }

            routes.MapMethods($"/state.{writer.Extension}", Methods, (StateOfSources state, HttpContext http) => state.AnswerAsync(writer, http))
                .WithTags("Merged feeds").WithName($"stateAs_{writer.Extension}").WithSummary($"The state of the sources as {writer.MediaType}")
                .WithDescription("Sources that cannot be read, are gone, moved, fell silent, became malformed or want to be asked more slowly. Why an address cannot be read is told to the operator only: with the service's key, or from this machine.");

            // The short form is what people write down.
            routes.MapMethods($"/feeds/{{name}}.{writer.Extension}", Methods, (string name, [AsParameters] FeedQuestion question) => AnswerAsync(MergedFeedScopes.Saved, name, writer, question))
                .ExcludeFromDescription();
        }

        routes.MapGet("/feeds.opml", (HttpContext http, MergedFeedScopes scopes) => TypedResults.Bytes(ListOf(scopes, HomeAddress.Of(http)), "text/x-opml; charset=utf-8", "aggregator.opml"))
            .WithTags("Merged feeds").WithName("mergedFeedsAsOpml").WithSummary("All merged feeds as OPML 2.0").WithDescription("For a reader to subscribe to: all stories, each topic, what is saved, each category.");
        return routes;
    }

    private static byte[] ListOf(MergedFeedScopes scopes, Uri home) => OpmlWriter.Write("Aggregator", scopes.All.Select(listed => new FeedSource
    {
        Address = home.Below(listed.Scope.FeedPath("atom")),
        Title = listed.Scope.Name ?? "All stories",
        Category = listed.Group,
        Site = home.Below(listed.Scope.PagePath),
    }));

    private static Task<IResult> AnswerAsync(ScopeRoute route, string name, IFeedWriter writer, FeedQuestion question)
    {
        var found = route.Find(question.Scopes, name);
        return found.Scope is { } scope ? AnswerAsync(scope, writer, question) : Task.FromResult(found.Problem!);
    }

    private static async Task<IResult> AnswerAsync(MergedFeedScope scope, IFeedWriter writer, FeedQuestion question)
    {
        var http = question.Http;
        var (view, wrong) = question.ReadView();
        if (wrong is not null)
        {
            return Problems.BadQuestion(wrong);
        }

        if (!IsCount(question.MinSources, out var minSources))
        {
            return Problems.BadQuestion(new QuestionError("min_sources", $"\"{question.MinSources}\" is no number of outlets", ["2", "3"]));
        }

        if (minSources > 1 && !view.Clustered)
        {
            return Problems.BadQuestion(new QuestionError("min_sources", "it counts the outlets of a cluster, and cluster=off has none", []));
        }

        var (condition, error) = question.Reader.ReadCondition(question.Q);
        if (error is not null)
        {
            return Problems.BadQuestion(error);
        }

        scope = scope with { MinSources = minSources, Narrowed = condition is null ? null : new ScopeQuery(question.Q!.Trim(), condition) };
        var headers = http.Response.Headers;
        headers.Vary = $"{HeaderNames.AcceptEncoding}, {Browsers.Headers}";
        if (question.Raw is null && Browsers.IsFollowingALink(http.Request))
        {
            var path = scope.FeedPath(writer.Extension, view);
            var raw = path + (path.Contains('?', StringComparison.Ordinal) ? "&raw=1" : "?raw=1");
            return await question.Pages.ShowFeedAsync(scope, new FeedDoor(HomeAddress.Of(http).Below(path), raw), BasePath.Of(http), http.RequestAborted);
        }

        var feed = await question.Feeds.RenderAsync(scope, writer, view, HomeAddress.Of(http), http.RequestAborted);
        var coding = ContentCoding.Of(http.Request);
        headers.CacheControl = $"public, max-age={MaxAgeSeconds}";
        if (coding is not null)
        {
            headers.ContentEncoding = coding;
        }

        return TypedResults.Bytes(
            feed.In(coding),
            writer.MediaType,
            lastModified: feed.LastModified,
            entityTag: EntityTags.Of(feed.ETag, coding is null ? "" : $"-{coding}"));
    }

    private static bool IsCount(string? text, out int count)
    {
        count = 1;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= StoryQuery.MaxLimit);
    }

    /// <summary>What is asked of a feed, and who answers it.</summary>
    /// <param name="Q">A query: only the stories it finds.</param>
    /// <param name="Cluster">"off" for an entry for every story.</param>
    /// <param name="MinSources">Only what so many outlets report.</param>
    /// <param name="Limit">Entries at most.</param>
    /// <param name="Content">How much of a story is told.</param>
    /// <param name="Raw">Given: never a page.</param>
    /// <param name="Http">The request.</param>
    /// <param name="Feeds">Renders feeds.</param>
    /// <param name="Reader">Reads queries.</param>
    /// <param name="Scopes">Knows what there are feeds of.</param>
    /// <param name="Pages">Shows pages to people.</param>
    internal sealed record FeedQuestion(
        [property: FromQuery(Name = "q"), Description("A query, for example: topic:ai topic:ip-theft -topic:crypto since:7d")] string? Q,
        [property: FromQuery(Name = "cluster"), Description("\"off\" for an entry for every story.")] string? Cluster,
        [property: FromQuery(Name = "min_sources"), Description("Only what so many outlets report.")] string? MinSources,
        [property: FromQuery(Name = "limit"), Description("Entries at most; 500 is the most there is.")] string? Limit,
        [property: FromQuery(Name = "content"), Description("\"full\", \"summary\" or \"title\": how much of a story is told. More than the operator allows is not.")] string? Content,
        [property: FromQuery(Name = "raw"), Description("Given: the document also where a browser asks to show it in a window, which gets a page otherwise.")] string? Raw,
        HttpContext Http,
        MergedFeeds Feeds,
        StoryQueryReader Reader,
        MergedFeedScopes Scopes,
        StoryPages Pages)
    {
        /// <summary>How the feed is to show its stories, or what is wrong with what was asked.</summary>
        public (FeedView View, QuestionError? Error) ReadView()
        {
            var view = new FeedView { Clustered = !string.Equals(Cluster, "off", StringComparison.OrdinalIgnoreCase) };
            if (Limit is not null)
            {
                // A number too large for any type is as good as the most.
                if (Limit.Length == 0 || !Limit.All(char.IsAsciiDigit) || Limit.All(digit => digit == '0'))
                {
                    return (view, new QuestionError("limit", $"\"{Limit}\" is no number of entries", ["20", "100"]));
                }

                view = view with { Limit = int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue };
            }

            if (Content is null)
            {
                return (view, null);
            }

            return Enum.TryParse<FeedContent>(Content, ignoreCase: true, out var content) && char.IsAsciiLetter(Content[0])
                ? (view with { Content = content }, null)
                : (view, new QuestionError("content", $"\"{Content}\" says nothing of how much is told", ["full", "summary", "title"]));
        }
    }
}
