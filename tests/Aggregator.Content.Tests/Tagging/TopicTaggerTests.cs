using Aggregator.Content.Tagging;

namespace Aggregator.Content.Tests.Tagging;

public sealed class TopicTaggerTests
{
    [Theory]
    [InlineData("=AI", "Ai Weiwei opens a show", false)]
    [InlineData("=AI", "生成AIの新サービス", true)]
    [InlineData("trade secret*", "Trade secrets taken", true)]
    [InlineData("game #", "Game 7 is on", true)]
    [InlineData("game #", "Game on", false)]
    [InlineData("raises #m", "Firm raises £20m for kites", true)]
    [InlineData("raises #m", "Firm raises $1.5m for kites", false)]
    [InlineData("raises ~1 #m", "Firm raises $1.5m for kites", true)]
    [InlineData("cut # jobs", "Acme to cut 12000000 jobs", true)]
    [InlineData("stole ~2 code", "The code they stole", true)]
    [InlineData("stole >2 code", "The code they stole", false)]
    public void Tag_Pattern_FindsWhatItSays(string pattern, string title, bool found)
    {
        var definition = $$"""{ "topics": [{ "name": "Test", "phrases": { "{{pattern}}": 1 } }] }""";
        var file = DefinitionFile.Parse(definition, "test.json", TopicSet.Empty);
        Assert.Empty(file.Problems);

        var tags = new TopicTagger(file.Topics, EntitySet.Empty).Tag(new TaggableText(title, "", null));

        Assert.Equal(found, tags.Topics.Count == 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\ud800")]
    public void Tag_OddText_GivesNothing(string text) =>
        Assert.Empty(new TopicTagger(TopicSet.BuiltIn, EntitySet.BuiltIn).Tag(new TaggableText(text, text, null)).Topics);

    [Fact]
    public void Tag_NothingToFind_FindsNothing() =>
        Assert.Empty(new TopicTagger(TopicSet.Empty, EntitySet.Empty).Tag(new TaggableText("A title", "A body", null)).Topics);

    [Fact]
    public void Tag_WeightsThatAddUpToTheThreshold_AreEnough()
    {
        var file = DefinitionFile.Parse("""{ "topics": [{ "name": "Test", "phrases": { "one": 0.7, "two": 0.2, "three": 0.1 } }] }""", "test.json", TopicSet.Empty);

        Assert.Single(new TopicTagger(file.Topics, EntitySet.Empty).Tag(new TaggableText("One two three", "", null)).Topics);
    }

    [Theory]
    [InlineData("en", 1)]
    [InlineData("en-GB", 1)]
    [InlineData("enm", 0)]
    [InlineData("it", 0)]
    [InlineData(null, 1)]
    public void Tag_PhraseForALanguage_CountsInItAndWhereTheLanguageIsUnknown(string? language, int expected)
    {
        var definition = """{ "topics": [{ "name": "Test", "phrases": { "gift": { "weight": 1, "languages": ["en"] } } }, { "name": "Other", "languages": ["de"], "phrases": { "nothing": 1 } }] }""";
        var file = DefinitionFile.Parse(definition, "test.json", TopicSet.Empty);
        Assert.Empty(file.Problems);

        Assert.Equal(expected, new TopicTagger(file.Topics, EntitySet.Empty).Tag(new TaggableText("A gift", "", language)).Topics.Count);
    }

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('\0')]
    [InlineData('中')]
    [InlineData('\ud83d')]
    public void Tag_MillionsOfCharacters_AreReadToABound(char character)
    {
        var tagger = new TopicTagger(TopicSet.BuiltIn, EntitySet.BuiltIn);
        var text = new string(character, 5_000_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        tagger.Tag(new TaggableText(text, text, null));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000_000, "What is allocated shows that all of it was read.");
    }

    [Fact]
    public void Tag_SameWordsOverAndOver_IsBounded()
    {
        var text = string.Concat(Enumerable.Repeat("chinese hackers stole trade secrets source code ", 50_000));

        Assert.Contains(new TopicTagger(TopicSet.BuiltIn, EntitySet.BuiltIn).Tag(new TaggableText("", text, null)).Topics, tag => tag.Topic == "IP theft");
    }
}
