using Aggregator.Model.Stories;

namespace Aggregator.Model.Feeds;

/// <summary>What was read from a feed document, whatever its format.</summary>
public sealed record ParsedFeed
{
    /// <summary>The document's format, for example "rss2.0" or "atom1.0". Null: the document is not a feed and has no entries.</summary>
    public string? Format { get; init; }

    /// <summary>The feed's title as plain text. Null: none given.</summary>
    public string? Title { get; init; }

    /// <summary>The title as HTML, links absolute, not cleaned, where it has markup that <see cref="Title"/> does not show. Null: it has none.</summary>
    public string? TitleHtml { get; init; }

    /// <summary>The web site behind the feed. Null: none given.</summary>
    public Uri? Site { get; init; }

    /// <summary>The language the feed states, as stated. Null: none; empty: stated, and empty.</summary>
    public string? Language { get; init; }

    /// <summary>The feed's lasting name (atom:id, rdf:about, podcast:guid), as stated. Null: none given.</summary>
    public string? Id { get; init; }

    /// <summary>The feed's description or subtitle as HTML, links absolute. Null: none given; empty: given, and empty.</summary>
    public string? DescriptionHtml { get; init; }

    /// <summary>The copyright notice as plain text. Null: none given.</summary>
    public string? Rights { get; init; }

    /// <summary>The notice as HTML, links absolute, not cleaned, where it has markup (a link to the licence). Null: it has none.</summary>
    public string? RightsHtml { get; init; }

    /// <summary>The program that wrote the feed. Null: none given.</summary>
    public string? Generator { get; init; }

    /// <summary>The feed's picture (RSS image, atom:logo, itunes:image). Null: none given.</summary>
    public Uri? Image { get; init; }

    /// <summary>The feed's small square picture (atom:icon, JSON Feed favicon). Null: none given.</summary>
    public Uri? Icon { get; init; }

    /// <summary>When the feed says it was published, as stated, in UTC. Null: not given or impossible.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>When the feed says it was last changed, as stated, in UTC. Null: not given or impossible.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>Who is responsible for the feed, best known first.</summary>
    public IReadOnlyList<FeedPerson> Authors { get; init; } = [];

    /// <summary>Who else took part.</summary>
    public IReadOnlyList<FeedPerson> Contributors { get; init; } = [];

    /// <summary>What the feed as a whole is about, in the publisher's words.</summary>
    public IReadOnlyList<FeedCategory> Categories { get; init; } = [];

    /// <summary>Every link the feed gives about itself: its site, itself (rel "self"), its hub (rel "hub"), its next page...</summary>
    public IReadOnlyList<FeedLink> Links { get; init; } = [];

    /// <summary>Whether the publisher marks the feed as explicit (itunes:explicit). Null: not said.</summary>
    public bool? Explicit { get; init; }

    /// <summary>The entries in document order.</summary>
    public IReadOnlyList<FeedEntry> Entries { get; init; } = [];

    /// <summary>How often the publisher wishes to be asked.</summary>
    public PollingWishes Wishes { get; init; } = new();

    /// <summary>What was wrong with the document and what was done about it, in words for an operator. Empty: nothing.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>The publisher's wishes about polling, from the feed itself.</summary>
public sealed record PollingWishes
{
    /// <summary>The least time between polls: RSS 2.0 ttl or sy:updatePeriod / sy:updateFrequency. Null: no wish.</summary>
    public TimeSpan? MinimumInterval { get; init; }

    /// <summary>Hours of the day (0 to 23, GMT) without polls: RSS 2.0 skipHours. Never all 24.</summary>
    public IReadOnlyList<int> SkipHours { get; init; } = [];

    /// <summary>Days (GMT) without polls: RSS 2.0 skipDays. Never all seven.</summary>
    public IReadOnlyList<DayOfWeek> SkipDays { get; init; } = [];
}

/// <summary>An entry of a feed as parsed. Text is plain text unless the name says Html; nothing here is sanitised yet.</summary>
public sealed record FeedEntry
{
    /// <summary>What identifies the entry within its feed, from poll to poll: its id or guid, else its link, else its text. Never empty.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// Whether the document holds the same entry again, and the other one counts. All entries of a document with one <see cref="Key"/>
    /// are copies but one.
    /// </summary>
    public bool IsCopy { get; init; }

