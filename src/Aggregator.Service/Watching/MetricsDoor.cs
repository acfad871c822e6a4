using System.Net;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Watching;

/// <summary>
/// Who may read /metrics. Networks are held against the address of the connection as it came in, before any forwarded header is believed, and nobody comes from one through a
/// proxy: a header must not open what an address guards.
/// </summary>
public sealed class MetricsDoor
{
    private static readonly object Key = new();

    private readonly MetricsAudience _audience;
    private readonly IReadOnlyList<IPNetwork> _networks;

    /// <summary>The door as the settings have it.</summary>
    public MetricsDoor(IOptions<WatchingOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _audience = options.Value.Metrics;
        _networks = [.. options.Value.MetricsNetworks.Select(entry => IPNetwork.Parse(entry))];
    }

    /// <summary>Whether a request may read metrics.</summary>
    public bool Admits(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _audience == MetricsAudience.Everybody
            || (_audience == MetricsAudience.Operator && (ThisMachine.IsCalling(context) || Caller.Of(context).Opens(null)))
            || (context.Items.TryGetValue(Key, out var isListed) && isListed is true);
    }

    /// <summary>Notes of a request whether its connection comes from a listed network. To be called before the request is changed by what it says of itself.</summary>
    public void Note(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Items[Key] = context.Connection.RemoteIpAddress is { } caller && !ThisMachine.CameThroughAProxy(context.Request)
            && _networks.Any(network => network.Contains(caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller));
    }
}
