namespace Aggregator.Model.Articles;

/// <summary>What kind of page an address led to.</summary>
public enum PageKind
{
    /// <summary>One article.</summary>
    Article,

    /// <summary>A live blog: many dated posts on one page.</summary>
    LiveBlog,

    /// <summary>Mostly pictures.</summary>
    Gallery,

    /// <summary>Mostly one video or audio.</summary>
    Video,

    /// <summary>A list of links to other pages.</summary>
    List,

    /// <summary>A wall, an error or something else that is no article.</summary>
    NotAnArticle,
}

/// <summary>How far an extracted body can be trusted.</summary>
public enum BodyVerdict
{
    /// <summary>An article's text.</summary>
    Good,

    /// <summary>Text, but perhaps not all of it or not only it.</summary>
    Doubtful,

    /// <summary>Not an article's text: use the feed's own.</summary>
    Unusable,
}

/// <summary>What was read from an article's page.</summary>
public sealed record Article
{
    /// <summary>The headline without the site's name. Null: not found.</summary>
    public string? Title { get; init; }

    /// <summary>The authors' names.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>When it was published, as stated, with the zone stated (UTC where none is). Null: not found.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>When it was last changed. Null: not found.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>BCP 47 language. Null: not found.</summary>
    public string? Language { get; init; }

    /// <summary>The address the page gives itself. Null: none.</summary>
    public Uri? CanonicalAddress { get; init; }

    /// <summary>The lead image. Null: none.</summary>
    public Uri? Image { get; init; }

    /// <summary>The site's name. Null: not found.</summary>
    public string? SiteName { get; init; }

    /// <summary>What kind of page it is.</summary>
    public PageKind Kind { get; init; }

    /// <summary>The body as clean HTML: structure kept, addresses absolute, nothing active. Empty: no body found.</summary>
    public string BodyHtml { get; init; } = "";

    /// <summary>The body as plain text, one line a block. Empty: no body found.</summary>
    public string BodyText { get; init; } = "";

    /// <summary>Words in the body, as <see cref="Text.WordCount"/> counts them.</summary>
    public int WordCount { get; init; }

    /// <summary>How far the body can be trusted.</summary>
    public BodyVerdict Verdict { get; init; }

    /// <summary>Why the verdict is not <see cref="BodyVerdict.Good"/>, and what came of the site's rule if it was of no use, in words.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The page asks not to be republished (meta robots: noarchive or nosnippet).</summary>
    public bool NoArchive { get; init; }

    /// <summary>The site's rule took more steps on the page than any may, and was left where it was.</summary>
    public bool RuleIsSpent { get; init; }

    /// <summary>The page of the same site that continues the article. Null: none is known.</summary>
    public Uri? NextPage { get; init; }

    /// <summary>The page of the same site that shows the whole article at once, where the site's rule names one. Null: none is known.</summary>
    public Uri? SinglePage { get; init; }

    /// <summary>What the page teaches about its site. Null: the page could not be read.</summary>
    public PagePrint? Print { get; init; }
}
