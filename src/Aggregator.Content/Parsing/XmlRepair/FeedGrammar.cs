namespace Aggregator.Content.Parsing.XmlRepair;

/// <summary>What the grammars of feeds and HTML imply about elements that nobody closed.</summary>
internal static class FeedGrammar
{
    private static readonly HashSet<string> Voids = new(StringComparer.OrdinalIgnoreCase) { "br", "hr", "img", "input", "wbr", "meta" };

    private static readonly HashSet<string> Entries = new(StringComparer.OrdinalIgnoreCase) { "item", "entry" };

    private static readonly HashSet<string> Leaves = new(StringComparer.OrdinalIgnoreCase)
    {
        "title", "link", "guid", "pubdate", "author", "category", "comments", "description", "updated", "published", "id", "summary",
        "language", "copyright", "generator", "ttl", "lastbuilddate", "managingeditor", "webmaster",
    };

    private static readonly HashSet<string> Successors = new(StringComparer.OrdinalIgnoreCase)
    {
        "item", "entry", "guid", "pubdate", "description", "comments", "category", "updated", "published", "lastbuilddate", "enclosure",
    };

    /// <summary>Whether an HTML element has no content and no end tag.</summary>
    public static bool IsVoid(string name) => Voids.Contains(name);

    /// <summary>Whether the start of <paramref name="next"/> shows that <paramref name="open"/> should have been closed.</summary>
    public static bool Ends(string open, string next) =>
        (Entries.Contains(open) && Entries.Contains(next)) || (Leaves.Contains(open) && Successors.Contains(next));
}
