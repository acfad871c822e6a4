using Aggregator.Content.Publishing;
using Aggregator.Content.Tests.Publishing.Checks;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Tests.Publishing;

/// <summary>Whatever a story is made of, the W3C's feed validator would find neither an error nor a warning in the feed that tells it.</summary>
public sealed class FeedValidityTests
{
    private static readonly DateTimeOffset Now = Samples.Noon.AddHours(2);

    private static readonly Dictionary<string, Func<PublishedFeed>> Odd = new()
    {
        ["no entries"] = () => Samples.Feed(),
        ["no entries, never changed"] = () => Samples.Feed() with { Updated = DateTimeOffset.UnixEpoch },
        ["one entry"] = () => Samples.Feed(new PublishedEntry(Samples.Story("One"))),
        ["500 entries of one second"] = () => Samples.Feed([.. Enumerable.Range(0, 500).Select(number => new PublishedEntry(OddStories.Numbered(number)))]),
        ["titles"] = () => OddStories.FeedOf(OddStories.Texts, (story, text) => story with { Title = text }),
        ["summaries"] = () => OddStories.FeedOf(OddStories.Texts, (story, text) => story with { Summary = text, Body = null }),
        ["authors"] = () => OddStories.FeedOf(OddStories.Texts, (story, text) => story with { Authors = [text, "Ann", text] }),
        ["names of feeds"] = () => OddStories.FeedOf(OddStories.Texts, (story, text) => story with { FeedName = text, Authors = [] }),
        ["topics"] = () => OddStories.FeedOf(OddStories.Texts, (story, text) => story with { Topics = [new TopicTag(text, 1, []), new TopicTag(text, 1, [])], Entities = [new EntityTag(text, "place", 1, false), new EntityTag(text, "person", 1, false)] }),
        ["bodies"] = () => OddStories.FeedOf(OddStories.Bodies, (story, html) => story with { Body = new StoryBody(html, "") }),
        ["bodies as texts"] = () => OddStories.FeedOf(OddStories.Texts, (story, text) => story with { Body = new StoryBody(text, "") }),
        ["bodies nobody may keep"] = () => OddStories.FeedOf(OddStories.Bodies, (story, html) => story with { Body = new StoryBody(html, ""), NoArchive = true }),
        ["a body of a megabyte"] = () => Samples.Feed(new PublishedEntry(Samples.Story("Long", string.Concat(Enumerable.Repeat("<p>A paragraph with <b>weight</b> &amp; an &lt;example&gt;.</p>\n", 16_000))))),
        ["links"] = () => OddStories.FeedOf(OddStories.Addresses, (story, address) => story with { Link = new Uri(address), Comments = new Uri(address), Image = new Uri(address) }),
        ["files"] = () => OddStories.FeedOf(OddStories.OtherAddresses, (story, address) => story with { Enclosures = [new Enclosure(new Uri(address), "audio/mpeg", 1), new Enclosure(new Uri(address), "audio/mpeg", 2)] }),
        ["types of files"] = () => OddStories.FeedOf(OddStories.MediaTypes, (story, type) => story with { Enclosures = [new Enclosure(new Uri("https://paper.example/a"), type, null), new Enclosure(new Uri("https://paper.example/b"), type, 1)] }),
        ["lengths of files"] = () => OddStories.FeedOf(OddStories.Lengths, (story, length) => story with { Enclosures = [new Enclosure(new Uri("https://paper.example/a"), "audio/mpeg", length), new Enclosure(new Uri("https://paper.example/b"), null, length)] }),
        ["pictures and comments"] = () => OddStories.FeedOf(OddStories.OtherAddresses, (story, address) => story with { Image = new Uri(address), Comments = new Uri(address) }),
        ["languages"] = () => OddStories.FeedOf(OddStories.Languages, (story, language) => story with { Language = language }),
        ["dates"] = () => OddStories.FeedOf(OddStories.Dates, (story, date) => story with { Published = date }),
        ["hundreds of categories"] = () => Samples.Feed(new PublishedEntry(Samples.Story("T") with
        {
            Topics = [.. Enumerable.Range(0, 300).Select(number => new TopicTag($"Topic {number % 250} & more", 1, []))],
            Entities = [.. Enumerable.Range(0, 300).Select(number => new EntityTag($"Name {number % 7}", "person", 1, false))],
        })),
        ["a hundred other outlets"] = () => Samples.Feed(new PublishedEntry(Samples.Story("Lead"), [.. Enumerable.Range(0, 100).Select(number =>
            OddStories.Numbered(number, OddStories.Texts[number % OddStories.Texts.Length]) with { Link = new Uri(OddStories.Addresses[number % OddStories.Addresses.Length]), FeedName = OddStories.Texts[number % 31] })])),
        ["two entries of one address"] = () => Samples.Feed(new PublishedEntry(OddStories.Numbered(1)), new PublishedEntry(OddStories.Numbered(2), [OddStories.Numbered(3)])),
        ["names of the feed itself"] = () => Samples.Feed(new PublishedEntry(Samples.Story("T"))) with { Title = "<b>All</b> &amp; \uFFFD\u0085", Subtitle = "first\n</i> &copy; second" },
        ["a feed without a name"] = () => Samples.Feed(new PublishedEntry(Samples.Story("T"))) with { Title = " \u0007", Subtitle = "" },
        ["a feed of a query, on another host"] = () => Samples.Feed(new PublishedEntry(Samples.Story("T"))) with
        {
            Self = new Uri("https://nachrichten-für-alle.example:8080/feed.atom?q=" + Uri.EscapeDataString("title:\"a & b\" [c] OR d*")),
            Alternate = new Uri("https://nachrichten-für-alle.example:8080/?q=[c]"),
            TopicScheme = new Uri("https://nachrichten-für-alle.example:8080/topics/"),
            Hub = new Uri("https://hüb.example/"),
        },
        ["a page among pages"] = () => Samples.Feed(new PublishedEntry(Samples.Story("T"))) with
        {
            Links = [new PublishedLink("first", new Uri("https://news.example/feed.atom?page=1")), new PublishedLink("previous", new Uri("https://news.example/feed.atom?page=1")), new PublishedLink("next", new Uri("https://news.example/feed.atom?after=[x]"))],
            Hub = new Uri("https://news.example/hub"),
            AskAgainAfter = TimeSpan.FromMinutes(7),
        },
        ["an archive"] = () => Samples.Feed(new PublishedEntry(Samples.Story("T"))) with
        {
            Links = [new PublishedLink("current", new Uri("https://news.example/feed.atom")), new PublishedLink("prev-archive", new Uri("https://news.example/archive/1"))],
            IsArchive = true,
            AskAgainAfter = TimeSpan.Zero,
        },
        ["sources that are not on the web"] = () => Samples.Feed(new PublishedEntry(Samples.Story("T"))) with { Sources = new Dictionary<FeedId, Uri> { [new FeedId("00112233aabbccdd")] = new("file:///feed.xml") } },
    };

