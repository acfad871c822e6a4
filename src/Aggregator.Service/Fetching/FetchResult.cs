namespace Aggregator.Service.Fetching;

/// <summary>What went wrong with a request: decides how long to wait before the next.</summary>
public enum FetchFault
{
    /// <summary>No answer in time, or a broken one; a 5xx answer. Backed off from an hour to a day.</summary>
    Unreachable,

    /// <summary>No server was reached at all: its name is not known, or there is no way to it. The fault may lie here.</summary>
    NotReached,

    /// <summary>404, or 400, 405, 406: backed off to daily after three in a row.</summary>
    NotFound,

    /// <summary>401 or 403: tried daily.</summary>
    Forbidden,

    /// <summary>An answer that is no feed.</summary>
    NotAFeed,

    /// <summary>The address is not allowed to be fetched.</summary>
    Refused,

    /// <summary>The host asked for quiet while the request waited for its turn.</summary>
    HostAtRest,

    /// <summary>There was no memory for the answer: others had it all.</summary>
    NoRoom,

    /// <summary>The secret that opens the feed is not there; nothing was asked.</summary>
    NoSecret,

    /// <summary>The poll was not brought to its end here; the server may have done its part.</summary>
    BrokenOff,
}

/// <summary>How long an answer may be reused, as the publisher states it (RFC 9111 section 4.2), and the validators to ask with next time.</summary>
/// <param name="ETag">RFC 9110 section 8.8.3, byte for byte. Null: none.</param>
/// <param name="LastModified">RFC 9110 section 8.8.2, byte for byte. Null: none.</param>
/// <param name="Freshness">max-age less Age, or Expires less Date. Null: nothing stated, or no wish (no-store, no-cache).</param>
public sealed record CacheTerms(string? ETag, string? LastModified, TimeSpan? Freshness);

/// <summary>Where an answer came from.</summary>
/// <param name="Address">The address that answered, after redirects.</param>
/// <param name="MovedTo">How far the redirects were permanent (301, 308) from the first on; null: the first was not, or there was none.</param>
public sealed record AnswerOrigin(Uri Address, Uri? MovedTo);

/// <summary>What asking for a feed brought. A closed set.</summary>
public abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>A failure because the document is no feed.</summary>
    public static FetchResult NoFeed(string why) => new Failed(FetchFault.NotAFeed, null, why);

    /// <summary>The bytes of the answer's body as they came over the network, compressed.</summary>
    public long Received { get; init; }

    /// <summary>The result in words.</summary>
    public abstract string Describe();

    /// <summary>A new document.</summary>
    /// <param name="Body">Its bytes, decompressed.</param>
    /// <param name="BodyHash">A hash of the bytes.</param>
    /// <param name="Origin">Where it came from.</param>
    /// <param name="Terms">Validators and lifetime.</param>
    public sealed record Changed(ReadOnlyMemory<byte> Body, string BodyHash, AnswerOrigin Origin, CacheTerms Terms) : FetchResult
    {
        /// <summary>Its Content-Type as sent. Null: none.</summary>
        public string? ContentType { get; init; }

        /// <summary>Its Content-Language as sent (RFC 9110 section 8.5). Null: none.</summary>
        public string? ContentLanguage { get; init; }

        /// <summary>It holds only the entries that came since the last one (226, RFC 3229 section 10.4.1), not the whole feed.</summary>
        public bool IsPart { get; init; }

        /// <summary>Its Link header as sent (RFC 8288). Null: none.</summary>
        public string? Link { get; init; }

        /// <inheritdoc/>
        public override string Describe() => FormattableString.Invariant($"{Body.Length} bytes of {ContentType ?? "unknown type"}");
    }

    /// <summary>304 Not Modified (RFC 9110 section 15.4.5), or 200 with the same bytes as before.</summary>
    /// <param name="Origin">Where the answer came from.</param>
    /// <param name="Terms">Validators and lifetime; a validator the 304 does not repeat is null.</param>
    /// <param name="SentWhole">The bytes came although nothing changed.</param>
    public sealed record Unchanged(AnswerOrigin Origin, CacheTerms Terms, bool SentWhole) : FetchResult
    {
        /// <inheritdoc/>
        public override string Describe() => "not changed";
    }

    /// <summary>Asked to come back later (429 or 503 with Retry-After, RFC 9110 section 10.2.3).</summary>
    /// <param name="Delay">After how long.</param>
    /// <param name="Why">In words.</param>
    public sealed record ComeBackLater(TimeSpan Delay, string Why) : FetchResult
    {
        /// <inheritdoc/>
        public override string Describe() => Why;
    }

    /// <summary>Nothing was asked: another answer of the same host had it left alone. Says nothing of the feed.</summary>
    /// <param name="Delay">For how long still.</param>
    /// <param name="Why">In words.</param>
    public sealed record HostAtRest(TimeSpan Delay, string Why) : FetchResult
    {
        /// <inheritdoc/>
        public override string Describe() => Why;
    }

    /// <summary>Other bodies had all the memory (<see cref="BodiesInHand"/>): nothing was read. Says nothing of the feed.</summary>
    /// <param name="Why">In words.</param>
    public sealed record NoRoom(string Why) : FetchResult
    {
        /// <inheritdoc/>
        public override string Describe() => Why;
    }

    /// <summary>410 Gone (RFC 9110 section 15.5.11): not to be asked again.</summary>
    public sealed record Gone : FetchResult
    {
        /// <inheritdoc/>
        public override string Describe() => "answered 410: the publisher removed this feed for good";
    }

    /// <summary>Anything else.</summary>
    /// <param name="Fault">What kind of failure.</param>
    /// <param name="Status">The HTTP status. Null: there was no answer.</param>
    /// <param name="Why">In words an operator can act on.</param>
    public sealed record Failed(FetchFault Fault, int? Status, string Why) : FetchResult
    {
        /// <inheritdoc/>
        public override string Describe() => Why;
    }
}
