using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Tests.Publishing;

/// <summary>Feeds to write.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What a hostile or careless publisher might call a story.</summary>
    public static readonly string[] NastyTitles =
    [
        "Plain", "AT&T <b>buys</b> &amp; sells", "]]> ends nothing", "<![CDATA[x]]>", "Emoji 😀👩‍💻 and 𝒳", "עברית ועוד", "\u202Egnp.exe",
        "bell\u0007 escape\u001B null\0 del\u007F c1\u0085x", "half \uD800 pair", "tail \uDC00", "\uFFFE\uFFFF end", "quote \" ' `", "\r\nX: y",
        "<script>alert(1)</script>", "\u0001",
    ];

    public static Story Story(string title, string html = "<p>Body.</p>") => new()
    {
        Id = new StoryId("0123456789abcdef01234567"),
        Feed = new FeedId("00112233aabbccdd"),
        FeedName = "The Example & Co",
        Link = new Uri("https://paper.example/a?x=1&y=2"),
        Title = title,
        Authors = ["Ann O’Nym", "Bo\u0007b"],
        Published = Noon.AddHours(-1),
        FirstSeen = Noon,
        Updated = Noon.AddMinutes(5),
        Language = "en-GB",
        Image = new Uri("https://paper.example/lead.jpg"),
        Comments = new Uri("https://paper.example/a#talk"),
        Enclosures = [new Enclosure(new Uri("https://paper.example/a.mp3"), "audio/mpeg", 12345), new Enclosure(new Uri("https://paper.example/b.bin"), "no type", null)],
        Summary = "Less < more & shorter.",
        Topics = [new TopicTag("EVs & self-driving", 2, []), new TopicTag("AI", 1.5, [])],
        Entities = [new EntityTag("Example Motors", "organisation", 3, true)],
        Cluster = new ClusterId("fedcba987654321001234567"),
        Fingerprint = "f",
        Body = new StoryBody(html, ""),
    };

    public static PublishedFeed Feed(params IReadOnlyList<PublishedEntry> entries) => new()
    {
        Title = "All & everything",
        Subtitle = "Merged <news>",
        Self = new Uri("https://news.example/feed.atom"),
        Alternate = new Uri("https://news.example/"),
        Updated = Noon.AddHours(1),
        TagAuthority = "aggregator.example,2026",
        Key = "all",
        Entries = entries,
        TopicScheme = new Uri("https://news.example/topics/"),
        Sources = new Dictionary<FeedId, Uri> { [new FeedId("00112233aabbccdd")] = new("https://paper.example/feed.xml") },
    };

    public static PublishedFeed Nasty() =>
        Feed([.. NastyTitles.Select(title => new PublishedEntry(Story(title, $"<p>]]> {title}</p><script>x</script>"), [Story(title)]))]);
}
