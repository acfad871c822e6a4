using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Model.Tests.Stories;

public sealed class CorrectedTagsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly TopicTag Ai = new("AI", 3, [new Evidence("neural", StoryPart.Title, 1, 3)]);
    private static readonly TopicTag Space = new("Space", 2, [new Evidence("orbit", StoryPart.Lead, 2, 2)]);

    [Fact]
    public void Add_TopicNobodyFound_ComesFirstWithTheUsersWordAsItsReason()
    {
        var story = Found(Ai).WithCorrection(new TopicCorrection("IP theft", true, Noon));

        Assert.Equal(["IP theft", "AI"], story.Topics.Select(tag => tag.Topic));
        var reason = Assert.Single(story.Topics[0].Evidence);
        Assert.Equal((EvidenceKind.Correction, "added by the user, 2026-11-24 12:00 UTC"), (reason.Kind, reason.Feature));
    }

    [Fact]
    public void Add_TopicThatWasFound_KeepsWhatWasFound()
    {
        var story = Found(Ai).WithCorrection(new TopicCorrection("AI", true, Noon));

        Assert.Equal([EvidenceKind.Correction, EvidenceKind.Phrase], Assert.Single(story.Topics).Evidence.Select(reason => reason.Kind));
        Assert.True(story.WithoutCorrection("ai").HasTagsOf(Found(Ai)));
    }

    [Fact]
    public void Remove_ThenUndo_GivesBackWhatWasFound()
    {
        var story = Found(Ai, Space).WithCorrection(new TopicCorrection("AI", false, Noon));

        Assert.Equal(["Space"], story.Topics.Select(tag => tag.Topic));
        Assert.True(story.WithoutCorrection("ai").HasTagsOf(Found(Ai, Space)));
    }

    [Fact]
    public void Correct_TheOtherWayRound_TakesThePlaceOfWhatWasSaidBefore()
    {
        var story = Found(Ai)
            .WithCorrection(new TopicCorrection("AI", false, Noon))
            .WithCorrection(new TopicCorrection("AI", true, Noon.AddHours(1)));

        Assert.Equal("AI", Assert.Single(story.Topics).Topic);
        Assert.Equal(new TopicCorrection("AI", true, Noon.AddHours(1)), Assert.Single(story.Corrections));
    }

    [Fact]
    public void Found_Anew_ObeysTheCorrections()
    {
        var corrected = Found(Ai).WithCorrection(new TopicCorrection("AI", false, Noon)).WithCorrection(new TopicCorrection("IP theft", true, Noon));

        var again = corrected.WithFound([Space, Ai], []);

        Assert.Equal(["IP theft", "Space"], again.Topics.Select(tag => tag.Topic));
        Assert.Equal(["Space", "AI"], again.WithCorrections([]).Topics.OrderBy(tag => tag.Score).Select(tag => tag.Topic));
    }

    [Fact]
    public void HasTagsOf_OtherReasonForTheSameTopic_IsADifference()
    {
        Assert.True(Found(Ai, Space).HasTagsOf(Found(Ai with { Evidence = [.. Ai.Evidence] }, Space)));
        Assert.False(Found(Ai).HasTagsOf(Found(Ai with { Evidence = [Ai.Evidence[0] with { Count = 2 }] })));
        Assert.False(Found(Ai, Space).HasTagsOf(Found(Ai)));
    }

    private static Story Found(params TopicTag[] topics)
    {
        var id = StoryId.Of(new FeedId("0123456789abcdef"), "1");
        return new Story
        {
            Id = id,
            Feed = new FeedId("0123456789abcdef"),
            FeedName = "The Test",
            Link = new Uri("https://test.example/1"),
            Title = "Story",
            FirstSeen = Noon,
            Updated = Noon,
            Cluster = new ClusterId(id.Value),
            Fingerprint = "f",
            Topics = topics,
        };
    }
}
