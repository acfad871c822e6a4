using System.Net;
using System.Net.Sockets;

namespace Aggregator.Service.Doors;

/// <summary>
/// Whom a limit counts as one client: an IPv4 address, or the /64 of an IPv6 address, since everybody has as many addresses in that as there is sand.
/// </summary>
/// <param name="Value">The address, in IPv6 form.</param>
public readonly record struct ClientAddress(UInt128 Value)
{
    private const int HostBits = 64;

    /// <summary>The client of a connection. One without an address (a local socket) is one client with all others of that kind.</summary>
    public static ClientAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        var bytes = address.MapToIPv6().GetAddressBytes();
        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return new(address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6 ? value >> HostBits << HostBits : value);
    }
}
