namespace Aggregator.Model.Push;

/// <summary>Who is told of news, and by which rules.</summary>
public enum SubscriberKind
{
    /// <summary>One that subscribed at our hub (W3C WebSub).</summary>
    WebSub,

    /// <summary>A webhook of the operator's.</summary>
    Webhook,
}

/// <summary>Somebody whom what is new in a merged feed is pushed to. Holds a secret: is never shown as it is.</summary>
public sealed record Subscriber
{
    /// <summary>What names it for good: made of topic and callback, or of a webhook's name.</summary>
    public required string Id { get; init; }

    /// <summary>By which rules it is told.</summary>
    public required SubscriberKind Kind { get; init; }

    /// <summary>The address of the feed, as <see cref="PublishedTopic.Topic"/> spells it.</summary>
    public required string Topic { get; init; }

    /// <summary>Where to push to.</summary>
    public required Uri Callback { get; init; }

    /// <summary>The key that what is pushed is signed with. Null: it is not signed.</summary>
    public string? Secret { get; init; }

    /// <summary>When the subscription ends if it is not renewed. Null: never.</summary>
    public DateTimeOffset? LeaseEnd { get; init; }

    /// <summary>The number of the last publication that it took.</summary>
    public long Delivered { get; init; }

    /// <summary>When it last took one. Null: never.</summary>
    public DateTimeOffset? LastDelivery { get; init; }

    /// <summary>Tries in a row that came to nothing.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>When the first of these was. Null: the last one was good.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When it is tried again. Null: as soon as there is something new.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>What went wrong last, in words. Null: nothing.</summary>
    public string? LastError { get; init; }
}
