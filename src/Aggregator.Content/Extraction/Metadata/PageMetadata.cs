namespace Aggregator.Content.Extraction.Metadata;

/// <summary>What the page says about its article, weighed and cleaned.</summary>
internal sealed record PageMetadata
{
    public string? Title { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string> Authors { get; init; } = [];

    public DateTimeOffset? Published { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public string? Language { get; init; }

    public Uri? CanonicalAddress { get; init; }

    public Uri? Image { get; init; }

    public string? SiteName { get; init; }

    public string? ArticleBody { get; init; }

    /// <summary>The headlines of a live blog's posts.</summary>
    public IReadOnlyList<string> LivePosts { get; init; } = [];

    /// <summary>schema.org and Open Graph types, lower case.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    public bool NoArchive { get; init; }

    /// <summary>JSON-LD says the text is not free to read (schema.org isAccessibleForFree).</summary>
    public bool Paid { get; init; }
}
