using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Web;

/// <summary>Serves the merged feeds: /feed.atom, /feed.rss, /feed.json and the same below /topics/{topic}/ and /feeds/{savedFeed}/.</summary>
public static class MergedFeedsEndpoints
{
    private const int MaxAgeSeconds = 300;

    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Maps every format of every scope.</summary>
    public static IEndpointRouteBuilder MapMergedFeeds(this IEndpointRouteBuilder routes)
    {
        foreach (var writer in PublishedFormats.All)
        {
            routes.MapMethods($"/feed.{writer.Extension}", Methods, (HttpContext http, string? cluster, [FromQuery(Name = "min_sources")] int? minSources, MergedFeeds feeds) =>
                    AnswerAsync(http, MergedFeedScope.Everything, writer, cluster, minSources, feeds))
                .WithTags("Merged feeds").WithName($"allAs_{writer.Extension}").WithSummary($"All stories as {writer.MediaType}");
            routes.MapMethods($"/topics/{{topic}}/feed.{writer.Extension}", Methods, (HttpContext http, string topic, string? cluster, [FromQuery(Name = "min_sources")] int? minSources, MergedFeeds feeds, StoryQueryReader reader) =>
                    reader.FindTopic(topic) is { } name
                        ? AnswerAsync(http, new MergedFeedScope(name), writer, cluster, minSources, feeds)
                        : Task.FromResult<IResult>(Problems.NotFound($"There is no topic \"{topic}\".", reader.NearTopics(topic))))
                .WithTags("Merged feeds").WithName($"topicAs_{writer.Extension}").WithSummary($"The stories of a topic as {writer.MediaType}");
            routes.MapMethods($"/feeds/{{savedFeed}}/feed.{writer.Extension}", Methods, (HttpContext http, string savedFeed, string? cluster, [FromQuery(Name = "min_sources")] int? minSources, MergedFeeds feeds, StoryQueryReader reader) =>
                    reader.FindSavedFeed(savedFeed) is { } name
                        ? AnswerAsync(http, new MergedFeedScope(null, name), writer, cluster, minSources, feeds)
                        : Task.FromResult<IResult>(Problems.NotFound($"No rule fills a saved feed \"{savedFeed}\".", reader.NearSavedFeeds(savedFeed))))
                .WithTags("Merged feeds").WithName($"savedFeedAs_{writer.Extension}").WithSummary($"The stories that rules put into a saved feed as {writer.MediaType}");
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

    private static async Task<IResult> AnswerAsync(
        HttpContext http, MergedFeedScope scope, IFeedWriter writer, string? cluster, int? minSources, MergedFeeds feeds)
    {
        var clustered = !string.Equals(cluster, "off", StringComparison.OrdinalIgnoreCase);
        if (minSources is < 1 or > StoryQuery.MaxLimit)
        {
            return Problems.BadQuestion(new QuestionError("min_sources", string.Create(CultureInfo.InvariantCulture, $"{minSources} is no number of outlets"), ["2", "3"]));
        }

        if (minSources > 1 && !clustered)
        {
            return Problems.BadQuestion(new QuestionError("min_sources", "it counts the outlets of a cluster, and cluster=off has none", []));
        }

        var feed = await feeds.RenderAsync(scope with { MinSources = minSources ?? 1 }, writer, clustered, HomeAddress(http), http.RequestAborted);
        var gzip = AcceptsGzip(http.Request);
        var headers = http.Response.Headers;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.CacheControl = $"public, max-age={MaxAgeSeconds}";
        if (gzip)
        {
            headers.ContentEncoding = "gzip";
        }

        // Each coding has an ETag of its own (RFC 9110 section 8.8.3.3).
        return TypedResults.Bytes(
            gzip ? feed.Gzip : feed.Bytes,
            writer.MediaType,
            lastModified: feed.LastModified,
            entityTag: new EntityTagHeaderValue($"\"{feed.ETag}{(gzip ? "-gz" : "")}\""));
    }

    private static bool AcceptsGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings)
        && codings.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is null or > 0);
}
