using Aggregator.Content.Tagging;

namespace Aggregator.Content.Tests.Tagging;

public sealed class BuiltInEntitiesTests
{
    private static readonly TopicTagger Tagger = new(TopicSet.BuiltIn, EntitySet.BuiltIn);

    [Fact]
    public void BuiltInEntities_AsShipped_HaveNoProblems() => Assert.Empty(BuiltInData.Parse("entities.json").Problems);

    [Theory]
    [InlineData("OpenAI says DeepSeek distilled its models, Microsoft looks into it", "OpenAI", "DeepSeek", "Microsoft")]
    [InlineData("NVIDIA and TSMC agree on new Arizona chips", "Nvidia", "TSMC")]
    [InlineData("Facebook owner fined", "Facebook", "Meta")]
    [InlineData("Apple's App Store opens to rivals", "Apple", "App Store")]
    [InlineData("AWS outage takes down Slack and Signal messaging apps", "Amazon", "Slack", "Signal")]
    [InlineData("FTC sues Amazon over Prime", "Federal Trade Commission", "Amazon")]
    [InlineData("Tesla recalls the Cybertruck", "Tesla", "Cybertruck")]
    [InlineData("Epic returns Fortnite to the App Store", "Epic Games", "Fortnite", "App Store")]
    public void Tag_TitleOfTheField_NamesThoseMeant(string title, params string[] expected) =>
        Assert.Equal(expected.Order(), Names(title).Where(name => expected.Contains(name)).Order());

    [Theory]
    [InlineData("An apple a day keeps the doctor away")]
    [InlineData("Apple pie recipes for the holidays")]
    [InlineData("Meta-analysis links walking to better sleep")]
    [InlineData("The switch to renewable energy gathers pace")]
    [InlineData("Fires spread in the Amazon rainforest")]
    [InlineData("Oracle of Delphi's last words deciphered")]
    [InlineData("Hit the target: archers win gold")]
    [InlineData("Traffic signal fault delays buses")]
    [InlineData("Mind the gap, says minister on pay gap")]
    [InlineData("A shell was found on the beach")]
    [InlineData("Visa rules tightened for seasonal workers")]
    [InlineData("Discord between neighbours ends in court")]
    [InlineData("Pilot and copilot land safely")]
    [InlineData("Gemini horoscope for May")]
    [InlineData("Claude Monet's garden reopens")]
    [InlineData("Call for unity after the election")]
    [InlineData("Block party closes the street")]
    [InlineData("Crowds gather in Times Square")]
    [InlineData("Threads of silk found in a tomb")]
    [InlineData("Strong arm tactics of the council")]
    public void Tag_OrdinaryWords_NamesNothing(string title) => Assert.Empty(Names(title));

    [Fact]
    public void Tag_AmbiguousNameBesideAClearOne_Counts() =>
        Assert.Equal(2, Tagger.Tag(new TaggableText("Arm Holdings grows", "Arm is based in Cambridge.", null)).Entities.Single().Mentions);

    private static IEnumerable<string> Names(string title) =>
        Tagger.Tag(new TaggableText(title, "", null)).Entities.Select(entity => entity.Name);
}
