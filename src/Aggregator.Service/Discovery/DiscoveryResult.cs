using Aggregator.Content.Discovery;

namespace Aggregator.Service.Discovery;

/// <summary>What was found for a site's address.</summary>
public sealed record DiscoveryResult
{
    /// <summary>The address asked for.</summary>
    public required Uri Address { get; init; }

    /// <summary>Feeds that were read, best first.</summary>
    public IReadOnlyList<FeedOffer> Feeds { get; init; } = [];

    /// <summary>Candidates that were not read, because enough was found or it was not wished.</summary>
    public IReadOnlyList<FeedCandidate> NotRead { get; init; } = [];

    /// <summary>Candidates that the page gives and that are no feeds. Guessed paths are not among them.</summary>
    public IReadOnlyList<MissedCandidate> Missed { get; init; } = [];

    /// <summary>How many requests it took, without redirects and robots.txt.</summary>
    public int Requests { get; init; }

    /// <summary>What kept the search from going on, in words. Null: nothing.</summary>
    public string? Fault { get; init; }
}

/// <summary>A candidate that could not be read as a feed.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record MissedCandidate(Uri Address, string Reason);

/// <summary>How far to look.</summary>
/// <param name="Verify">Fetch each candidate and read it; if not, only the page itself is fetched.</param>
/// <param name="All">Read every candidate of the page, not only the likeliest.</param>
public sealed record DiscoveryWish(bool Verify = true, bool All = false);
