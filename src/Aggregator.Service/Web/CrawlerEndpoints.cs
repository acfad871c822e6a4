using System.Text;
using Aggregator.Service.Api;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Web;

/// <summary>Serves what crawlers ask for: /robots.txt and /sitemap.xml.</summary>
public static class CrawlerEndpoints
{
    private const int MaxAgeSeconds = 300;

    private const string NothingForCrawlers = "User-agent: *\nDisallow: /\n";

    /// <summary>Maps the two.</summary>
    public static IEndpointRouteBuilder MapCrawlers(this IEndpointRouteBuilder routes)
    {
        routes.MapDocument("/robots.txt", (HttpContext http, IOptions<DoorOptions> doors) =>
            Answer(http, Encoding.UTF8.GetBytes(doors.Value.ReadingNeedsKey ? NothingForCrawlers : RobotsTxtOf(HomeAddress.Of(http), BasePath.Of(http))), "text/plain; charset=utf-8")).IsOpen().ExcludeFromDescription();
        routes.MapDocument("/sitemap.xml", async (Sitemap sitemap, HttpContext http) =>
            Answer(http, await sitemap.WriteAsync(HomeAddress.Of(http), http.RequestAborted), "application/xml; charset=utf-8")).ExcludeFromDescription();
        return routes;
    }

    /// <summary>
    /// What crawlers shall leave alone (RFC 9309; the longer rule counts): what answers programs and hubs, streams that never end, the state of the sources, and pages of searches, which are
    /// without number and cost a search each. Pages of stories stay open, for only who reads them sees that they are not to be indexed; and feeds stay open with any
    /// parameter, since some feed readers ask here first. Crawlers look for this file at the root of a host only: below a path, its lines have to be put into the one there.
    /// </summary>
    private static string RobotsTxtOf(Uri home, string root) => $"""
        User-agent: *
        Disallow: {root}/api/
        Disallow: {root}/hub
        Disallow: {root}/events
        Disallow: {root}/*/*/events
        Disallow: {root}/mcp
        Disallow: {root}/state.
        Disallow: {root}/*?q=
        Allow: {root}/feed.
        Allow: {root}/feeds/*.
        Allow: {root}/*/feed.

        Sitemap: {home.Below("/sitemap.xml").AbsoluteUri}

        """.ReplaceLineEndings("\n");

    private static FileContentHttpResult Answer(HttpContext http, byte[] bytes, string mediaType)
    {
        http.Response.Headers.CacheControl = $"public, max-age={MaxAgeSeconds}";
        return TypedResults.Bytes(bytes, mediaType, entityTag: EntityTags.Of(EntityTags.HashOf(bytes)));
    }
}
