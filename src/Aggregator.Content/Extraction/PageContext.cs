using Aggregator.Content.Extraction.Rules;
using Aggregator.Content.Extraction.Sites;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Extraction;

/// <summary>What is known about a page before it is read.</summary>
/// <param name="Address">Where the page was found after redirects, absolute; relative links are resolved against it.</param>
public sealed record PageContext(Uri Address)
{
    /// <summary>The Content-Type header as sent, for its charset parameter (RFC 9110 section 8.3). Null: none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The feed's own entry for the page: a witness for its title, first words, author and date. Null: none.</summary>
    public FeedEntry? Entry { get; init; }

    /// <summary>What the site's other pages taught; what this page teaches comes back as <see cref="Model.Articles.Article.Print"/>. Empty: nothing.</summary>
    public SiteFurniture Site { get; init; } = SiteFurniture.Empty;

    /// <summary>The site's rule. Null: there is none, and the extractor decides alone.</summary>
    public SiteRule? Rule { get; init; }

    /// <summary>What was read before, if the page continues an article. Null: it is an article's first page.</summary>
    public EarlierPages? Earlier { get; init; }

    /// <summary>What robots directives in the page may call us, besides "robots". Null: nothing.</summary>
    public string? RobotName { get; init; }
}