    /// <summary>Whether the entry has nothing that could be shown.</summary>
    public bool IsEmpty => Title is null && Link is null && string.IsNullOrEmpty(SummaryHtml) && string.IsNullOrEmpty(ContentHtml) && Enclosures.Count == 0;

    /// <summary>The story the entry became earlier, under another key (<see cref="EntryMemory"/>). Null: its key tells.</summary>
    public StoryId? KnownAs { get; init; }

    /// <summary>A hash of what a reader sees of the entry (title, text, link). Changes when the publisher edits the entry.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The entry's own id (guid, atom:id, rdf:about), as stated. Null: none given. For telling entries apart use <see cref="Key"/>.</summary>
    public string? Id { get; init; }

    /// <summary>The entry's page, absolute. Null: none given.</summary>
    public Uri? Link { get; init; }

    /// <summary>The title as plain text. Null: none given.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// The title as HTML, links absolute, not cleaned, where it has markup that <see cref="Title"/> does not show. Null: it has none. Of an
    /// entry that has nothing but a title it is the text.
    /// </summary>
    public string? TitleHtml { get; init; }

    /// <summary>The names of the authors, without mail addresses.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>The authors with all that is known of them, in the order of the document; a feed's authors stand in where the format says so.</summary>
    public IReadOnlyList<FeedPerson> Persons { get; init; } = [];

    /// <summary>Who else took part.</summary>
    public IReadOnlyList<FeedPerson> Contributors { get; init; } = [];

    /// <summary>When the entry says it was published, as stated, in UTC. Null: not given or impossible.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>When the entry says it was last changed, as stated, in UTC. Null: not given or impossible.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>The summary as HTML, links absolute. Null: none given.</summary>
    public string? SummaryHtml { get; init; }

    /// <summary>The full text as HTML, links absolute. Null: none given.</summary>
    public string? ContentHtml { get; init; }

    /// <summary>The publisher's own categories.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The same categories with their schemes and labels.</summary>
    public IReadOnlyList<FeedCategory> CategoryTerms { get; init; } = [];

    /// <summary>Every link the entry gives: its page, related pages, replies, its files, a transcript (rel "transcript")...</summary>
    public IReadOnlyList<FeedLink> Links { get; init; } = [];

    /// <summary>Attached media.</summary>
    public IReadOnlyList<Enclosure> Enclosures { get; init; } = [];

    /// <summary>The entry's picture. Null: none given.</summary>
    public Uri? Image { get; init; }

    /// <summary>The page of comments. Null: none given.</summary>
    public Uri? Comments { get; init; }

    /// <summary>The language of the entry, as stated. Null: the feed's.</summary>
    public string? Language { get; init; }

    /// <summary>Small pictures of the entry (media:thumbnail).</summary>
    public IReadOnlyList<Uri> Thumbnails { get; init; } = [];

    /// <summary>How long the attached media plays. Null: not said.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Whether the publisher marks the entry as explicit (itunes:explicit, media:adult). Null: not said.</summary>
    public bool? Explicit { get; init; }

    /// <summary>How many comments the publisher counts (slash:comments, thr:total). Null: not said.</summary>
    public int? CommentCount { get; init; }

    /// <summary>The copyright notice as plain text. Null: none of its own.</summary>
    public string? Rights { get; init; }

    /// <summary>The notice as HTML, links absolute, not cleaned, where it has markup (a link to the licence). Null: it has none.</summary>
    public string? RightsHtml { get; init; }

    /// <summary>The feed the entry was taken over from (RSS source, atom:source). Null: it is the feed's own.</summary>
    public FeedOrigin? Origin { get; init; }

    /// <summary>The place the entry is about (georss, gml, geo). Null: none given.</summary>
    public GeoPoint? Place { get; init; }

    /// <summary>The story that the entry is, in the feed it stands in.</summary>
    public StoryId StoryIn(FeedId feed) => KnownAs ?? StoryId.Of(feed, Key);
}

/// <summary>A file attached to an entry (RSS 2.0 enclosure, Atom link rel="enclosure", JSON Feed attachment).</summary>
/// <param name="Address">Where the file is.</param>
/// <param name="MediaType">Its media type as stated; null: not stated.</param>
/// <param name="Length">Its size in bytes as stated; null: not stated.</param>
public sealed record Enclosure(Uri Address, string? MediaType, long? Length);
