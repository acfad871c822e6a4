using Aggregator.Content.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Tests.Topics;

public sealed class StoryTaggerTests
{
    private static readonly FeedSource Source = new() { Address = new Uri("https://test.example/feed"), Tags = ["Space"] };

    private static readonly Story Rocket = TestStories.Make(1) with
    {
        Title = "Small rocket reaches orbit",
        Body = new StoryBody("", "The rocket put its first satellite into orbit."),
    };

    [Fact]
    public void Tag_TopicOfTheFeed_ComesFirstAndOnce()
    {
        var story = StoryTagger.Tag(Rocket, [Source], TopicDefinitions.BuiltIn, RuleSet.Empty).Story;

        Assert.Equal("Space", Assert.Single(story.Topics).Topic);
        Assert.Equal(EvidenceKind.Feed, Assert.Single(story.Topics[0].Evidence).Kind);
    }

    [Fact]
    public void Tag_FeedNoLongerListed_KeepsWhatItGave()
    {
        var given = StoryTagger.Tag(Rocket, [Source with { Tags = ["Harbours"] }], TopicDefinitions.BuiltIn, RuleSet.Empty).Story;

        var again = StoryTagger.Tag(given, [null], TopicDefinitions.BuiltIn, RuleSet.Empty).Story;

        Assert.True(again.HasTagsOf(given));
        Assert.Contains(again.Topics, tag => tag.Topic == "Harbours");
    }

    [Fact]
    public void Tag_CorrectedStory_ObeysTheUser()
    {
        var corrected = Rocket.WithCorrection(new TopicCorrection("Space", false, TestStories.Morning));

        Assert.Empty(StoryTagger.Tag(corrected, [Source], TopicDefinitions.BuiltIn, RuleSet.Empty).Story.Topics);
    }
}
