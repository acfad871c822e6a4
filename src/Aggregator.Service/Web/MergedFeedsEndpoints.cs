using System.ComponentModel;
using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
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

            // The short form is what people write down.
            routes.MapMethods($"/feeds/{{name}}.{writer.Extension}", Methods, (string name, [AsParameters] FeedQuestion question) => AnswerAsync(MergedFeedScopes.Routes[1], name, writer, question))
                .ExcludeFromDescription();
        }

        return routes;
    }

    /// <summary>
    /// The address readers know this service by: the one configured, else the one they asked, else, since a request may name none
    /// (HTTP/1.0) or one that cannot be, the one the service listens on.
    /// </summary>
    private static Uri HomeAddress(HttpContext http)
    {
        var services = http.RequestServices;
        return services.GetRequiredService<IOptions<HostingOptions>>().Value.PublicAddress
            ?? (Uri.TryCreate($"{http.Request.Scheme}://{http.Request.Host}/", UriKind.Absolute, out var asked) ? asked : null)
            ?? EndpointFileWriter.ListeningAddress(services.GetRequiredService<IServer>());
    }

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
        var feed = await question.Feeds.RenderAsync(scope, writer, view, HomeAddress(http), http.RequestAborted);
        var gzip = AcceptsGzip(http.Request);
        var headers = http.Response.Headers;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.CacheControl = $"public, max-age={MaxAgeSeconds}";
        if (gzip)
        {
            headers.ContentEncoding = "gzip";
        }

        return TypedResults.Bytes(
            gzip ? feed.Gzip : feed.Bytes,
            writer.MediaType,
            lastModified: feed.LastModified,
            entityTag: EntityTags.Of(feed.ETag, gzip ? "-gz" : ""));
    }

    private static bool IsCount(string? text, out int count)
    {
        count = 1;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= StoryQuery.MaxLimit);
    }

    private static bool AcceptsGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings)
        && codings.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is null or > 0);

    /// <summary>What is asked of a feed, and who answers it.</summary>
    /// <param name="Q">A query: only the stories it finds.</param>
    /// <param name="Cluster">"off" for an entry for every story.</param>
    /// <param name="MinSources">Only what so many outlets report.</param>
    /// <param name="Limit">Entries at most.</param>
    /// <param name="Content">How much of a story is told.</param>
    /// <param name="Http">The request.</param>
    /// <param name="Feeds">Renders feeds.</param>
    /// <param name="Reader">Reads queries.</param>
    /// <param name="Scopes">Knows what there are feeds of.</param>
    internal sealed record FeedQuestion(
        [property: FromQuery(Name = "q"), Description("A query, for example: topic:ai topic:ip-theft -topic:crypto since:7d")] string? Q,
        [property: FromQuery(Name = "cluster"), Description("\"off\" for an entry for every story.")] string? Cluster,
        [property: FromQuery(Name = "min_sources"), Description("Only what so many outlets report.")] string? MinSources,
        [property: FromQuery(Name = "limit"), Description("Entries at most; 500 is the most there is.")] string? Limit,
        [property: FromQuery(Name = "content"), Description("\"full\", \"summary\" or \"title\": how much of a story is told. More than the operator allows is not.")] string? Content,
        HttpContext Http,
        MergedFeeds Feeds,
        StoryQueryReader Reader,
        MergedFeedScopes Scopes)
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
