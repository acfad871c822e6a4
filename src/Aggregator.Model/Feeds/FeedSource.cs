using Aggregator.Model.Storage;
using Aggregator.Model.Text;

namespace Aggregator.Model.Feeds;

/// <summary>
/// Names a feed for good: 16 hex digits made from the address in feeds.json. Survives a change between http and https, a redirect
/// and a new title; another address is another feed, and so is another query.
/// </summary>
public readonly record struct FeedId(string Value)
{
    /// <summary>The id of the feed listed under <paramref name="address"/>.</summary>
    public static FeedId Of(Uri address) => new(ContentHash.Of(8, AddressKey.WithWholeQuery(address)));

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A line of feeds.json: a feed that is polled.</summary>
public sealed record FeedSource
{
    /// <summary>Where the feed is; http or https.</summary>
    public required Uri Address { get; init; }

    /// <summary>The feed's name for people. Null: the host stands in for it.</summary>
    public string? Title { get; init; }

    /// <summary>The group the feed belongs to, free text. Null: none.</summary>
    public string? Category { get; init; }

    /// <summary>The web site behind the feed. Null: unknown.</summary>
    public Uri? Site { get; init; }

    /// <summary>The language of the feed's text, BCP 47 ("en", "pt-BR"). Null: what the feed and the pages say.</summary>
    public string? Language { get; init; }

    /// <summary>How often to poll. Null: the service's default. Never below the service's floor.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Whether the page of each new entry is fetched; if not, the feed's own text is the body.</summary>
    public bool FullText { get; init; } = true;

    /// <summary>A feed that is not enabled keeps its stories and is not polled.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Topics that every story of this feed is given, by full name.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The name of the secret that opens the feed; the secret itself lies elsewhere. Null: the feed is open to all.</summary>
    public string? Auth { get; init; }

    /// <summary>Whether the secret is shown for the pages of the feed's own origin too. Never for others.</summary>
    public bool AuthForPages { get; init; }

    /// <summary>How much of it is kept, where that is not what is said for all. Null: nothing is said of it.</summary>
    public KeepLimits? Keep { get; init; }

    /// <summary>The feed's lasting name.</summary>
    public FeedId Id => FeedId.Of(Address);

    /// <summary>What people call the feed: its title, else its host.</summary>
    public string Name => string.IsNullOrWhiteSpace(Title) ? Address.Host : Title;
}
