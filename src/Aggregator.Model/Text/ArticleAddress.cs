using System.Text.RegularExpressions;

namespace Aggregator.Model.Text;

/// <summary>
/// Reduces an address to what identifies the article behind it, whichever way leads there: beyond what <see cref="AddressKey"/> takes
/// away, the forms for phones and AMP, AMP caches, and links that pass through somebody who counts clicks. Two addresses of one key
/// most likely are one article; a site may still mean two, so the texts have a say too (<see cref="Stories.SameArticle"/>).
/// </summary>
public static partial class ArticleAddress
{
    private const string AmpCache = ".cdn.ampproject.org";

    /// <summary>Addresses wrapped in one another are followed so far.</summary>
    private const int MostWrappings = 3;

    /// <summary>Labels of a host that choose a form of the site.</summary>
    private static readonly HashSet<string> Forms = new(StringComparer.Ordinal) { "www", "m", "mobile", "amp" };

    /// <summary>Parameters that choose a form of the page.</summary>
    private static readonly HashSet<string> FormParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "amp", "amp=", "amp=1", "amp=true", "m=1", "outputType=amp", "output=amp", "view=amp", "platform=amp",
    };

    /// <summary>Parameters in which those who count clicks carry where the link leads.</summary>
    private static readonly HashSet<string> TargetParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "url", "u", "q", "z", "to", "target", "dest", "destination", "redirect", "redirect_url",
    };

    /// <summary>The key of an absolute http or https address, for example "example.org/2026/a". Null: the address is a site's first page, no article's.</summary>
    public static string? KeyOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        for (var i = 0; i < MostWrappings && Unwrap(address) is { } inner; i++)
        {
            address = inner;
        }

        var key = AddressKey.Of(address);
        var (page, query) = Cut(key, '?');
        var (host, path) = Cut(page, '/');
        path = AmpPath().Replace(path, "");
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !FormParameters.Contains(part)).ToList();
        if (path.Length == 0 && parameters.Count == 0)
        {
            return null;
        }

        return $"{WithoutForms(host)}/{path}{(parameters.Count > 0 ? "?" : "")}{string.Join('&', parameters)}";
    }

    /// <summary>The address that this one carries within it. Null: it carries none.</summary>
    private static Uri? Unwrap(Uri address)
    {
        var path = address.AbsolutePath;
        if (address.Host.EndsWith(AmpCache, StringComparison.OrdinalIgnoreCase) || path.StartsWith("/amp/s/", StringComparison.OrdinalIgnoreCase))
        {
            // "/c/s/example.org/a": what kind of document, whether by https, and its address.
            var match = CachedPath().Match(path);
            return match.Success && Uri.TryCreate($"https://{match.Groups[1].Value}{address.Query}", UriKind.Absolute, out var cached) ? cached : null;
        }

        foreach (var parameter in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(parameter, '=');
            if (TargetParameters.Contains(name)
                && Uri.TryCreate(Uri.UnescapeDataString(value), UriKind.Absolute, out var target)
                && (target.Scheme == Uri.UriSchemeHttp || target.Scheme == Uri.UriSchemeHttps)
                && !target.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase))
            {
                return target;
            }
        }

        return null;
    }

    /// <summary>The host without the labels that choose a form, as long as a name of two labels is left.</summary>
    private static string WithoutForms(string host)
    {
        var labels = host.Split('.').ToList();
        for (var i = labels.Count - 3; i >= 0; i--)
        {
            if (labels.Count > 2 && Forms.Contains(labels[i]))
            {
                labels.RemoveAt(i);
            }
        }

        return string.Join('.', labels);
    }

    private static (string Before, string After) Cut(string text, char at)
    {
        var i = text.IndexOf(at, StringComparison.Ordinal);
        return i < 0 ? (text, "") : (text[..i], text[(i + 1)..]);
    }

    /// <summary>A step "amp" at either end of a path, or ".amp" before the file's kind.</summary>
    [GeneratedRegex(@"^amp/|(?:^|/)amp$|\.amp(?=\.html?$|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AmpPath();

    [GeneratedRegex(@"^/(?:[a-z]{1,4}/)?(?:s/)?([^/]+\.[^/]+/.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CachedPath();
}
