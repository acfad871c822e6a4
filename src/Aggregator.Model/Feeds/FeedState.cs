namespace Aggregator.Model.Feeds;

/// <summary>How a feed's last poll ended.</summary>
public enum FeedHealth
{
    /// <summary>Never polled.</summary>
    New,

    /// <summary>The last poll brought a feed, or word that nothing changed.</summary>
    Healthy,

    /// <summary>The last poll failed; it is tried again later.</summary>
    Failing,

    /// <summary>The publisher said 410 Gone. Not polled any more until feeds.json changes.</summary>
    Gone,
}

/// <summary>What is remembered of a feed between polls.</summary>
public sealed record FeedState
{
    /// <summary>The feed.</summary>
    public required FeedId Id { get; init; }

    /// <summary>Its address in feeds.json.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// Where the feed moved for good: a permanent redirect (301, 308) led there at two polls at least a day apart. It is fetched from
    /// there; feeds.json is not rewritten. Null: it did not move.
    /// </summary>
    public Uri? MovedTo { get; init; }

    /// <summary>Where a permanent redirect leads that has not lasted long enough to be believed. Null: there is none.</summary>
    public Uri? RedirectedTo { get; init; }

    /// <summary>Since when it leads there.</summary>
    public DateTimeOffset? RedirectedSince { get; init; }

    /// <summary>Whether what <see cref="RedirectedTo"/> leads to carries entries that were known of this feed before. Without that it is not taken over.</summary>
    public bool RedirectProven { get; init; }

    /// <summary>Since when it is fetched from <see cref="MovedTo"/>.</summary>
    public DateTimeOffset? MovedSince { get; init; }

    /// <summary>An address that a person took back: a redirect to it is followed, and never taken over again. Null: none.</summary>
    public Uri? RefusedMove { get; init; }

    /// <summary>Where it is fetched from.</summary>
    public Uri FetchAddress => MovedTo ?? Address;

    /// <summary>
    /// The address that gave the validators: they are shown to no other (RFC 9110 section 13.1). After a redirect it is not
    /// <see cref="FetchAddress"/>. Null: there are none.
    /// </summary>
    public Uri? ValidatorsOf { get; init; }

    /// <summary>The ETag of the last answer with content, byte for byte (RFC 9110 section 8.8.3). Null: none.</summary>
    public string? ETag { get; init; }

    /// <summary>The Last-Modified of the last answer with content, byte for byte (RFC 9110 section 8.8.2). Null: none.</summary>
    public string? LastModified { get; init; }

    /// <summary>Its ETag proved to stay the same when the document changed, and is not used any more.</summary>
    public bool DistrustsETag { get; init; }

    /// <summary>Its Last-Modified proved to stay the same when the document changed, and is not used any more.</summary>
    public bool DistrustsLastModified { get; init; }

    /// <summary>When the whole document was last sent. Null: never.</summary>
    public DateTimeOffset? LastWhole { get; init; }

    /// <summary>How often in a row the whole document was asked for out of suspicion and proved the server right.</summary>
    public int VainSuspicions { get; init; }

    /// <summary>How long an answer stays fresh, as last stated (Cache-Control, Expires); null where it says nothing.</summary>
    public TimeSpan? StatedLifetime { get; init; }

    /// <summary>When it published, as far as is remembered.</summary>
    public PublicationTimes Publications { get; init; } = PublicationTimes.None;

    /// <summary>A hash of the last answer's body. Null: none yet.</summary>
    public string? BodyHash { get; init; }

    /// <summary>The title the feed gives itself. Null: not read yet.</summary>
    public string? OwnTitle { get; init; }

    /// <summary>What is remembered of its entries, to know one again that comes back under another id.</summary>
    public EntryMemory Known { get; init; } = EntryMemory.Empty;

    /// <summary>The publisher's wishes, from the last document read.</summary>
    public PollingWishes Wishes { get; init; } = new();

    /// <summary>Healthy, failing, or gone.</summary>
    public FeedHealth Health { get; init; }

    /// <summary>When the feed is polled next (UTC).</summary>
    public required DateTimeOffset NextPoll { get; init; }

    /// <summary>Why then, in words. Null: no poll yet.</summary>
    public string? NextPollReason { get; init; }

    /// <summary>
    /// When that was decided, by the clock that <see cref="NextPoll"/> was reckoned with: a plan made later than now was made while the clock ran ahead, and means
    /// nothing. Null: not known.
    /// </summary>
    public DateTimeOffset? PlannedAt { get; init; }

    /// <summary>Before this the publisher wants no request (Retry-After), not even one that a person asks for. Null: no such wish.</summary>
    public DateTimeOffset? QuietUntil { get; init; }

    /// <summary>When it was last polled. Null: never.</summary>
    public DateTimeOffset? LastPoll { get; init; }

    /// <summary>When a poll last succeeded. Null: never.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When a poll last brought a changed document. Null: never.</summary>
    public DateTimeOffset? LastChange { get; init; }

    /// <summary>What went wrong at the last poll, in words an operator can act on. Null: nothing.</summary>
    public string? LastError { get; init; }

    /// <summary>Of what kind that was.</summary>
    public FeedFault LastFault { get; init; }

    /// <summary>Since when every poll has failed. Null: the last one succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>How many polls in a row have failed.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>How many answers in a row brought the same document.</summary>
    public int UnchangedInARow { get; init; }

    /// <summary>What was wrong with the last document read, and repaired.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Since when the same is wrong with its documents. Null: nothing is.</summary>
    public DateTimeOffset? ProblemsSince { get; init; }

    /// <summary>How many polls there were in all.</summary>
    public long Polls { get; init; }

    /// <summary>How many stories of this feed were stored in all.</summary>
    public long Stories { get; init; }

    /// <summary>What its polls of the last days came to.</summary>
    public FeedDays Days { get; init; } = FeedDays.None;

    /// <summary>
    /// The state with its next poll at <paramref name="at"/>, but not before <see cref="QuietUntil"/>. A feed that was gone, and had no plan, is woken. The state as it is
    /// where it is due by then anyway.
    /// </summary>
    public FeedState Hastened(DateTimeOffset at, string reason)
    {
        var earliest = QuietUntil > at ? QuietUntil.Value : at;
        return Health == FeedHealth.Gone ? this with { Health = FeedHealth.Failing, NextPoll = earliest, NextPollReason = reason, PlannedAt = at }
            : NextPoll > earliest ? this with { NextPoll = earliest, NextPollReason = reason }
            : this;
    }

    /// <summary>The state under a new address in feeds.json, which knows nothing of the old one's answers and is due at <paramref name="firstPoll"/>.</summary>
    public FeedState Readdressed(Uri address, DateTimeOffset firstPoll) => this with
    {
        Address = address,
        Health = Health == FeedHealth.Gone ? FeedHealth.Failing : Health,
        NextPoll = firstPoll,
        NextPollReason = "its address was changed in feeds.json",
        MovedTo = null,
        RedirectedTo = null,
        RedirectedSince = null,
        RedirectProven = false,
        MovedSince = null,
        RefusedMove = null,
        DistrustsETag = false,
        DistrustsLastModified = false,
        LastWhole = null,
        VainSuspicions = 0,
        StatedLifetime = null,
        ValidatorsOf = null,
        ETag = null,
        LastModified = null,
        BodyHash = null,
    };
}
