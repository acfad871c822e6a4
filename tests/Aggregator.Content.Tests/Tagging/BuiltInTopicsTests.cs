using Aggregator.Content.Tagging;

namespace Aggregator.Content.Tests.Tagging;

public sealed class BuiltInTopicsTests
{
    [Fact]
    public void BuiltInTopics_AsShipped_HaveNoProblems()
    {
        Assert.Empty(TopicFile.Parse(BuiltInData.Read("topics.json"), "topics.json").Problems);
        Assert.Equal(24, TopicSet.BuiltIn.Topics.Count);
    }

    [Fact]
    public void BuiltInTopics_AsShipped_CarryExamplesBothWays() =>
        Assert.All(TopicSet.BuiltIn.Topics, topic => Assert.True(topic.Matches.Count > 0 && topic.MustNotMatch.Count > 0, topic.Name));

    [Fact]
    public void BuiltInEntities_AsShipped_HaveNoProblems() =>
        Assert.Empty(EntityFile.Parse(BuiltInData.Read("entities.json"), "entities.json").Problems);
}
