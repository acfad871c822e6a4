using Aggregator.Content.Publishing;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Web;

/// <summary>Serves the merged feeds: /feed.atom, /feed.rss, /feed.json and the same below /topics/{topic}/.</summary>
public static class MergedFeedsEndpoints
{
    private const int MaxAgeSeconds = 300;

    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>Maps every format of every scope.</summary>
    public static IEndpointRouteBuilder MapMergedFeeds(this IEndpointRouteBuilder routes)
    {
        foreach (var writer in PublishedFormats.All)
        {
            routes.MapMethods($"/feed.{writer.Extension}", Methods, (HttpContext http, string? cluster, MergedFeeds feeds, IOptions<HostingOptions> options) =>
                    AnswerAsync(http, MergedFeedScope.Everything, writer, cluster, feeds, options.Value))
                .WithTags("Merged feeds").WithName($"allAs_{writer.Extension}").WithSummary($"All stories as {writer.MediaType}");
            routes.MapMethods($"/topics/{{topic}}/feed.{writer.Extension}", Methods, (HttpContext http, string topic, string? cluster, MergedFeeds feeds, StoryQueryReader reader, IOptions<HostingOptions> options) =>
                    reader.FindTopic(topic) is { } name
                        ? AnswerAsync(http, new MergedFeedScope(name), writer, cluster, feeds, options.Value)
                        : Task.FromResult<IResult>(Problems.NotFound($"There is no topic \"{topic}\".", reader.NearTopics(topic))))
                .WithTags("Merged feeds").WithName($"topicAs_{writer.Extension}").WithSummary($"The stories of a topic as {writer.MediaType}");
        }

        return routes;
    }

    /// <summary>The address readers know this service by: the one configured, else the one they asked.</summary>
    public static Uri HomeAddress(HttpRequest request, HostingOptions options)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        return options.PublicAddress ?? new Uri($"{request.Scheme}://{request.Host}/");
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext http, MergedFeedScope scope, IFeedWriter writer, string? cluster, MergedFeeds feeds, HostingOptions options)
    {
        var clustered = !string.Equals(cluster, "off", StringComparison.OrdinalIgnoreCase);
        var feed = await feeds.RenderAsync(scope, writer, clustered, HomeAddress(http.Request, options), http.RequestAborted);
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
