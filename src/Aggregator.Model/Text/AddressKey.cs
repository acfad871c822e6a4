using System.Text;

namespace Aggregator.Model.Text;

/// <summary>
/// Reduces an address to what identifies the page behind it, so that the same page reached through http or https, with or without
/// "www.", a fragment, tracking parameters or a slash at the end has one key. A key is for comparing only, never for fetching.
/// </summary>
public static class AddressKey
{
    private static readonly string[] TrackingPrefixes = ["utm_", "mc_", "hsa_", "pk_", "at_", "ns_", "_hs"];

    private static readonly HashSet<string> TrackingNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "fbclid", "gclid", "dclid", "msclkid", "igshid", "yclid", "twclid", "ref", "ref_src", "ref_url", "cmpid", "ocid", "partner",
        "feature", "smid", "sref", "spm", "share", "guccounter", "xtor", "wt_mc", "ito", "rss", "source_rss",
    };

    /// <summary>The key of an absolute address, for example "example.org/a/b?id=3".</summary>
    public static string Of(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri)
        {
            return address.OriginalString;
        }

        var key = new StringBuilder(address.IdnHost.ToLowerInvariant());
        if (key.Length > 4 && key.ToString(0, 4) == "www.")
        {
            key.Remove(0, 4);
        }

        if (!address.IsDefaultPort)
        {
            key.Append(':').Append(address.Port);
        }

        key.Append(address.AbsolutePath.TrimEnd('/'));
        var separator = '?';
        foreach (var part in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IsTracking(part))
            {
                key.Append(separator).Append(part);
                separator = '&';
            }
        }

        return key.ToString();
    }

    /// <summary>Whether a query parameter ("name=value") serves only to follow readers around and names no part of the page.</summary>
    public static bool IsTracking(string parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var end = parameter.IndexOf('=', StringComparison.Ordinal);
        var name = end < 0 ? parameter : parameter[..end];
        return TrackingNames.Contains(name)
            || Array.Exists(TrackingPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }
}
