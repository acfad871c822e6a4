namespace Aggregator.Service.Discovery;

/// <summary>Reads an address as people type it.</summary>
public static class SiteAddress
{
    /// <summary>The address meant: "example.org/blog" is https. Null: no http or https address, or one with user and password in it.</summary>
    public static Uri? Read(string? text)
    {
        var written = text?.Trim() ?? "";
        if (!written.Contains("://", StringComparison.Ordinal))
        {
            written = "https://" + written;
        }

        return Uri.TryCreate(written, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0 && address.UserInfo.Length == 0
            ? address
            : null;
    }
}
