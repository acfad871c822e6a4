using System.Globalization;

namespace Aggregator.Content.Publishing;

/// <summary>
/// Addresses as RFC 3986 has them, in ASCII: RSS knows no others, and many readers of Atom and JSON Feed ask for what they read, letter by letter.
/// What <see cref="Uri.AbsoluteUri"/> leaves as it was is written out: names of hosts in other scripts (RFC 5891), brackets and a second number sign (section 3.3).
/// </summary>
internal static class WrittenAddress
{
    /// <summary>The address, absolute.</summary>
    public static string Of(Uri address)
    {
        var written = address.AbsoluteUri;
        var host = HostOf(address);
        if (host == address.Host && written.IndexOfAny(['[', ']']) < 0 && written.IndexOf('#', StringComparison.Ordinal) == written.LastIndexOf('#'))
        {
            return written;
        }

        var user = address.UserInfo.Length == 0 ? "" : address.GetComponents(UriComponents.UserInfo, UriFormat.UriEscaped) + "@";
        var port = address.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{address.Port}");
        var fragment = address.Fragment.Length == 0 ? "" : "#" + Outside(address.Fragment[1..]);
        return $"{address.Scheme}://{user}{host}{port}{Outside(address.PathAndQuery)}{fragment}";
    }

    /// <summary>The name of the host in ASCII; an address in brackets stays one.</summary>
    public static string HostOf(Uri address) => address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost;

    private static string Outside(string text) =>
        text.Replace("[", "%5B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
}
