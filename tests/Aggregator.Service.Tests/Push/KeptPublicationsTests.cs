using Aggregator.Model.Push;
using Aggregator.Service.Push;

namespace Aggregator.Service.Tests.Push;

/// <summary>What subscribers have not taken yet is kept for them, and never fills the disk.</summary>
public sealed class KeptPublicationsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TooMany_OfAFeed_AreItsOldest()
    {
        var kept = new KeptPublications([Listed("a", 1, 5), Listed("a", 3, 5), Listed("a", 2, 5), Listed("b", 1, 5)], mostOfATopic: 3, mostBytes: 1_000);
        Assert.Null(kept.TooMany("a"));

        kept.Add(new Publication("a", 4, Noon, "text/plain", new byte[5]));
        kept.Add(new Publication("a", 5, Noon, "text/plain", new byte[5]));

        Assert.Equal(2, kept.TooMany("a"));
        Assert.Null(kept.TooMany("b"));
        Assert.Null(kept.TooMany("of nobody"));
        Assert.Empty(kept.TooLarge());
    }

    [Fact]
    public void TooLarge_OfAllFeeds_AreTheOldestUntilThereIsRoomToSpare()
    {
        var kept = new KeptPublications([Listed("a", 1, 300), Listed("b", 7, 300), Listed("a", 9, 300), Listed("c", 10, 90)], mostOfATopic: 3, mostBytes: 1_000);
        Assert.Empty(kept.TooLarge());

        kept.Add(new Publication("c", 11, Noon.AddMinutes(11), "text/plain", new byte[300]));

        var going = kept.TooLarge();
        Assert.Equal([("a", 1L), ("b", 7L)], going.Select(topic => (topic.Key, topic.Value)));
        foreach (var (topic, last) in going)
        {
            Assert.True(kept.Holds(topic, last));
            kept.Forget(topic, last);
            Assert.False(kept.Holds(topic, last));
        }

        Assert.Equal(690, kept.Bytes);
        Assert.True(kept.Holds("a", 9));
        Assert.Empty(kept.TooLarge());
    }

    private static ListedPublication Listed(string topic, long number, int bytes) => new(topic, number, Noon.AddMinutes(number), bytes);
}
