using System.Text;

namespace Aggregator.Content.Parsing.Text;

/// <summary>Reads addresses as feeds write them.</summary>
internal static class Addresses
{
    private const int MaxLength = 8192;
    private const int MaxBaseLength = 2048;

    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "javascript", "vbscript", "data", "file", "livescript", "mocha", "about", "blob", "view-source", "jar", "res", "mhtml",
    };

    /// <summary>
    /// The address that <paramref name="text"/> names, resolved against <paramref name="baseAddress"/> (RFC 3986 section 5); a relative
    /// one stays so without a base. Null if there is none, or none that leads to something to read (scripts, local files).
    /// </summary>
    public static Uri? Resolve(string? text, Uri? baseAddress)
    {
        var address = Tidy(text);
        if (address is null)
        {
            return null;
        }

        if (SchemeOf(address) is { } scheme)
        {
            return !Refused.Contains(scheme) && Uri.TryCreate(address, UriKind.Absolute, out var absolute) && HasPossibleHost(absolute) ? absolute : null;
        }

        return baseAddress is null
            ? Uri.TryCreate(address, UriKind.Relative, out var relative) ? relative : null
            : Uri.TryCreate(baseAddress, address, out var resolved) && resolved.IsAbsoluteUri && HasPossibleHost(resolved) ? resolved : null;
    }

    /// <summary>Whether a text that need not be an address is meant as a relative one: it begins as a path does.</summary>
    public static bool IsPath(string text) => text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal);

    /// <summary>As above; null also where a relative address would grow beyond what <paramref name="growth"/> allows.</summary>
    public static Uri? Resolve(string? text, Uri? baseAddress, GrowthLimit growth) =>
        Resolve(text, growth.IsSpent ? null : baseAddress) is { } address && (address.IsAbsoluteUri || baseAddress is null)
            && (growth.IsSpent || growth.Take(address.OriginalString.Length - text!.Length)) ? address : null;

    /// <summary>An address as it stands in HTML, made absolute; null if it is absolute already, empty, or cannot be. An empty one would become the feed's own, which is no picture.</summary>
    public static string? MakeAbsolute(string text, Uri? baseAddress)
    {
        return baseAddress is null || Tidy(text) is not { } address || SchemeOf(address) is not null || !Uri.TryCreate(baseAddress, address, out var resolved) || !resolved.IsAbsoluteUri
            ? null
            : Shown(resolved);
    }

    /// <summary>The address with its characters as they were written.</summary>
    public static string Shown(Uri address) => address.IsWellFormedOriginalString() ? address.OriginalString : address.AbsoluteUri;

    /// <summary>A base that relative addresses can be resolved against, else null. One of thousands of characters is no base but an attack.</summary>
    public static Uri? UsableBase(Uri? address) =>
        address is { IsAbsoluteUri: true, OriginalString.Length: <= MaxBaseLength } && address.Scheme is "http" or "https" or "ftp" ? address : null;

    /// <summary>Whether a name server could be asked for the host. Whoever asks such an address for its host later would stumble.</summary>
    private static bool HasPossibleHost(Uri address)
    {
        if (Ascii.IsValid(address.Host))
        {
            return true;
        }

        try
        {
            return address.IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static string? Tidy(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var address = text.Trim();
        if (address.AsSpan().IndexOfAny("\r\n\t") >= 0)
        {
            address = address.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal);
        }

        return address.Length is 0 or > MaxLength ? null : address.Replace("&amp;", "&", StringComparison.Ordinal);
    }

    private static string? SchemeOf(string address)
    {
        var colon = address.AsSpan().IndexOfAny(":/?#");
        if (colon < 1 || address[colon] != ':' || !char.IsAsciiLetter(address[0]))
        {
            return null;
        }

        for (var i = 1; i < colon; i++)
        {
            if (!char.IsAsciiLetterOrDigit(address[i]) && address[i] is not ('+' or '-' or '.'))
            {
                return null;
            }
        }

        return address[..colon];
    }
}
