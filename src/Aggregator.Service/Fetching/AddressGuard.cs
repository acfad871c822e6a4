using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Keeps requests away from private networks (server-side request forgery). The check that counts is made on the address of the very
/// connection, in <see cref="ConnectAsync"/>: the name is resolved there, every address is checked, and the connection goes to a
/// checked address, so a second answer from DNS changes nothing. Redirects connect anew and are checked anew.
/// </summary>
public sealed class AddressGuard
{
    private static readonly HashSet<int> BlockedPorts = [1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 5432, 5900, 5984, 6379, 6443, 9200, 9300, 10250, 11211, 27017];
    private static readonly string[] PrivateSuffixes = [".localhost", ".local", ".internal", ".home.arpa"];

    private static readonly HttpRequestOptionsKey<bool> Connected = new("aggregator.connected");

    private readonly List<IPNetwork> _allowedNetworks = [];
    private readonly HashSet<int> _allowedPorts;
    private readonly HashSet<string> _allowedHosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <summary>A guard that resolves names with the system's resolver.</summary>
    public AddressGuard(IOptions<FetchingOptions> options)
        : this(options, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>A guard with a resolver of its own, for tests.</summary>
    internal AddressGuard(IOptions<FetchingOptions> options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _resolve = resolve;
        _allowedPorts = [80, 443, .. options.Value.AllowedPorts.Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
        foreach (var entry in options.Value.AllowedNetworks)
        {
            if (IPNetwork.TryParse(entry, out var network))
            {
                _allowedNetworks.Add(network);
            }
            else if (IPAddress.TryParse(entry, out var address))
            {
                _allowedNetworks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            }
            else
            {
                _allowedHosts.Add(entry);
            }
        }
    }

    /// <summary>
    /// Why an address may not be asked, judged by its text alone. Null: it may, as far as the text tells. Says the last word only
    /// behind a proxy, where the connection does not go to the target.
    /// </summary>
    public string? FindFault(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            return "only http and https addresses are fetched";
        }

        if (address.UserInfo.Length > 0)
        {
            return "an address with user and password in it is not fetched";
        }

        if (address.OriginalString.AsSpan().ContainsAny('\r', '\n') || address.OriginalString.Contains("%0d%0a", StringComparison.OrdinalIgnoreCase))
        {
            return "an address with a line break in it is not fetched";
        }

        // Digits of other scripts ("１２７.0.0.1") become plain ones in some resolvers and proxies.
        if (address.Host.EnumerateRunes().Any(letter => !letter.IsAscii && Rune.IsNumber(letter)) || Plain(address.Host) is not { } plain)
        {
            return NotAllowed(address.Host);
        }

        // What one program takes for a strange name is a private address to the next.
        var host = address.IdnHost;
        return FindHostFault(host, address) ?? (plain == host || _allowedHosts.Contains(host) ? null : FindHostFault(plain, address));
    }

    private string? FindHostFault(string host, Uri address)
    {
        if (IPAddress.TryParse(host.Trim('[', ']', '.'), out var literal))
        {
            return IsAllowed(literal) ? null : GuardedNetworks.Contains(literal) ? NotAllowed(address.Host) : FindPortFault(address);
        }

        if (_allowedHosts.Contains(host))
        {
            return null;
        }

        host = host.TrimEnd('.');
        var isPrivateName = !host.Contains('.', StringComparison.Ordinal) || Array.Exists(PrivateSuffixes, suffix => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
        return isPrivateName ? NotAllowed(address.Host) : FindPortFault(address);
    }

    /// <summary>A host with letters that stand for others, or for nothing, as those (UTS #46 maps them so). Null: it is no text.</summary>
    private static string? Plain(string host)
    {
        if (Ascii.IsValid(host))
        {
            return host;
        }

        try
        {
            return string.Concat(host.Normalize(NormalizationForm.FormKC).EnumerateRunes().Where(letter => Rune.GetUnicodeCategory(letter) != UnicodeCategory.Format)).Replace('\u3002', '.').ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether an address is private and allowed by name: it is near, and no proxy's business.</summary>
    public bool IsNamedAsAllowed(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _allowedHosts.Contains(address.IdnHost) || (IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var literal) && IsAllowed(literal));
    }

    /// <summary>Connects to the target of a request, if its address may be reached. The handler's connect callback.</summary>
    /// <exception cref="RefusedAddressException">It may not.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        CountAttempt(context.InitialRequestMessage);
        var endpoint = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(endpoint.Host, cancellationToken);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        // One private address among public ones refuses the name: which of them answers is not ours to choose.
        if (!_allowedHosts.Contains(endpoint.Host) && Array.Exists(addresses, address => GuardedNetworks.Contains(address) && !IsAllowed(address)))
        {
            throw new RefusedAddressException(NotAllowed(endpoint.Host));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endpoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The handler asks up to four times where a connection is closed without an answer. A kept connection that its server just gave up
    /// deserves a new one; a new one that is closed is an answer.
    /// </summary>
    private static void CountAttempt(HttpRequestMessage request)
    {
        if (!request.Options.TryAdd(Connected.Key, true))
        {
            throw new FetchException(FetchFault.Unreachable, $"{request.RequestUri!.Authority} closed the connection without an answer");
        }
    }

    private string? FindPortFault(Uri address) =>
        !_allowedPorts.Contains(address.Port) && (address.Port < 1024 || BlockedPorts.Contains(address.Port))
            ? string.Create(CultureInfo.InvariantCulture, $"port {address.Port} is not fetched from")
            : null;

    private static string NotAllowed(string host) => $"{host} is not on the public internet (Fetching:AllowedNetworks can allow it)";

    private bool IsAllowed(IPAddress address) => _allowedNetworks.Exists(network =>
        network.Contains(address) || (address.IsIPv4MappedToIPv6 && network.Contains(address.MapToIPv4())));
}

/// <summary>A connection was refused because its address is not on the public internet.</summary>
public sealed class RefusedAddressException : IOException
{
    /// <summary>A refusal without details.</summary>
    public RefusedAddressException()
    {
    }

    /// <summary>A refusal in words.</summary>
    public RefusedAddressException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal in words, with its cause.</summary>
    public RefusedAddressException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
