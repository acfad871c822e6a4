using System.Text;

namespace Aggregator.Model.Text;

/// <summary>
/// Reduces an address to what identifies the page behind it, so that the same page reached through http or https, with or without
/// "www.", a fragment, tracking parameters or a slash at the end has one key. A key is for comparing only, never for fetching.
/// </summary>
public static class AddressKey
{
    // Only names that mean nothing else anywhere: "ref", "share" or "source" follow readers on one site and choose the page on another.
    private static readonly string[] TrackingPrefixes = ["utm_", "hsa_", "mtm_"];

    private static readonly HashSet<string> TrackingNames = new(StringComparer.OrdinalIgnoreCase)
    {
        // Click ids of advertisers and networks.
        "fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ymclid", "twclid", "ttclid", "li_fat_id", "igshid",
        "igsh", "epik", "guccounter", "guce_referrer", "guce_referrer_sig", "ref_src",

        // Newsletters: who was sent the link.
        "mc_cid", "mc_eid", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "mkt_tok", "vero_id", "oly_anon_id", "oly_enc_id",

        // Campaigns, as the programs that count visitors name them.
        "pk_campaign", "pk_kwd", "xtor", "wt_mc", "at_medium", "at_campaign", "ns_campaign", "ns_mchannel", "ns_source",
    };

    /// <summary>The key of an absolute address, for example "example.org/a/b?id=3".</summary>
    public static string Of(Uri address) => Of(address, part => !IsTracking(part));

    /// <summary>The key of an absolute address with all its parameters, where each may choose another document.</summary>
    public static string WithWholeQuery(Uri address) => Of(address, _ => true);

    /// <summary>Whether a query parameter ("name=value") serves only to follow readers around and names no part of the page.</summary>
    public static bool IsTracking(string parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var end = parameter.IndexOf('=', StringComparison.Ordinal);
        var name = end < 0 ? parameter : parameter[..end];
        return TrackingNames.Contains(name)
            || Array.Exists(TrackingPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>An absolute address without the parameters that serve only to follow readers around; everything else stays as it is written.</summary>
    public static Uri WithoutTracking(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var query = address.Query;
        if (query.Length < 2)
        {
            return address;
        }

        // "&amp;" written twice leaves "amp;" in front of a name.
        var parts = query[1..].Split('&');
        var kept = Array.FindAll(parts, part => !IsTracking(part.StartsWith("amp;", StringComparison.Ordinal) ? part[4..] : part));
        if (kept.Length == parts.Length)
        {
            return address;
        }

        var head = address.GetLeftPart(UriPartial.Path);
        return new Uri((kept.Length == 0 ? head : $"{head}?{string.Join('&', kept)}") + address.Fragment);
    }

    private static string HostOf(Uri address)
    {
        try
        {
            return address.IdnHost.ToLowerInvariant();
        }
        catch (UriFormatException)
        {
            // Letters that no domain may have. Such an address leads nowhere, but is still told from others.
            return address.Host.ToLowerInvariant();
        }
    }

    private static string Of(Uri address, Func<string, bool> belongs)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri)
        {
            return address.OriginalString;
        }

        var host = HostOf(address).AsSpan();
        host = host.Length > 4 && host.StartsWith("www.") ? host[4..] : host;
        var port = address.IsDefaultPort ? "" : $":{address.Port}";
        var path = address.AbsolutePath.AsSpan().TrimEnd('/');
        if (address.Query.Length == 0)
        {
            return string.Concat(host, port, path);
        }

        var key = new StringBuilder().Append(host).Append(port).Append(path);
        var separator = '?';
        foreach (var part in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (belongs(part))
            {
                key.Append(separator).Append(part);
                separator = '&';
            }
        }

        return key.ToString();
    }
}
