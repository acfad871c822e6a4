using Aggregator.Content.Publishing;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Tests.Publishing;

public sealed class StoryClusterTests
{
    [Fact]
    public void Lead_OfSeveral_IsPreferredThenWholeThenFromThePageThenEarliest()
    {
        var teaser = Told(0, "https://wire.example/a", BodySource.Page, words: 20);
        var late = Told(30, "https://late.example/a", BodySource.Page, words: 400);
        var fromFeed = Told(10, "https://feed.example/a", BodySource.Feed, words: 400);
        var early = Told(20, "https://early.example/a", BodySource.Page, words: 300);
        var preferred = Told(40, "https://own.example/a", BodySource.Feed, words: 30) with { Rules = [new RuleEffect("ours", RuleAction.Boost, null, 2)] };

        Assert.Equal(early.Id, new StoryCluster([teaser, late, fromFeed, early]).Lead.Id);
        Assert.Equal(fromFeed.Id, new StoryCluster([teaser, fromFeed]).Lead.Id);
        Assert.Equal(preferred.Id, new StoryCluster([teaser, late, fromFeed, early, preferred]).Lead.Id);
    }

    [Fact]
    public void Lead_StoryThatComesLaterAndStatesAnEarlierDate_DoesNotTakeIt()
    {
        var honest = Told(0, "https://honest.example/a", BodySource.Page, words: 300);
        var sameRound = Told(30, "https://other.example/a", BodySource.Page, words: 300) with { Published = Samples.Noon.AddMinutes(-20) };
        var forged = Told(90, "https://forger.example/a", BodySource.Page, words: 900) with { Published = Samples.Noon.AddDays(-3) };

        Assert.Equal(honest.Id, new StoryCluster([forged, honest]).Lead.Id);
        Assert.Equal(sameRound.Id, new StoryCluster([forged, honest, sameRound]).Lead.Id);
    }

    [Fact]
    public void Outlets_OfSeveralFeedsAndFormsOfOneSite_AreOne()
    {
        var cluster = new StoryCluster(
        [
            Told(0, "https://www.wire.example/a", BodySource.Page, 200), Told(60, "https://m.wire.example/b", BodySource.Page, 200),
            Told(120, "https://amp.wire.example/c", BodySource.Page, 200), Told(240, "https://blog.other.example/d", BodySource.Page, 200),
        ]);

        Assert.Equal((2, 0.5), (cluster.Outlets, cluster.Pace));
        Assert.Equal(4, cluster.Stories.Count);
        Assert.Equal(cluster.Stories[0].FirstSeen, cluster.FirstSeen);
        Assert.Equal(cluster.Stories[3].FirstSeen, cluster.Updated);
    }

    private static Story Told(int minutes, string link, BodySource source, int words)
    {
        var seen = Samples.Noon.AddMinutes(minutes);
        return Samples.Story($"story {minutes}") with
        {
            Id = new StoryId($"{minutes:x24}"),
            Link = new Uri(link),
            BodySource = source,
            WordCount = words,
            Published = seen,
            FirstSeen = seen,
            Updated = seen,
        };
    }
}
