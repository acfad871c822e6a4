using Aggregator.Model.Feeds;

namespace Aggregator.Model.Storage;

/// <summary>What stories are kept under: a topic, a feed, or the rest.</summary>
/// <param name="Name">"t|" and a topic's slug, "f|" and a feed's id, or "*".</param>
public readonly record struct KeepGroup(string Name)
{
    private const string TopicMark = "t|", FeedMark = "f|";

    /// <summary>All that is under no topic and no feed.</summary>
    public static KeepGroup Rest { get; } = new("*");

    /// <summary>The topic's slug. Null: it is no topic.</summary>
    public string? Topic => Name.StartsWith(TopicMark, StringComparison.Ordinal) ? Name[TopicMark.Length..] : null;

    /// <summary>The feed. Null: it is none.</summary>
    public FeedId? Feed => Name.StartsWith(FeedMark, StringComparison.Ordinal) ? new FeedId(Name[FeedMark.Length..]) : null;

    /// <summary>A topic's group.</summary>
    public static KeepGroup OfTopic(string slug) => new(TopicMark + slug);

    /// <summary>A feed's group.</summary>
    public static KeepGroup OfFeed(FeedId feed) => new(FeedMark + feed.Value);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
