using Aggregator.Content.Discovery;
using Aggregator.Model.Feeds;

namespace Aggregator.Content.Tests.Discovery;

public sealed class FeedChoiceTests
{
    [Fact]
    public void Arrange_SameEntriesInTwoFormats_OffersAtomAndNamesTheOtherAsTheSame()
    {
        var offers = FeedChoice.Arrange([Feed("/rss", "rss2.0", 1..10), Feed("/other", "rss2.0", 50..60), Feed("/atom", "atom1.0", 1..12)]);

        Assert.Equal(["/atom", "/rss", "/other"], offers.Select(offer => offer.Address.AbsolutePath));
        Assert.Equal([null, "/atom", null], offers.Select(offer => offer.SameAs?.AbsolutePath));
    }

    [Fact]
    public void Arrange_WholeArticlesInRss_ComeBeforeTeasersInAtom()
    {
        var offers = FeedChoice.Arrange([Feed("/atom", "atom1.0", 1..10), Feed("/rss", "rss2.0", 1..10, text: 4_000)]);

        Assert.Equal(["/rss", "/atom"], offers.Select(offer => offer.Address.AbsolutePath));
        Assert.True(offers[0].IsFullText);
    }

    [Fact]
    public void Arrange_Comments_ComeLastAndAreNotThePosts()
    {
        var offers = FeedChoice.Arrange([Feed("/comments", "atom1.0", 1..10, comments: true), Feed("/posts", "rss2.0", 1..10)]);

        Assert.Equal(["/posts", "/comments"], offers.Select(offer => offer.Address.AbsolutePath));
        Assert.All(offers, offer => Assert.Null(offer.SameAs));
    }

    [Fact]
    public void Arrange_FeedsThatOverlapALittle_AreDifferent() =>
        Assert.All(FeedChoice.Arrange([Feed("/all", "rss2.0", 1..10), Feed("/sport", "atom1.0", 6..20)]), offer => Assert.Null(offer.SameAs));

    [Fact]
    public void Arrange_EmptyFeeds_AreNotTheSame() =>
        Assert.All(FeedChoice.Arrange([Feed("/a", "rss2.0", 1..1), Feed("/b", "atom1.0", 1..1)]), offer => Assert.Null(offer.SameAs));

    private static ReadFeed Feed(string path, string format, Range entries, int text = 100, bool comments = false)
    {
        var address = new Uri("https://example.org" + path);
        return new ReadFeed(new FeedCandidate(address, FoundBy.LinkElement) { IsComments = comments }, address, new ParsedFeed
        {
            Format = format,
            Entries = [.. Enumerable.Range(entries.Start.Value, entries.End.Value - entries.Start.Value).Select(number => new FeedEntry
            {
                Key = $"{number}",
                Fingerprint = "",
                Link = new Uri($"https://example.org/{number}#from{path[1..]}"),
                ContentHtml = new string('x', text),
            })],
        });
    }
}
