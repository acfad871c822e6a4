namespace Aggregator.Content.Discovery;

/// <summary>Where sites keep their feed that do not say so: the defaults of the programs that write feeds, the commonest first.</summary>
public static class WellKnownPaths
{
    /// <summary>Below the folder of the page asked for: blogs live in folders.</summary>
    private static readonly string[] InFolder = ["feed", "rss", "feed.xml", "atom.xml", "rss.xml", "index.xml", "feed.json"];

    private static readonly string[] AtRoot =
    [
        "feed", "rss", "feed.xml", "atom.xml", "rss.xml", "index.xml", "feed.json", "feeds", "?feed=rss2", "blog/feed", "blog/rss.xml",
        "blog/feed.xml", "blog/atom.xml", "blog/index.xml", "news/rss.xml", "feeds/posts/default", "feed.atom", "index.rdf",
    ];

    /// <summary>The addresses to try for <paramref name="page"/>, one after another until one is a feed; each once.</summary>
    public static IReadOnlyList<FeedCandidate> Of(Uri page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var folder = new Uri(page, page.AbsolutePath.EndsWith('/') || Path.GetExtension(page.AbsolutePath).Length > 0 ? "." : page.AbsolutePath + "/");
        var root = new Uri(page, "/");
        IEnumerable<Uri> nearby = folder == root ? [] : InFolder.Select(path => new Uri(folder, path));
        return [.. nearby.Concat(AtRoot.Select(path => new Uri(root, path))).Distinct().Select(address => new FeedCandidate(address, FoundBy.WellKnownPath))];
    }
}
