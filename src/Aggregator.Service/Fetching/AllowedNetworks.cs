using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;

namespace Aggregator.Service.Fetching;

/// <summary>A list of what <see cref="AddressGuard"/> may let through: networks, addresses and hosts. A network with bits set behind its prefix is a slip of the pen.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedNetworksAttribute : ValidationAttribute
{
    public AllowedNetworksAttribute() => ErrorMessage =
        "expected a network without bits behind its prefix (10.0.0.0/8), an IP address (192.168.1.10) or a host's name (wiki.internal)";

    public override bool IsValid(object? value) => value switch
    {
        null => true,
        string entry => IsNetwork(entry) || IPAddress.TryParse(entry, out _) || Uri.CheckHostName(entry) == UriHostNameType.Dns,
        IEnumerable<string> entries => entries.All(IsValid),
        _ => false,
    };

    /// <summary>Whether a text is a network, without bits behind its prefix.</summary>
    public static bool IsNetwork(string entry) =>
        IPNetwork.TryParse(entry, out var network) && IPAddress.Parse(entry[..entry.IndexOf('/', StringComparison.Ordinal)]).Equals(network.BaseAddress);
}

/// <summary>A list of port numbers.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PortsAttribute : ValidationAttribute
{
    public PortsAttribute() => ErrorMessage = "expected a port from 1 to 65535";

    public override bool IsValid(object? value) => value switch
    {
        null => true,
        string port => int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= IPEndPoint.MaxPort,
        IEnumerable<string> ports => ports.All(IsValid),
        _ => false,
    };
}
