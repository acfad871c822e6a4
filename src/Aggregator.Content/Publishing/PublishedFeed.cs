using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Publishing;

/// <summary>A merged feed, ready to be written in any format.</summary>
public sealed record PublishedFeed
{
    /// <summary>The feed's name, plain text.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence about it, plain text. Empty: none.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>The address of this very document, in the format written.</summary>
    public required Uri Self { get; init; }

    /// <summary>The page for people.</summary>
    public required Uri Alternate { get; init; }

    /// <summary>When the feed last changed (UTC).</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>
    /// Who mints the ids, as RFC 4151 section 2.1 has it: a host and a year it was held in, for example "aggregator.example,2026".
    /// Changing it makes every entry new to every reader.
    /// </summary>
    public required string TagAuthority { get; init; }

    /// <summary>
    /// What the feed holds, for its id: "all", "topics/ai". Lasting. The same stories told one by one instead of by cluster are another
    /// feed with other entries, so they need a key of their own: "all/stories".
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The entries in the order they are written, newest first.</summary>
    public required IReadOnlyList<PublishedEntry> Entries { get; init; }

    /// <summary>The address topics live under; the scheme of the categories made from topics.</summary>
    public required Uri TopicScheme { get; init; }

    /// <summary>Where each feed comes from, to name the source of an entry. Missing ones are named by their site.</summary>
    public IReadOnlyDictionary<FeedId, Uri> Sources { get; init; } = new Dictionary<FeedId, Uri>();

    /// <summary>Whether an entry counts as updated when another outlet reports it; readers may show it as unread again then.</summary>
    public bool NewReportsUpdateEntries { get; init; }

    /// <summary>How much of each story is told.</summary>
    public FeedContent Content { get; init; } = FeedContent.Full;

    /// <summary>Where readers get a picture instead of where its publisher has it. Null: there.</summary>
    public Func<Uri, Uri>? ImageAddress { get; init; }

    /// <summary>A WebSub hub to announce. Null: none.</summary>
    public Uri? Hub { get; init; }

    /// <summary>The other documents of the same feed (RFC 5005), in the order they are written.</summary>
    public IReadOnlyList<PublishedLink> Links { get; init; } = [];

    /// <summary>Whether this document holds entries of a time that is over, and is not to change any more (RFC 5005 section 4).</summary>
    public bool IsArchive { get; init; }

    /// <summary>How long a reader may well wait before it asks again, whole minutes. Null: not told.</summary>
    public TimeSpan? AskAgainAfter { get; init; }
}

/// <summary>A link from a document of a feed to another one.</summary>
/// <param name="Relation">What the other is to it, as registered for links (RFC 8288): "next", "first", "current", "prev-archive".</param>
/// <param name="Address">Where it lies, in the same format.</param>
public sealed record PublishedLink(string Relation, Uri Address);

/// <summary>How much of a story a feed tells; who reports it is always told, with links. More is never told than the one before.</summary>
public enum FeedContent
{
    /// <summary>The headline.</summary>
    Title,

    /// <summary>The summary.</summary>
    Summary,

    /// <summary>The whole text, unless its publisher asks that it is not republished (<see cref="Story.NoArchive"/>).</summary>
    Full,
}

/// <summary>One entry of a merged feed: a cluster, told by its lead story.</summary>
/// <param name="Lead">The story shown; with its body where there is one.</param>
/// <param name="Others">The other stories of the cluster, in the order they are listed.</param>
public sealed record PublishedEntry(Story Lead, IReadOnlyList<Story> Others)
{
    /// <summary>The lead's body, cleaned under today's rules by whoever made the entry. Null: it is cleaned when the entry is written.</summary>
    public string? CleanBody { get; init; }

    /// <summary>An entry of a story alone.</summary>
    public PublishedEntry(Story lead)
        : this(lead, [])
    {
    }
}
