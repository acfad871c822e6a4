using System.Text;
using System.Text.RegularExpressions;
using Aggregator.Content.Parsing;
using Aggregator.Content.Parsing.Dates;
using Aggregator.Content.Querying;
using Aggregator.Content.Sanitizing;
using Aggregator.Content.Tests.Sanitizing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;

namespace Aggregator.Evaluation;

/// <summary>What can be fuzzed: everything that reads strangers' bytes, or an operator's that may be anything. Each says what is wrong with how a document was read; null: nothing.</summary>
internal static partial class FuzzTargets
{
    private const int LongestLookedAt = 50_000;

    private static readonly Uri Address = new("https://feeds.example/feed");
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly QueryNames Names = new() { Topics = ["AI", "IP theft", "Space"] };

    private static readonly Story Asked = new()
    {
        Id = new StoryId("0123456789abcdef01234567"),
        Feed = new FeedId("0123456789abcdef"),
        FeedName = "Trade paper",
        Link = new Uri("https://paper.example/1"),
        Title = "Deals and trade secrets of a b c",
        FirstSeen = Now,
        Updated = Now,
        Cluster = new ClusterId("0123456789abcdef01234567"),
        Fingerprint = "f",
        Body = new StoryBody("", string.Concat(Enumerable.Repeat("aa ab trade secretary aaaa b. ", 3_000))),
    };

    public static IReadOnlyDictionary<string, Func<byte[], string?>> All { get; } = new Dictionary<string, Func<byte[], string?>>
    {
        ["feeds"] = ReadFeed,
        ["cleaner"] = Clean,
        ["dates"] = ReadDates,
        ["robots"] = ReadRobots,
        ["list"] = ReadList,
        ["query"] = ReadQuery,
    };

    /// <summary>Documents to begin with, beside those of the folder.</summary>
    public static IEnumerable<byte[]> SeedsOf(string target) => (target switch
    {
        "cleaner" => Attacks.All.ToArray(),
        "dates" => ["Mon, 02 Mar 2026 08:00:00 GMT", "2026-03-02T08:00:00.123+01:00", "2 mars 2026 08h30", "Mo, 2. März 2026 8:00 Uhr", "03/02/2026 8:00 PM EST", "1772438400", "２０２６年３月２日", "Sat, 30 Feb 2026 25:61:61 +9999", "yesterday", "2026W10-1", "20260302T080000Z"],
        "robots" => ["User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 5\nSitemap: https://x.example/s", "User-agent: Aggregator\r\nUser-agent: other\rDisallow: /%7Ejoe/*?*=\n# c", "disallow: /\nuser-agent:*\nallow:/*****************x$"],
        "list" => ["{\"feeds\":[{\"url\":\"https://a.example/\",\"title\":\"A\",\"interval\":\"2h\",\"tags\":[\"AI\"],\"enabled\":true,},// c\n]}", "{\"feeds\":[{\"url\":\"https://b.example/\",\"interval\":\"PT1H\",\"auth\":\"x\",\"fullText\":false,\"language\":\"en\",\"site\":null}]}"],
        "query" => ["topic:ai -title:(deal* OR \"trade secret*\") source:x since:7d until:2026-11-24", "((a OR b) AND NOT (c -d)) sort:best min_sources:2 is:lead has:image lang:en", "\"a b\" ~ * : ( ) \\\" entity:\"x y\" author:(a OR b)"],
        _ => (string[])[],
    }).Select(Encoding.UTF8.GetBytes);

    private static string? ReadFeed(byte[] document) => FeedParser.Parse(document, new FeedDocument(Address, null)).Entries.Select(FaultOf).FirstOrDefault(fault => fault is not null);

    /// <summary>A tag, for clean HTML has no other "&lt;": a link that is a script is harmless where it is only written about.</summary>
    [GeneratedRegex("<script|<[^>]* href=\"javascript", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ActiveMarkup();

    private static string? FaultOf(FeedEntry entry)
    {
        foreach (var html in new[] { entry.ContentHtml, entry.SummaryHtml }.OfType<string>())
        {
            var clean = HtmlCleaner.Clean(html, Address);
            if (ActiveMarkup().IsMatch(clean))
            {
                return "active content is left";
            }

            if (HtmlCleaner.Clean(clean, Address) != clean)
            {
                return "cleaning twice gives something else";
            }
        }

        return entry.Key.Length == 0 ? "an entry without a key"
            : entry.Title?.Any(character => character < ' ' && character is not ('\t' or '\n')) == true ? "a control character in a title"
            : null;
    }

    private static string? Clean(byte[] document)
    {
        var clean = HtmlCleaner.Clean(Encoding.UTF8.GetString(document), Address);

        // The parser that looks for faults is the one without bounds, and would count as the cleaner's time.
        var fault = clean.Length > LongestLookedAt ? ActiveMarkup().IsMatch(clean) ? "active content is left" : null : LiveMarkup.In(clean).FirstOrDefault();
        return fault ?? (HtmlCleaner.Clean(clean, Address) == clean ? null : "cleaning twice gives something else");
    }

    private static string? ReadDates(byte[] document)
    {
        foreach (var line in Encoding.UTF8.GetString(document).Split('\n'))
        {
            if (FeedDate.Read(line) is { } date && date.Offset != TimeSpan.Zero)
            {
                return "a date that is not in UTC";
            }
        }

        return null;
    }

    private static string? ReadRobots(byte[] document)
    {
        var rules = RobotsTxt.Parse(document, "Aggregator");
        foreach (var path in (string[])["/", "/a/b/c?x=%7Ey", "/" + new string('a', 2_000) + "b", "/%%%"])
        {
            _ = rules.Allows(new Uri(Address, path));
        }

        return rules.CrawlDelay < TimeSpan.Zero || rules.CrawlDelay > TimeSpan.FromMinutes(1) ? "a delay out of bounds" : null;
    }

    private static string? ReadList(byte[] document)
    {
        var list = FeedListReader.Parse(document, "feeds.json");
        return list.Feeds.Any(feed => feed.Address.Scheme is not ("http" or "https")) ? "a feed that is not on the web" : list.Problems.Any(problem => problem.Line < 1 || problem.Column < 1) ? "a problem without a place" : null;
    }

    private static string? ReadQuery(byte[] document)
    {
        var read = QueryParser.Parse(Encoding.UTF8.GetString(document), Names, Now);
        if (read.Query is { } query)
        {
            _ = QueryMatcher.Matches(query, new QueriedStory(Asked, Now));
        }

        return read.Error is { Column: < 1 } ? "an error without a place" : null;
    }
}
