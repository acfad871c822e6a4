using Aggregator.Model.Feeds;
using Aggregator.Model.Text;

namespace Aggregator.Content.Discovery;

/// <summary>A candidate that turned out to be a feed.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Address">Where to subscribe: where permanent redirects led, else the candidate's own address.</param>
/// <param name="Feed">What was read there.</param>
public sealed record ReadFeed(FeedCandidate Candidate, Uri Address, ParsedFeed Feed);

/// <summary>A feed offered for subscription.</summary>
public sealed record FeedOffer
{
    /// <summary>Where it is.</summary>
    public required Uri Address { get; init; }

    /// <summary>What it calls itself, else what the page calls it. Null: nothing does.</summary>
    public string? Title { get; init; }

    /// <summary>The web site that the feed names as its own; http or https. Null: none.</summary>
    public Uri? Site { get; init; }

    /// <summary>Its format, as in <see cref="ParsedFeed.Format"/>.</summary>
    public required string Format { get; init; }

    /// <summary>How many entries it holds now.</summary>
    public int Entries { get; init; }

    /// <summary>How it was found.</summary>
    public FoundBy FoundBy { get; init; }

    /// <summary>It holds whole articles, not only teasers.</summary>
    public bool IsFullText { get; init; }

    /// <summary>It holds readers' comments.</summary>
    public bool IsComments { get; init; }

    /// <summary>A better offer with the same entries, in another format for example. Null: there is none.</summary>
    public Uri? SameAs { get; init; }
}

/// <summary>
/// Puts the feeds of a site in the order in which to offer them: as they were found, comments last. Feeds that bring the same entries
/// are one group, led by the one that brings most of them: whole articles before teasers, then Atom, JSON Feed, RSS 2.0 and the rest.
/// </summary>
public static class FeedChoice
{
    /// <summary>From so many characters of HTML an entry, on average, a feed is taken to hold whole articles. Teasers end around 600.</summary>
    private const int FullTextChars = 1_500;

    /// <summary>The share of the shorter feed's entries that the longer one must have too.</summary>
    private const double SameShare = 0.8;

    private const int EntriesCompared = 100;

    private static readonly string[] Formats = ["atom1.0", "json1.1", "json1", "rss2.0", "rss1.0", "atom0.3"];

    /// <summary>The offers, best first; each worse one of a group stands behind its better one. Empty for no feeds.</summary>
    public static IReadOnlyList<FeedOffer> Arrange(IReadOnlyList<ReadFeed> feeds)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        var groups = new List<List<Known>>();
        foreach (var feed in feeds.DistinctBy(feed => feed.Address).Select(feed => new Known(feed, KeysOf(feed.Feed))))
        {
            if (groups.Find(group => AreSame(group[0], feed)) is { } group)
            {
                group.Add(feed);
            }
            else
            {
                groups.Add([feed]);
            }
        }

        return [.. groups.OrderBy(group => group[0].Read.Candidate.IsComments).SelectMany(Offers)];
    }

    private static IEnumerable<FeedOffer> Offers(List<Known> group)
    {
        var ordered = group.Select(known => known.Read).OrderByDescending(read => IsFullText(read.Feed)).ThenBy(read => Rank(read.Feed.Format)).ToList();
        return ordered.Select((read, index) => new FeedOffer
        {
            Address = read.Address,
            Title = read.Feed.Title ?? read.Candidate.Title,
            Site = read.Feed.Site is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo.Length: 0 } site ? site : null,
            Format = read.Feed.Format ?? "",
            Entries = read.Feed.Entries.Count,
            FoundBy = read.Candidate.FoundBy,
            IsFullText = IsFullText(read.Feed),
            IsComments = read.Candidate.IsComments,
            SameAs = index == 0 ? null : ordered[0].Address,
        });
    }

    private static int Rank(string? format) => Array.IndexOf(Formats, format) is var rank and >= 0 ? rank : Formats.Length;

    private static bool IsFullText(ParsedFeed feed) =>
        feed.Entries.Count > 0 && feed.Entries.Average(entry => Math.Max(entry.ContentHtml?.Length ?? 0, entry.SummaryHtml?.Length ?? 0)) >= FullTextChars;

    private static bool AreSame(Known a, Known b) =>
        a.Read.Candidate.IsComments == b.Read.Candidate.IsComments
        && a.Keys.Count > 0 && b.Keys.Count > 0
        && a.Keys.Count(b.Keys.Contains) >= SameShare * Math.Min(a.Keys.Count, b.Keys.Count);

    private static HashSet<string> KeysOf(ParsedFeed feed) =>
        [.. feed.Entries.Take(EntriesCompared).Select(entry => entry.Link is { } link ? AddressKey.Of(link) : entry.Title ?? entry.Key)];

    private sealed record Known(ReadFeed Read, HashSet<string> Keys);
}
