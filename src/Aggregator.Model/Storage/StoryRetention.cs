using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Model.Storage;

/// <summary>
/// How much a store keeps. Nothing is set: everything, for ever. Every story is kept under one <see cref="KeepGroup"/>: that of a topic it has, if
/// something is said of one; else that of the feed that brought it, if something is said of that; else the rest. What is said for a group holds for it; what is
/// not said there of age is said by <see cref="MaxAge"/>. Pinned stories are of no group: only <see cref="MaxBytes"/> can end them, when nothing else is left.
/// </summary>
public sealed record StoryRetention
{
    /// <summary>So long is for ever.</summary>
    public static TimeSpan ForEver { get; } = TimeSpan.FromDays(36500);

    /// <summary>
    /// For want of room (<see cref="MaxBytes"/>) stories without a topic go first until they are one in so many of all that are not pinned, then the others: else a store that is full of tagged
    /// stories would drop each new one without a topic as it comes.
    /// </summary>
    public const int UntaggedShare = 8;

    /// <summary>Stories are kept so long from <see cref="Story.OrderedAt"/>, unless their group says otherwise. Null: age does not matter.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How many stories are kept in all, those not counted that are pinned. Null: any number.</summary>
    public long? MaxStories { get; init; }

    /// <summary>The bytes that everything the store keeps may take on the disk, its indexes and logs among them. Null: what it takes.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>What each feed may hold, unless <see cref="Feeds"/> says otherwise of it. Its age is not used: that is <see cref="MaxAge"/>.</summary>
    public KeepLimits EachFeed { get; init; } = KeepLimits.None;

    /// <summary>What is said of single feeds.</summary>
    public IReadOnlyDictionary<FeedId, KeepLimits> Feeds { get; init; } = new Dictionary<FeedId, KeepLimits>();

    /// <summary>What is said of topics, by their slugs.</summary>
    public IReadOnlyDictionary<string, KeepLimits> Topics { get; init; } = new Dictionary<string, KeepLimits>();

    /// <summary>
    /// The feeds there are. What was said earlier of a feed that is not among them goes on to hold: taking a feed out of the list drops none of its stories. Null: not
    /// known, nothing was said earlier.
    /// </summary>
    public IReadOnlySet<FeedId>? Listed { get; init; }

    /// <summary>Whether anything is said.</summary>
    public bool IsAny => MaxAge is not null || MaxStories is not null || MaxBytes is not null || EachFeed.IsAny || Feeds.Count > 0 || Topics.Count > 0;

    /// <summary>How long the longest kept of all stories are kept that are not pinned. Null: for ever.</summary>
    public TimeSpan? LongestAge => MaxAge is not { } age ? null
        : Feeds.Values.Concat(Topics.Values).Select(limits => limits.MaxAge ?? age).Append(age).Max() is var longest && longest < ForEver ? longest : null;

    /// <summary>How many stories without a topic go for want of room before those with one.</summary>
    public static long SpareUntagged(long untagged, long tagged) => Math.Max(0, untagged - ((untagged + tagged) / UntaggedShare));

    /// <summary>What a group may hold, with what is said for all.</summary>
    public KeepLimits Of(KeepGroup group)
    {
        var own = group.Topic is { } slug ? Topics.GetValueOrDefault(slug) ?? KeepLimits.None
            : group.Feed is { } feed ? (Feeds.GetValueOrDefault(feed) ?? KeepLimits.None) is var said
                ? said with { MaxStories = said.MaxStories ?? EachFeed.MaxStories, MaxBytes = said.MaxBytes ?? EachFeed.MaxBytes }
                : KeepLimits.None
            : KeepLimits.None;
        var age = own.MaxAge ?? MaxAge;
        return own with { MaxAge = age < ForEver ? age : null };
    }
}
