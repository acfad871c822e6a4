namespace Aggregator.Model.Feeds;

/// <summary>How a subscription at a hub stands.</summary>
public enum HubState
{
    /// <summary>Wanted, or asked for and not verified; also one whose lease ran out.</summary>
    Requested,

    /// <summary>Verified by the hub: it pushes until the lease ends.</summary>
    Active,

    /// <summary>The hub said no (W3C WebSub section 5.2). Asked again rarely.</summary>
    Denied,

    /// <summary>Not wanted any more: taken back at the hub, then removed.</summary>
    Ending,
}

/// <summary>A subscription to a feed at the hub it names (W3C WebSub). Holds a secret: is never shown as it is.</summary>
public sealed record HubSubscription
{
    private const int ProofAfterAMiss = 10;
    private const int TriesInVain = 3;

    /// <summary>The feed.</summary>
    public required FeedId Feed { get; init; }

    /// <summary>The hub that was asked.</summary>
    public required Uri Hub { get; init; }

    /// <summary>The topic, as the publisher spells it: hubs compare the text, so <see cref="Uri.OriginalString"/> is what counts.</summary>
    public required Uri Topic { get; init; }

    /// <summary>Where the hub was told to push to; ends in <see cref="Token"/>.</summary>
    public required Uri Callback { get; init; }

    /// <summary>Names the subscription in its callback's address: not to be guessed.</summary>
    public required string Token { get; init; }

    /// <summary>The key of the signatures of what is pushed (WebSub section 7.1), less than 200 bytes.</summary>
    public required string Secret { get; init; }

    /// <summary>How it stands.</summary>
    public HubState State { get; init; }

    /// <summary>Whether a request of ours waits for the hub's verification. One that nobody waits for is not confirmed.</summary>
    public bool Pending { get; init; }

    /// <summary>When the hub was last asked. Null: never.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>When the hub is asked next: first request, renewal or another try.</summary>
    public required DateTimeOffset NextRequest { get; init; }

    /// <summary>Requests in a row that came to nothing.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>What went wrong last, in words. Null: nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Since when it has been active without a gap. Null: it is not.</summary>
    public DateTimeOffset? ActiveSince { get; init; }

    /// <summary>When the hub stops pushing unless asked again. Null: never verified.</summary>
    public DateTimeOffset? LeaseEnd { get; init; }

    /// <summary>When the hub last pushed a document that was taken in. Null: never.</summary>
    public DateTimeOffset? LastPush { get; init; }

    /// <summary>Documents pushed and taken in.</summary>
    public long Pushes { get; init; }

    /// <summary>Pushes that brought news since the last miss.</summary>
    public int Proof { get; init; }

    /// <summary>Polls that found entries the hub should have pushed before.</summary>
    public int Misses { get; init; }

    /// <summary>Stories pushed since the last poll, which counts them in <see cref="FeedState.Stories"/>.</summary>
    public long UncountedStories { get; init; }

    /// <summary>
    /// Whether the hub may be relied on: it is active and has pushed news, and a good deal of it if it ever missed something.
    /// </summary>
    public bool IsReliable(DateTimeOffset now) =>
        State == HubState.Active && LeaseEnd > now && Proof >= (Misses == 0 ? 1 : ProofAfterAMiss);

    /// <summary>Whether the hub said no, or three requests in a row came to nothing: another hub is worth trying, if the feed names one.</summary>
    public bool IsInVain => State == HubState.Denied || (State == HubState.Requested && FailuresInARow >= TriesInVain);
}
