using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Aggregator.Service.Fetching;
using Microsoft.AspNetCore.HttpOverrides;

namespace Aggregator.Service.Hosting;

/// <summary>
/// Believes what the listed proxies say of the requests they pass on: X-Forwarded-For, -Proto, -Host and -Prefix. Of a chain of them every one must be listed: it is
/// read from its end up to the first that is not. Nobody else's change anything.
/// </summary>
public static class TrustedProxies
{
    /// <summary>ASP.NET Core has a setting of its own that believes everybody, and before we look; it is never on.</summary>
    public static IConfigurationBuilder AddTrustInNobodyElse(this IConfigurationBuilder configuration) =>
        configuration.AddInMemoryCollection([new KeyValuePair<string, string?>("ForwardedHeaders_Enabled", "false")]);

    /// <summary>Takes the listed proxies at their word; stands before whatever uses the address that was asked.</summary>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app, HostingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TrustedProxies.Count == 0)
        {
            return app; // of an empty list, the middleware would believe everybody
        }

        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var entry in options.TrustedProxies)
        {
            if (System.Net.IPNetwork.TryParse(entry, out var network))
            {
                forwarded.KnownIPNetworks.Add(network);
            }
            else
            {
                forwarded.KnownProxies.Add(IPAddress.Parse(entry));
            }
        }

        // A proxy may pass on what its own client said. That can be any name, but none that readers do not know us by.
        if (options.PublicAddress is { } home)
        {
            forwarded.AllowedHosts.Add(home.Host);
        }

        return app.UseForwardedHeaders(forwarded);
    }
}

/// <summary>A list of addresses and networks of proxies.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TrustedProxiesAttribute : ValidationAttribute
{
    public TrustedProxiesAttribute() => ErrorMessage = "expected the IP address of a proxy (127.0.0.1) or a network without bits behind its prefix (10.0.0.0/8)";

    public override bool IsValid(object? value) => value switch
    {
        null => true,
        string entry => AllowedNetworksAttribute.IsNetwork(entry) || (IPAddress.TryParse(entry, out var address) && IsWritten(entry, address)),
        IEnumerable<string> entries => entries.All(IsValid),
        _ => false,
    };

    /// <summary>10.1 is an address too, and mostly a slip of the pen.</summary>
    private static bool IsWritten(string entry, IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 || entry.Split('.').Length == 4;
}
