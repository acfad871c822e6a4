using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Aggregator.Service.Hosting;

/// <summary>
/// The path below which readers find the service, when it has no host of its own: /news of https://example.org/news/. Everything about it is here. A request may
/// come with the path (a proxy passed it on) or without (a proxy took it away, or nobody is between): from here on both are the same, its path is one of ours and
/// <see cref="HttpRequest.PathBase"/> is what our own links begin with.
/// </summary>
public static partial class BasePath
{
    /// <summary>The address of one of our paths, such as /feed.atom?limit=5, below the address readers know us by, with or without a slash at its end.</summary>
    public static Uri Below(this Uri home, string path)
    {
        ArgumentNullException.ThrowIfNull(home);
        return new Uri(home.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);
    }

    /// <summary>What the links of an answer begin with: "" or /news, as it stands in addresses.</summary>
    public static string Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Request.PathBase.ToUriComponent();
    }

    /// <summary>
    /// Takes the path off requests. The public address says which it is; where there is none, whatever a trusted proxy says it took away.
    /// </summary>
    public static IApplicationBuilder UseBasePath(this IApplicationBuilder app, Uri? publicAddress)
    {
        var configured = publicAddress is null ? (PathString?)null : PathString.FromUriComponent(publicAddress.AbsolutePath.TrimEnd('/'));
        return app.Use((context, next) =>
        {
            Apply(context.Request, configured);
            return next(context);
        });
    }

    /// <summary>A path whose first part is one of ours would leave open what a request means: /feeds/ai.atom below /feeds is /ai.atom, or itself.</summary>
    /// <exception cref="StartException">It is.</exception>
    public static void EnsureIsNoneOfOurs(Uri? publicAddress, IEnumerable<EndpointDataSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var first = publicAddress is null ? "" : PathString.FromUriComponent(publicAddress.AbsolutePath).Value!.Split('/')[1];
        if (first.Length > 0 && sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Any(endpoint => FirstOf(endpoint.RoutePattern).Equals(first, StringComparison.OrdinalIgnoreCase)))
        {
            throw new StartException(
                $"{HostingOptions.Section}:{nameof(HostingOptions.PublicAddress)}=\"{publicAddress}\" cannot be used: addresses of the service itself begin with /{first}; expected another path, such as /news/");
        }
    }

    private static void Apply(HttpRequest request, PathString? configured)
    {
        if (configured is not { } path)
        {
            // What a proxy says of itself becomes part of every link.
            request.PathBase = request.PathBase.Value is { } told && Plain().IsMatch(told) ? new PathString(told.TrimEnd('/')) : PathString.Empty;
            return;
        }

        request.PathBase = path;
        if (path.HasValue && request.Path.StartsWithSegments(path, out var rest))
        {
            request.Path = rest.HasValue ? rest : new PathString("/");
        }
    }

    private static string FirstOf(RoutePattern pattern) => pattern.PathSegments is [{ Parts: [RoutePatternLiteralPart only] }, ..] ? only.Content : "";

    [GeneratedRegex("^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?$")]
    private static partial Regex Plain();
}
