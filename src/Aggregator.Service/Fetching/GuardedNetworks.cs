using System.Net;
using System.Net.Sockets;

namespace Aggregator.Service.Fetching;

/// <summary>Which addresses no request may reach: everything that is not the public internet (IANA special-purpose registries, RFC 6890).</summary>
public static class GuardedNetworks
{
    private static readonly IPNetwork[] Guarded =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "100::/64", "2001:db8::/32", "3fff::/20", "2001::/32", "64:ff9b:1::/48",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>Prefixes that carry an IPv4 address, with the byte it begins at: mapped, translated, NAT64 and 6to4.</summary>
    private static readonly (IPNetwork Prefix, int At)[] Carriers =
    [
        (IPNetwork.Parse("::ffff:0:0/96"), 12), (IPNetwork.Parse("::ffff:0:0:0/96"), 12), (IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2),
    ];

    /// <summary>Whether an address is outside the public internet. An IPv4 address inside an IPv6 one is judged as itself.</summary>
    public static bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return CarriedIPv4(address) is { } carried
            ? Contains(carried)
            : Array.Exists(Guarded, network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)) || (TunnelledTo(address) is { } end && Contains(end));
    }

    /// <summary>An ISATAP interface identifier (RFC 5214 section 6.1) may follow any prefix: what has one is tunnelled to the IPv4 address behind it.</summary>
    private static IPAddress? TunnelledTo(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 16 && bytes[8] is (0 or 2) && bytes.AsSpan(9, 3).SequenceEqual((ReadOnlySpan<byte>)[0, 0x5E, 0xFE]) ? new IPAddress(bytes.AsSpan(12, 4)) : null;
    }

    private static IPAddress? CarriedIPv4(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        var plain = new IPAddress(bytes); // without a scope, which no network contains
        foreach (var (prefix, at) in Carriers)
        {
            if (prefix.Contains(plain) || (at == 12 && IsPrefix(prefix, bytes)))
            {
                return new IPAddress(bytes.AsSpan(at, 4));
            }
        }

        return null;
    }

    /// <summary>IPNetwork treats a mapped address as IPv4, so the bytes are compared too.</summary>
    private static bool IsPrefix(IPNetwork prefix, byte[] bytes) =>
        prefix.BaseAddress.GetAddressBytes() is { Length: 16 } start && bytes.AsSpan(0, 12).SequenceEqual(start.AsSpan(0, 12));
}
