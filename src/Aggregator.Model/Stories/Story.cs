using Aggregator.Model.Feeds;
using Aggregator.Model.Text;
using Aggregator.Model.Topics;

namespace Aggregator.Model.Stories;

/// <summary>
/// Names a story for good: 24 hex digits made from its feed and the entry's key, so that the same entry is the same story in every
/// run, on every machine, even after the store was lost.
/// </summary>
public readonly record struct StoryId(string Value)
{
    /// <summary>The id of the story told by an entry of a feed.</summary>
    public static StoryId Of(FeedId feed, string entryKey) => new(ContentHash.Of(12, feed.Value, entryKey));

    /// <summary>Whether <paramref name="text"/> has the form of an id.</summary>
    public static bool TryParse(string? text, out StoryId id)
    {
        id = new StoryId(text ?? "");
        return text is { Length: 24 } && text.All(char.IsAsciiHexDigitLower);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names a cluster for good: the id of the story that began it, or, of one that a user split off, an id made for it.</summary>
public readonly record struct ClusterId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Where a story's body comes from.</summary>
public enum BodySource
{
    /// <summary>Extracted from the article's page.</summary>
    Page,

    /// <summary>The feed's own text.</summary>
    Feed,

    /// <summary>Neither had any text: the title stands in.</summary>
    Title,
}

/// <summary>A story's text.</summary>
/// <param name="Html">Clean HTML: an allow-list of elements, addresses absolute.</param>
/// <param name="Text">The same as plain text, one line a block.</param>
public sealed record StoryBody(string Html, string Text)
{
    /// <summary>No text.</summary>
    public static StoryBody Empty { get; } = new("", "");
}

/// <summary>One stored article: what is queried and published.</summary>
public sealed record Story
{
    /// <summary>The most <see cref="OtherAddresses"/> that are kept.</summary>
    public const int MostAddresses = 10;

    /// <summary>The story's lasting name.</summary>
    public required StoryId Id { get; init; }

    /// <summary>The feed that brought it.</summary>
    public required FeedId Feed { get; init; }

    /// <summary>What people call that feed.</summary>
    public required string FeedName { get; init; }

    /// <summary>The feed's category. Null: none.</summary>
    public string? Category { get; init; }

    /// <summary>Other feeds that carried the same article, in the order in which they did.</summary>
    public IReadOnlyList<StoryCarrier> Carriers { get; init; } = [];

    /// <summary>The original page; absolute, http or https.</summary>
    public required Uri Link { get; init; }

    /// <summary>Further addresses of the page: where the link led, and the one that the page gives itself. At most <see cref="MostAddresses"/>.</summary>
    public IReadOnlyList<Uri> OtherAddresses { get; init; } = [];

    /// <summary>What identifies the article among all addresses that lead to it (<see cref="ArticleAddress"/>). Empty: the link names no article.</summary>
    public IReadOnlyList<string> ArticleKeys =>
        [.. OtherAddresses.Concat(Carriers.Select(carrier => carrier.Link)).Prepend(Link).Select(ArticleAddress.KeyOf).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The feeds that carried it, the one that brought it first.</summary>
    public IEnumerable<FeedId> Feeds => Carriers.Select(carrier => carrier.Feed).Prepend(Feed);

    /// <summary>The title as plain text. Never empty.</summary>
    public required string Title { get; init; }

    /// <summary>The authors' names.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>When it was published, as the feed or the page states. Null: neither does.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>When this service first saw it.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>When its text last changed here; at first <see cref="FirstSeen"/>.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>
    /// Its place in time, newest first everywhere: when it was published, but never later than it was first seen, so that a date in
    /// the future cannot hold the top, and not before 1970. Millisecond precision.
    /// </summary>
    public DateTimeOffset OrderedAt => Truncate(Published is not { } published || published >= FirstSeen ? FirstSeen
        : published < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : published);

    /// <summary>BCP 47 language. Null: unknown.</summary>
    public string? Language { get; init; }

    /// <summary>The lead image. Null: none.</summary>
    public Uri? Image { get; init; }

    /// <summary>The page of comments. Null: none.</summary>
    public Uri? Comments { get; init; }

    /// <summary>Attached media.</summary>
    public IReadOnlyList<Enclosure> Enclosures { get; init; } = [];

    /// <summary>The beginning of the text, plain, at most 500 characters.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Words in the body.</summary>
    public int WordCount { get; init; }

    /// <summary>Where the body comes from.</summary>
    public BodySource BodySource { get; init; }

    /// <summary>Why the body is not the page's, or what is doubtful about it. Null: nothing to say.</summary>
    public string? BodyNote { get; init; }

    /// <summary>The publisher asks that the body is not republished (noarchive, nosnippet).</summary>
    public bool NoArchive { get; init; }

    /// <summary>The topics, those the user gave before those found, surest first.</summary>
    public IReadOnlyList<TopicTag> Topics { get; init; } = [];

    /// <summary>The user's word on its topics, in the order it was given; <see cref="Topics"/> obeys it.</summary>
    public IReadOnlyList<TopicCorrection> Corrections { get; init; } = [];

    /// <summary>Topics that were found and that a correction took away.</summary>
    public IReadOnlyList<TopicTag> Overruled { get; init; } = [];

    /// <summary>What a language model was asked about it, each topic once. The definitions count it in whenever they are applied to this text.</summary>
    public IReadOnlyList<TopicOpinion> Opinions { get; init; } = [];

    /// <summary>
    /// When something but its text last changed: its tags (a correction, other definitions), its cluster (joined or split), the feeds that
    /// carried it, or whether it is pinned. Null: never.
    /// </summary>
    public DateTimeOffset? Retagged { get; init; }

    /// <summary>When the user pinned it: it is the last to be dropped, and only for want of room. Null: it is not pinned.</summary>
    public DateTimeOffset? PinnedAt { get; init; }

    /// <summary>Whether the user pinned it.</summary>
    public bool IsPinned => PinnedAt is not null;

    /// <summary>The organisations and products named, most named first.</summary>
    public IReadOnlyList<EntityTag> Entities { get; init; } = [];

    /// <summary>What the operator's rules did to it, in the order in which they did.</summary>
    public IReadOnlyList<RuleEffect> Rules { get; init; } = [];

    /// <summary>Whether a rule, or a flood it came with, hides it: it is in no feed, and in no answer that does not ask for muted stories.</summary>
    public bool IsMuted => Rules.Any(effect => effect.Action is RuleAction.Mute or RuleAction.Drop or RuleAction.HoldBack);

    /// <summary>The weight that rules gave it; 0 where none did.</summary>
    public double Boost => Rules.Sum(effect => effect.Weight);

    /// <summary>The names of the saved feeds it is in, as slugs.</summary>
    public IEnumerable<string> SavedFeeds =>
        Rules.Where(effect => effect.Action == RuleAction.Feed).Select(effect => Slug.Of(effect.Subject!)).Distinct();

    /// <summary>The cluster of stories on the same event; a story alone is its own cluster.</summary>
    public required ClusterId Cluster { get; init; }

    /// <summary>Why it joined its cluster. Null: it began it, or was split off by the user.</summary>
    public ClusterReason? Joined { get; init; }

    /// <summary>Stories with which the user does not want it in one cluster: some of those it was split from.</summary>
    public IReadOnlyList<StoryId> ApartFrom { get; init; } = [];

    /// <summary>The fingerprint of the feed entry this story was made from; tells whether the publisher changed it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>What the page the text was read from is asked with again. Null: it was not read, or gives nothing for that.</summary>
    public PageValidators? Page { get; init; }

    /// <summary>The text. Null: the query did not ask for it.</summary>
    public StoryBody? Body { get; init; }

    /// <summary>The story as another feed tells it.</summary>
    public Story AsCarriedBy(StoryCarrier carrier)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        return this with { Feed = carrier.Feed, FeedName = carrier.FeedName, Category = carrier.Category, Title = carrier.Title, Link = carrier.Link };
    }

    private static DateTimeOffset Truncate(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
