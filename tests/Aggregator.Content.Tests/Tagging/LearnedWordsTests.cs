using Aggregator.Content.Tagging;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Tests.Tagging;

public sealed class LearnedWordsTests
{
    [Fact]
    public void Tag_LearnedWord_AddsToWhatARuleFoundAndSaysSo()
    {
        var topics = LearnedWords.AddTo(Bees(), "topic Bees\n0.4 smoker\n");

        var tag = Assert.Single(Tag(topics, "Hive and smoker stolen").Topics);

        Assert.Equal(1.1, tag.Score);
        Assert.Contains(tag.Evidence, item => item is { Kind: EvidenceKind.Learned, Feature: "smoker", Weight: 0.4 });
    }

    [Fact]
    public void Tag_LearnedWordsAlone_NeverDecide() =>
        Assert.Empty(Tag(LearnedWords.AddTo(Bees(), "topic Bees\n1 smoker\n1 veil\n1 wax\n"), "Smoker, veil and wax").Topics);

    [Theory]
    [InlineData("0.4 smoker", "topics.learned:1: expected \"topic\"")]
    [InlineData("topic Wasps", "topics.learned:1: expected the name of a topic")]
    [InlineData("topic Bees\nmuch smoker", "topics.learned:2: expected a weight")]
    [InlineData("topic Bees\n7 smoker", "topics.learned:2: expected a weight")]
    public void AddTo_WrongLine_SaysWhichAndWhy(string file, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<InvalidDataException>(() => LearnedWords.AddTo(Bees(), file)).Message, StringComparison.Ordinal);

    private static TopicSet Bees() =>
        DefinitionFile.Parse("""{ "topics": [{ "name": "Bees", "phrases": { "hive": 0.7 } }] }""", "test.json", TopicSet.Empty).Topics;

    private static Model.Topics.Tagging Tag(TopicSet topics, string title) =>
        new TopicTagger(topics, EntitySet.Empty).Tag(new TaggableText(title, "", null));
}
