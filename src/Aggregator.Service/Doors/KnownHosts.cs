using Aggregator.Service.Hosting;

namespace Aggregator.Service.Doors;

/// <summary>
/// A page elsewhere may point its own name at this machine (DNS rebinding) and so be of one origin with us in a browser: where the service listens on loopback only, it
/// answers to this machine's names and to the public one, and to no other.
/// </summary>
public static class KnownHosts
{
    /// <summary>Refuses requests that ask for another host. One that names none (HTTP/1.0) comes from no browser.</summary>
    public static IApplicationBuilder UseKnownHosts(this IApplicationBuilder app, HostingOptions options, ServiceMode mode)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (mode == ServiceMode.Serve && !options.IsOnLoopbackOnly)
        {
            return app;
        }

        HashSet<string> names = new([.. ThisMachine.Names, .. options.PublicAddress is { } open ? [open.Host] : Array.Empty<string>()], StringComparer.OrdinalIgnoreCase);
        return app.Use((context, next) => !context.Request.Host.HasValue || names.Contains(context.Request.Host.Host)
            ? next(context)
            : TypedResults.Problem(
                $"This service answers to the names of its own machine ({string.Join(", ", ThisMachine.Names)}) and to that of Hosting:PublicAddress.", statusCode: StatusCodes.Status400BadRequest, title: "Unknown host").ExecuteAsync(context));
    }
}
