namespace Aggregator.Content.Extraction;

/// <summary>Addresses found in pages, made absolute and safe to pass on.</summary>
internal static class Addresses
{
    /// <summary>The absolute http or https address, or null for anything else (data:, javascript:, nonsense).</summary>
    public static Uri? Absolute(string? text, Uri page)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 4_000)
        {
            return null;
        }

        var clean = text.Trim();
        if (clean.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
        {
            clean = string.Concat(clean.Where(c => c > '\u001f'));
        }

        return Uri.TryCreate(page, clean, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 ? address : null;
    }

    /// <summary>Whether an address is of the very host of a page, asked for as safely as the page was, or more so.</summary>
    public static bool IsOfHost(Uri address, Uri page) => address.IdnHost == page.IdnHost
        && ((address.Scheme == page.Scheme && address.Port == page.Port) || (address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && page.IsDefaultPort));
}
