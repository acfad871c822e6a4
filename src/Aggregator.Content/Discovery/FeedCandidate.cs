namespace Aggregator.Content.Discovery;

/// <summary>How an address that may be a feed was found. In the order of trust.</summary>
public enum FoundBy
{
    /// <summary>The address asked for is the feed.</summary>
    Itself,

    /// <summary>A Link header (RFC 8288) of the page says so.</summary>
    Header,

    /// <summary>A link element of the page says so (HTML section 4.6.7.1: rel="alternate"; or rel="feed").</summary>
    LinkElement,

    /// <summary>The page links to an address that looks like a feed's.</summary>
    PageLink,

    /// <summary>Such an address stands in the page's scripts, JSON or data attributes.</summary>
    PageData,

    /// <summary>Many sites have their feed at this path; nothing in the page says so.</summary>
    WellKnownPath,
}

/// <summary>An address that may be a feed.</summary>
/// <param name="Address">Absolute, http or https, without fragment.</param>
/// <param name="FoundBy">How it was found.</param>
public sealed record FeedCandidate(Uri Address, FoundBy FoundBy)
{
    /// <summary>What the page calls it. Null: nothing.</summary>
    public string? Title { get; init; }

    /// <summary>The media type the page states. Null: none.</summary>
    public string? MediaType { get; init; }

    /// <summary>Its address or title says that it holds readers' comments.</summary>
    public bool IsComments { get; init; }
}

/// <summary>A page that feeds are looked for in.</summary>
/// <param name="Body">Its bytes.</param>
/// <param name="Address">Where it came from, after redirects.</param>
public sealed record SitePage(ReadOnlyMemory<byte> Body, Uri Address)
{
    /// <summary>Its Content-Type as sent. Null: none.</summary>
    public string? ContentType { get; init; }

    /// <summary>Its Link header as sent; several are joined by commas. Null: none.</summary>
    public string? LinkHeader { get; init; }
}

/// <summary>What a page says about feeds.</summary>
/// <param name="Candidates">Best first, each address once.</param>
/// <param name="Canonical">The page's address for itself (rel="canonical"), if it is another one. Null: none.</param>
public sealed record PageFeeds(IReadOnlyList<FeedCandidate> Candidates, Uri? Canonical);
