using Aggregator.Content.Tagging;

namespace Aggregator.Content.Tests.Tagging;

public sealed class BuiltInTopicsTests
{
    [Fact]
    public void BuiltInTopics_AsShipped_HaveNoProblems()
    {
        Assert.Empty(BuiltInData.Parse("topics.json").Problems);
        Assert.Equal(24, TopicSet.BuiltIn.Topics.Count);
    }

    [Fact]
    public void BuiltInTopics_AsShipped_CarryExamplesBothWays() =>
        Assert.All(TopicSet.BuiltIn.Topics, topic => Assert.True(topic.Matches.Count > 0 && topic.MustNotMatch.Count > 0, topic.Name));
}
