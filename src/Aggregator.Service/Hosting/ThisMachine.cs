using System.Net;
using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Hosting;

/// <summary>
/// Whether a request comes from the machine the service runs on, and from nobody behind it: whoever sits at it is the operator. It is decided here and nowhere else,
/// by the connection as it came in, before any forwarded header is believed. Through a proxy on this machine everybody comes from loopback, so a request counts as
/// from here only if
/// - its connection comes from loopback,
/// - it has no header by which a proxy tells of itself, trusted or not,
/// - it asks a name of this machine itself (many proxies pass on the name they were asked), and
/// - the service is not one that listens on loopback only and has a public address or trusts a proxy: there some proxy must be, and it may tell nothing of itself.
/// Where that is too strict, the <see cref="ServiceKey"/> proves the operator.
/// </summary>
public static class ThisMachine
{
    /// <summary>What it calls itself.</summary>
    public static IReadOnlyList<string> Names { get; } = ["localhost", "127.0.0.1", "[::1]"];

    private static readonly object Key = new();

    /// <summary>Notes of each request whether it comes from here. Stands before whatever changes the request by what it says of itself.</summary>
    public static IApplicationBuilder UseThisMachine(this IApplicationBuilder app, HostingOptions options) => app.Use((context, next) =>
    {
        Note(context, options);
        return next(context);
    });

    /// <summary>Whether a request comes from here. No, of one that nothing was noted of.</summary>
    public static bool IsCalling(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Items.TryGetValue(Key, out var isHere) && isHere is true;
    }

    /// <summary>Notes of one request whether it comes from here.</summary>
    internal static void Note(HttpContext context, HostingOptions options) => context.Items[Key] =
        context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
        && !CameThroughAProxy(context.Request)
        && Names.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase)
        && !(options.IsOnLoopbackOnly && (options.PublicAddress is not null || options.TrustedProxies.Count > 0));

    /// <summary>Whether a request has a header by which a proxy tells of itself, trusted or not; of one that no forwarded header was taken out of yet.</summary>
    internal static bool CameThroughAProxy(HttpRequest request) => request.Headers.Keys.Any(TellsOfAProxy);

    private static bool TellsOfAProxy(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase)
        || header.Equals(HeaderNames.Via, StringComparison.OrdinalIgnoreCase);
}
