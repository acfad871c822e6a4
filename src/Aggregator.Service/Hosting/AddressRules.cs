using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Aggregator.Service.Hosting;

/// <summary>
/// Addresses the server can listen on, parted by semicolons. A host name is refused, except localhost: the server would listen on every interface of the
/// machine, which is not what a name says.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ListenAddressAttribute : ValidationAttribute
{
    public ListenAddressAttribute() => ErrorMessage =
        "expected http:// or https://, an IP address (or localhost, or * for every interface) and a port, such as http://127.0.0.1:5080; several are parted by semicolons";

    public override bool IsValid(object? value) => HostingOptions.Split(value as string ?? "") is { Count: > 0 } addresses && addresses.All(IsAddress);

    private static bool IsAddress(string text)
    {
        try
        {
            return BindingAddress.Parse(text) is { PathBase: "", Port: >= 0 and <= IPEndPoint.MaxPort } address
                && (address.Scheme.Equals(Uri.UriSchemeHttp, StringComparison.OrdinalIgnoreCase) || address.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase))
                && (address.Host is "*" or "+" || IPAddress.TryParse(address.Host, out _) || IsLocalhost(address));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Localhost is two addresses, IPv4 and IPv6, so the server cannot choose a port for it (0).</summary>
    private static bool IsLocalhost(BindingAddress address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && address.Port > 0;
}

/// <summary>An address links can begin with: a host, and a path below it if there is one, without a file's name, a query or a user.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PublicAddressAttribute : ValidationAttribute
{
    public PublicAddressAttribute() => ErrorMessage = "expected http:// or https://, a host and perhaps a path, such as https://news.example.org or https://example.org/news/";

    public override bool IsValid(object? value) => value is not Uri address
        || (address is { IsAbsoluteUri: true, Host.Length: > 0, Query: "", Fragment: "", UserInfo: "" }
            && !address.AbsolutePath.Contains("//", StringComparison.Ordinal)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps));
}
