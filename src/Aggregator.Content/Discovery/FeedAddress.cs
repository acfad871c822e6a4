using System.Text.RegularExpressions;

namespace Aggregator.Content.Discovery;

/// <summary>
/// Tells from an address alone whether a feed may stand behind it. Never the last word: a candidate is fetched and read before anybody
/// relies on it.
/// </summary>
internal static partial class FeedAddress
{
    private const int MaxLength = 2_000;

    /// <summary>Feeds have short paths; what is longer is somebody's data.</summary>
    private const int MaxPath = 300;

    /// <summary>What the name of an XML document holds that is a feed.</summary>
    private static readonly string[] FeedWords = ["rss", "feed", "atom", "index", "podcast", "news", "blog", "posts", "all", "latest", "export"];

    /// <summary>Documents that end like a feed and are something else: site maps, search descriptions, icons, editors' endpoints.</summary>
    private static readonly string[] OtherXml = ["sitemap", "opensearch", "osd.xml", "browserconfig", "wlwmanifest", "rsd.xml", "xmlrpc", "crossdomain", "manifest", "oembed", "schema"];

    /// <summary>Files that no feed is, whatever the host and the folder are called.</summary>
    private static readonly string[] OtherFiles =
    [
        ".js", ".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".mp3", ".m4a", ".mp4", ".ogg", ".pdf", ".zip", ".woff", ".woff2", ".html", ".htm",
    ];

    /// <summary>Schemes by which browsers were once told to hand an address to a feed reader or a podcast player.</summary>
    private static readonly string[] ReaderSchemes = ["feed:", "itpc:", "pcast:", "podcast:", "rss:"];

    /// <summary>
    /// The absolute http or https address meant by <paramref name="text"/>, without fragment; of "feed://host/path" and of a subscribe
    /// button ("https://reader.example/add?url=https%3A%2F%2F...") the one inside. Null: there is none.
    /// </summary>
    public static Uri? Resolve(string? text, Uri baseAddress)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength)
        {
            return null;
        }

        var clean = string.Concat(text.Trim().Where(character => !char.IsControl(character)));
        if (Array.Find(ReaderSchemes, scheme => clean.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) is { } reader)
        {
            var inner = clean[reader.Length..];
            clean = inner.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? inner : "https://" + inner.TrimStart('/');
        }

        if (!Uri.TryCreate(baseAddress, clean, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0 || address.UserInfo.Length > 0)
        {
            return null;
        }

        return WithoutFragment(Inner(address) is { } within && LooksLikeFeed(within) ? within : address);
    }

    /// <summary>Whether the address is of the kind that feeds have.</summary>
    public static bool LooksLikeFeed(Uri address)
    {
        var path = address.AbsolutePath.ToLowerInvariant();
        if (path.Length > MaxPath || Array.Exists(OtherXml, name => path.Contains(name, StringComparison.Ordinal)))
        {
            return false;
        }

        if (Array.Exists(OtherFiles, ending => path.EndsWith(ending, StringComparison.Ordinal)))
        {
            return false;
        }

        return FeedPath().IsMatch(path) || IsFeedFile(path) || FeedQuery().IsMatch(address.Query) || (FeedHost().IsMatch(address.IdnHost) && path.Length > 1);
    }

    /// <summary>Whether an address carries another one along, as buttons to share a page do.</summary>
    public static bool CarriesAddress(Uri address) =>
        address.Query.Contains("http:", StringComparison.OrdinalIgnoreCase) || address.Query.Contains("https:", StringComparison.OrdinalIgnoreCase)
        || address.Query.Contains("http%3a", StringComparison.OrdinalIgnoreCase) || address.Query.Contains("https%3a", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an address or a title says that the feed holds comments; in the languages that blog programs speak most.</summary>
    public static bool SaysComments(Uri address, string? title) =>
        CommentsPath().IsMatch(address.AbsolutePath) || CommentsPath().IsMatch(address.Query) || (title is not null && CommentsWord().IsMatch(title));

    /// <summary>"news.xml", "feed-en.rdf", "feed.json", "rss/world.xml".</summary>
    private static bool IsFeedFile(string path)
    {
        var slash = path.LastIndexOf('/');
        var (folder, file) = (path[..slash], path[(slash + 1)..]);
        return file.EndsWith(".xml", StringComparison.Ordinal) || file.EndsWith(".rdf", StringComparison.Ordinal)
            ? Array.Exists(FeedWords, word => file.Contains(word, StringComparison.Ordinal)) || folder.EndsWith("/rss", StringComparison.Ordinal) || folder.EndsWith("/feed", StringComparison.Ordinal) || folder.EndsWith("/feeds", StringComparison.Ordinal)
            : file.EndsWith(".json", StringComparison.Ordinal) && file.Contains("feed", StringComparison.Ordinal);
    }

    /// <summary>The address that stands inside another one, as a part of its path or as a parameter.</summary>
    private static Uri? Inner(Uri address)
    {
        var written = Uri.UnescapeDataString(address.PathAndQuery);
        var at = Math.Max(written.IndexOf("http://", StringComparison.OrdinalIgnoreCase), written.IndexOf("https://", StringComparison.OrdinalIgnoreCase));
        return at >= 0 && Uri.TryCreate(written[at..], UriKind.Absolute, out var inner) && inner.UserInfo.Length == 0 ? inner : null;
    }

    private static Uri WithoutFragment(Uri address) =>
        address.Fragment.Length == 0 ? address : new Uri(address.GetLeftPart(UriPartial.Query));

    /// <summary>".../feed", ".../feed/atom", ".../rss.php", ".../news.rss", ".../feeds/posts/default".</summary>
    [GeneratedRegex(@"(^|/)(rss|feed|feeds|atom|rdf)(2|_?xml|\.php|\.aspx?|\.cfm)?/?$|/feed/(atom|rss2?|rdf|json|podcast)/?$|\.(rss|atom|rdf|rss2)$|/feeds/(posts|videos|releases|all)(/|\.|$)", RegexOptions.CultureInvariant)]
    private static partial Regex FeedPath();

    [GeneratedRegex(@"[?&](feed=|rss($|[=&])|atom($|[=&])|(format|type|output|alt|view|f)=(rss|atom|feed|json-?feed))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FeedQuery();

    [GeneratedRegex(@"^(feeds?|rss|feeds2)\.|(^|\.)feedburner\.com$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FeedHost();

    [GeneratedRegex(@"(^|[/?&=_-])comments?([/?&=._-]|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CommentsPath();

    [GeneratedRegex(@"\b(comments?|kommentarer?|kommentare|commentaires?|comentarios?|comentários?|commenti|reacties|komentarze|kommentit)\b|коммент|комент|コメント|评论|留言|댓글", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CommentsWord();
}
