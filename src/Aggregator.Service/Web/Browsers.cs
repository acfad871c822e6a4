using Microsoft.Net.Http.Headers;

namespace Aggregator.Service.Web;

/// <summary>Tells a person who follows a link to a feed in a browser from a feed reader. Where in doubt, it is a reader: those must get feeds.</summary>
public static class Browsers
{
    /// <summary>The headers that <see cref="IsFollowingALink"/> looks at, for Vary.</summary>
    public static string Headers => $"{HeaderNames.Accept}, {SecFetchDest}, {HeaderNames.UpgradeInsecureRequests}";

    private const string SecFetchDest = "Sec-Fetch-Dest";

    /// <summary>
    /// Whether a browser asks for something to show in a window. Browsers say so (Fetch Metadata, Sec-Fetch-Dest), but over http only to this machine; there, that
    /// they would rather have https and that they want HTML first: readers that copy a browser's Accept do not send the other.
    /// </summary>
    public static bool IsFollowingALink(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.TryGetValue(SecFetchDest, out var destination)
            ? destination == "document"
            : request.Headers.UpgradeInsecureRequests == "1" && request.Headers.Accept.ToString().StartsWith("text/html", StringComparison.Ordinal);
    }
}