    public static TheoryData<string, FeedContent> OddFeeds
    {
        get
        {
            var cases = new TheoryData<string, FeedContent>();
            foreach (var name in Odd.Keys)
            {
                foreach (var content in Enum.GetValues<FeedContent>())
                {
                    cases.Add(name, content);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(OddFeeds))]
    public void Write_OddFeed_HasNoFault(string name, FeedContent content) => HasNoFault(Odd[name]() with { Content = content });

    [Fact]
    public void Write_AnyMixtureOfOddParts_HasNoFault()
    {
        var random = new Random(20260304);
        for (var round = 0; round < 90; round++)
        {
            HasNoFault(OddStories.Mixed(random) with { Content = (FeedContent)(round % 3) });
        }
    }

    [Fact]
    public void Updated_OfEntriesThatChangedAtOnce_DiffersAndIsTheEntrysOwn()
    {
        var together = Samples.Feed(new PublishedEntry(OddStories.Numbered(1)), new PublishedEntry(OddStories.Numbered(2)));
        var alone = Samples.Feed(new PublishedEntry(OddStories.Numbered(2)));

        var updated = Updated(together);
        Assert.NotEqual(updated[0], updated[1]);
        Assert.Equal(updated[1], Assert.Single(Updated(alone)));

        static List<string> Updated(PublishedFeed feed)
        {
            using var bytes = new MemoryStream(PublishedFormats.All[0].Write(feed));
            return [.. System.Xml.Linq.XDocument.Load(bytes).Root!.Elements(System.Xml.Linq.XName.Get("entry", FeedFacts.Atom)).Select(entry => entry.Element(System.Xml.Linq.XName.Get("updated", FeedFacts.Atom))!.Value)];
        }
    }

    private static void HasNoFault(PublishedFeed feed) =>
        Assert.All(PublishedFormats.All, writer => Assert.Empty(FeedChecks.Of(writer, feed, Now).Distinct().Take(20).Select(fault => $"{writer.Extension}: {fault}")));
}
