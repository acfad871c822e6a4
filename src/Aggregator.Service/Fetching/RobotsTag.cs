namespace Aggregator.Service.Fetching;

/// <summary>Reads X-Robots-Tag: "noarchive", "noindex, nosnippet", "otherbot: noindex, Aggregator: noarchive". Pure.</summary>
internal static class RobotsTag
{
    /// <summary>Directives that take a value, and so look like the name of a robot.</summary>
    private static readonly string[] WithValue = ["max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"];

    /// <summary>Whether a page is not to be kept or quoted, by us or by anybody. A robot's name counts up to the next name in the same line.</summary>
    /// <param name="lines">The header's lines as sent.</param>
    /// <param name="productToken">Our name.</param>
    public static bool ForbidsArchiving(IEnumerable<string> lines, string productToken) => lines.Any(line => Forbids(line, productToken));

    private static bool Forbids(string line, string productToken)
    {
        var meant = true;
        foreach (var part in line.Split(',', StringSplitOptions.TrimEntries))
        {
            var directive = part;
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && !WithValue.Contains(part[..colon].Trim(), StringComparer.OrdinalIgnoreCase))
            {
                var name = part[..colon].Trim();
                meant = name == "*" || name.Equals(productToken, StringComparison.OrdinalIgnoreCase);
                directive = part[(colon + 1)..].Trim();
            }

            if (meant && string.Concat(directive.Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant() is "noarchive" or "nosnippet" or "none" or "max-snippet:0")
            {
                return true;
            }
        }

        return false;
    }
}
