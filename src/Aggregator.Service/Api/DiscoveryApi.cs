using Aggregator.Content.Discovery;
using Aggregator.Service.Discovery;
using Aggregator.Service.Doors;
using Aggregator.Service.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aggregator.Service.Api;

/// <summary>The feeds of a site, found from its address.</summary>
public static class DiscoveryApi
{
    /// <summary>Maps /api/discover. It makes the service ask other sites, so it needs the key: it must not be anybody's proxy.</summary>
    public static IEndpointRouteBuilder MapDiscovery(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/discover", DiscoverAsync).RequireKey().WithTags("Feeds").WithName("discoverFeeds")
            .WithSummary("The feeds of a site, best first, found from the address of any of its pages").WithDescription(DoorSigns.NeedsKey);
        return routes;
    }

    private static async Task<Results<Ok<DiscoveryAnswer>, ProblemHttpResult>> DiscoverAsync(
        string address, bool? verify, bool? all, FeedFinder finder, CancellationToken cancellationToken)
    {
        if (SiteAddress.Read(address) is not { } site)
        {
            return Problems.BadQuestion(new QuestionError("address", $"\"{address}\" is no address: expected http:// or https:// and a host, without user and password", []));
        }

        return TypedResults.Ok(DiscoveryAnswer.Of(await finder.FindAsync(site, new DiscoveryWish(verify ?? true, all ?? false), cancellationToken)));
    }
}

/// <summary>What was found for a site's address.</summary>
/// <param name="Address">The address asked for.</param>
/// <param name="Feeds">Feeds that were read, best first, those of comments last.</param>
/// <param name="NotRead">What may be a feed too and was not read, because enough was found or it was not wished.</param>
/// <param name="Missed">What the page gives as a feed and is none.</param>
/// <param name="Requests">How many requests it took.</param>
/// <param name="Fault">What kept the search from going on. Null: nothing.</param>
public sealed record DiscoveryAnswer(
    string Address, IReadOnlyList<FeedOfferAnswer> Feeds, IReadOnlyList<CandidateAnswer> NotRead, IReadOnlyList<MissedAnswer> Missed, int Requests, string? Fault)
{
    /// <summary>The answer for a result.</summary>
    public static DiscoveryAnswer Of(DiscoveryResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new DiscoveryAnswer(
            result.Address.AbsoluteUri,
            [.. result.Feeds.Select(FeedOfferAnswer.Of)],
            [.. result.NotRead.Select(candidate => new CandidateAnswer(candidate.Address.AbsoluteUri, candidate.Title, candidate.FoundBy, candidate.IsComments))],
            [.. result.Missed.Select(missed => new MissedAnswer(missed.Address.AbsoluteUri, missed.Reason))],
            result.Requests,
            result.Fault);
    }
}

/// <summary>A feed found.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Title">Its title. Null: it has none.</param>
/// <param name="Format">Its format: rss2.0, atom1.0, json1.1...</param>
/// <param name="Entries">How many entries it holds now.</param>
/// <param name="FoundBy">How it was found.</param>
/// <param name="FullText">Whether it holds whole articles.</param>
/// <param name="Comments">Whether it holds readers' comments.</param>
/// <param name="SameAs">A better feed with the same entries. Null: there is none.</param>
public sealed record FeedOfferAnswer(string Url, string? Title, string Format, int Entries, FoundBy FoundBy, bool FullText, bool Comments, string? SameAs)
{
    /// <summary>The answer for an offer.</summary>
    public static FeedOfferAnswer Of(FeedOffer offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return new FeedOfferAnswer(offer.Address.AbsoluteUri, offer.Title, offer.Format, offer.Entries, offer.FoundBy, offer.IsFullText, offer.IsComments, offer.SameAs?.AbsoluteUri);
    }
}

/// <summary>An address that may be a feed.</summary>
/// <param name="Url">The address.</param>
/// <param name="Title">What the page calls it. Null: nothing.</param>
/// <param name="FoundBy">How it was found.</param>
/// <param name="Comments">Whether it holds readers' comments, by its name.</param>
public sealed record CandidateAnswer(string Url, string? Title, FoundBy FoundBy, bool Comments);

/// <summary>An address that is no feed although the page gives it as one.</summary>
/// <param name="Url">The address.</param>
/// <param name="Reason">Why.</param>
public sealed record MissedAnswer(string Url, string Reason);
