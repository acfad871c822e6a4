using System.Collections.Immutable;
using Aggregator.Model.Articles;

namespace Aggregator.Content.Extraction.Sites;

/// <summary>
/// What is remembered of a site's recent pages, to tell its furniture from its articles. A value: learning gives a new one. Which pages
/// are remembered depends on when they were seen and not on the order in which they were learned. Bounded: the newest
/// <see cref="MaxPages"/> pages, none older than <see cref="Lifetime"/>, so a site that is redesigned is soon known anew.
/// </summary>
public sealed class SiteFurniture
{
    /// <summary>
    /// Pages remembered. Boxes that change from day to day (related stories) come back within a few pages, and some of the pages are
    /// no articles; a page takes about 1.5 KB.
    /// </summary>
    public const int MaxPages = 8;

    /// <summary>How long a page is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(60);

    private readonly ImmutableArray<(PagePrint Page, DateTimeOffset Seen)> _pages;

    private SiteFurniture(ImmutableArray<(PagePrint Page, DateTimeOffset Seen)> pages) => _pages = pages;

    /// <summary>A site of which no page was seen yet.</summary>
    public static SiteFurniture Empty { get; } = new([]);

    /// <summary>The pages remembered, the newest first.</summary>
    public IReadOnlyList<(PagePrint Page, DateTimeOffset Seen)> Pages => _pages;

    /// <summary>
    /// What is known with this page, too, which was seen at the given instant. A page seen before under one of its addresses is
    /// remembered as it is now. A page without a headline teaches nothing: it could not be told from a copy of another.
    /// </summary>
    public SiteFurniture With(PagePrint page, DateTimeOffset seen)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (page.Title == 0 || page.Lines.Count == 0)
        {
            return this;
        }

        var all = _pages.Where(known => !known.Page.Addresses.Any(page.Addresses.Contains)).Append((Page: page, Seen: seen)).ToList();
        var newest = all.Max(known => known.Seen);
        return new([.. all.Where(known => newest - known.Seen < Lifetime)
            .OrderByDescending(known => known.Seen).ThenBy(known => known.Page.Addresses[0]).Take(MaxPages)]);
    }
}
