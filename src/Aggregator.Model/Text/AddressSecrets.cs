namespace Aggregator.Model.Text;

/// <summary>
/// Secrets in the query of an address: "?token=...", as private feeds are handed out. An address that is shown, published or exported is
/// shown without them. Told by the parameter's name; one that is part of the path cannot be told from any other address.
/// </summary>
public static class AddressSecrets
{
    /// <summary>Shorter values are words ("?key=news", "?auth=none"), not secrets.</summary>
    private const int ShortestSecret = 8;

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "key", "auth", "pass", "pwd", "passwd", "sig", "signature", "hmac", "jwt", "bearer", "credential", "credentials", "authkey", "access",
    };

    private static readonly string[] Endings = ["token", "apikey", "api_key", "api-key", "secret", "password", "_key", "sessionid"];

    /// <summary>The name of the first parameter that looks like a secret. Null: there is none.</summary>
    public static string? Find(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Parts(address).FirstOrDefault(IsSecret) is { } part ? NameOf(part) : null;
    }

    /// <summary>The address without such parameters; the very same where it has none.</summary>
    public static Uri Without(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Find(address) is null ? address : WithQuery(address, Parts(address).Where(part => !IsSecret(part)));
    }

    /// <summary>The address without the parameter of a name; the very same where it has none.</summary>
    public static Uri Without(Uri address, string name)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Parts(address).Any(part => NameOf(part) == name) ? WithQuery(address, Parts(address).Where(part => NameOf(part) != name)) : address;
    }

    private static string[] Parts(Uri address) => address.IsAbsoluteUri ? address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries) : [];

    private static bool IsSecret(string part)
    {
        var name = NameOf(part);
        return part.Length - part.IndexOf('=', StringComparison.Ordinal) - 1 >= ShortestSecret
            && part.Contains('=', StringComparison.Ordinal)
            && (Names.Contains(name) || Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
    }

    private static string NameOf(string part)
    {
        var end = part.IndexOf('=', StringComparison.Ordinal);
        return Uri.UnescapeDataString(end < 0 ? part : part[..end]);
    }

    private static Uri WithQuery(Uri address, IEnumerable<string> parts)
    {
        var query = string.Join('&', parts);
        return new Uri(address.GetLeftPart(UriPartial.Path) + (query.Length > 0 ? "?" + query : "") + address.Fragment);
    }
}
