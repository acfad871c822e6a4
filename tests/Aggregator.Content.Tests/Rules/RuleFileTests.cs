using Aggregator.Content.Querying;
using Aggregator.Content.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Content.Tests.Rules;

public sealed class RuleFileTests
{
    [Theory]
    [InlineData("""{ "rule": [] }""", "expected \"rules\"")]
    [InlineData("""{ "rules": [ { "when": "a", "mute": true } ] }""", "expected a rule to have a \"name\"")]
    [InlineData("""{ "rules": [ { "name": "A", "mute": true } ] }""", "expected a rule to have a \"when\"")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a" } ] }""", "expected a rule to do something")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "mute": false } ] }""", "expected a rule to do something")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "mutes": true } ] }""", "found \"mutes\"; try mute")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "mute": "yes" } ] }""", "expected true or false")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "boost": 1000 } ] }""", "expected a number from -100 to 100")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "boost": 0 } ] }""", "expected a boost other than 0")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "topic:ia", "mute": true } ] }""", "column 7 of the query: there is no topic \"ia\"; try ai")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a min_sources:2", "mute": true } ] }""", "column 3 of the query: min_sources: and is:lead cannot stand in a rule")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "untag": "Space" } ] }""", "there is no topic \"Space\"")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "feed": "!" } ] }""", "expected the name of a saved feed")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "drop": true, "tag": "AI" } ] }""", "expected \"drop\" to stand alone")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "mute": true, "feed": "F" } ] }""", "expected either \"mute\" or \"feed\"")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "mute": true }, { "name": "a!", "when": "b", "mute": true } ] }""", "expected each rule once")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "mute": true, "matches": ["b"] } ] }""", "expected the rule \"A\" to match this story, but it does not (it has no topics)")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "topic:ai", "mute": true, "mustNotMatch": ["On AI"] } ] }""", "not to match this story, but it does (its topics are AI)")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "drop": true }, { "name": "B", "when": "a", "mute": true, "matches": ["a"] } ] }""", "but \"A\" before it drops it")]
    [InlineData("""{ "rules": [ { "name": "A", "when": "a", "mute": true, "matches": [ { "titel": "a" } ] } ] }""", "expected title, body, source")]
    public void Parse_Mistake_IsToldOnceAndNoRuleIsKept(string json, string expected)
    {
        var result = Parse(json);

        Assert.Contains(expected, Assert.Single(result.Problems).Message, StringComparison.Ordinal);
        Assert.Empty(result.Rules.Rules);
    }

    [Fact]
    public void Parse_MistakeInALaterLine_IsToldWithFileLineAndColumn()
    {
        var result = Parse("{ \"rules\": [\n  { \"name\": \"A\", \"when\": \"a\", \"mute\": true,\n    \"matches\": [\"a\", \"b\"] }\n] }");

        Assert.StartsWith("rules.json:3:22: expected the rule", Assert.Single(result.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ExamplesOfManyKinds_ComeOutRight()
    {
        var result = Parse("""
            { "rules": [
                { "name": "Own", "when": "title:bees", "tag": ["Beekeeping"], "matches": ["Bees at work"] },
                { "name": "Later", "when": "topic:beekeeping source:the-hive lang:en author:ida until:30d has:image", "boost": 2,
                  "matches": [ { "title": "Bees", "source": "The Hive", "language": "en", "author": "Ida", "published": "60d", "image": true } ],
                  "mustNotMatch": [ "Bees", { "title": "Honey", "body": "bees", "category": "x" } ] }
            ] }
            """);

        Assert.Empty(result.Problems);
        Assert.Equal([1, 3], result.Rules.Rules.Select(rule => rule.Examples));
    }

    [Fact]
    public void Apply_SeveralRules_ActInOrderEachOnWhatThoseBeforeLeft()
    {
        var rules = Parse("""
            { "rules": [
                { "name": "Give", "when": "bees", "tag": ["Beekeeping", "ai"] },
                { "name": "Take", "when": "topic:beekeeping topic:ai", "untag": "AI", "boost": -3, "feed": ["To read", "Bees"] },
                { "name": "Not met", "when": "topic:ai", "drop": true },
                { "name": "Quiet", "when": "honey", "mute": true },
                { "name": "Gone", "when": "wasps", "drop": true },
                { "name": "Too late", "when": "wasps", "mute": true }
            ] }
            """).Rules;

        var story = rules.Apply(RuleStories.Make("Bees")).Story;
        var muted = rules.Apply(RuleStories.Make("Honey")).Story;
        var gone = rules.Apply(RuleStories.Make("Wasps"));

        var topic = Assert.Single(story.Topics);
        Assert.Equal(("Beekeeping", "the rule \"Give\"", EvidenceKind.Rule), (topic.Topic, topic.Evidence[0].Feature, topic.Evidence[0].Kind));
        Assert.Equal((-3, false, "to-read bees"), (story.Boost, story.IsMuted, string.Join(' ', story.SavedFeeds)));
        Assert.Equal(["tag Beekeeping", "tag AI", "untag AI", "boost -3", "feed To read", "feed Bees"], story.Rules.Select(effect => effect.Words));
        Assert.True(muted.IsMuted);
        Assert.Equal("Gone", gone.DroppedBy?.Name);
        Assert.Equal([new RuleEffect("Gone", RuleAction.Drop)], gone.Story.Rules);
    }

    [Fact]
    public void Apply_ArticleOfSeveralFeeds_IsHiddenOnlyWhereEachOfThemIs()
    {
        var rules = Parse("""
            { "rules": [
                { "name": "No lists", "when": "source:the-list", "mute": true },
                { "name": "Links", "when": "source:the-list", "feed": "To read" },
                { "name": "No orbits", "when": "title:orbit", "mute": true }
            ] }
            """).Rules;
        var story = RuleStories.Make("Rocket reaches orbit", "Body.");
        var list = new StoryCarrier(new FeedId("00000000000000bb"), "The List", null, story.Id, "Up it goes", story.Link, RuleStories.Now);

        Assert.Equal(["No orbits"], rules.Apply(story).Story.Rules.Select(effect => effect.Rule));
        Assert.Equal(["Links"], rules.Apply(story with { Carriers = [list] }).Story.Rules.Select(effect => effect.Rule));
        Assert.True(rules.Apply(story with { Carriers = [list with { Title = "Orbit at last" }] }).Story.IsMuted);
    }

    [Fact]
    public void StillDrops_RuleOfAnotherQuery_LooksAtTheEntryAnew()
    {
        var dropped = new DroppedStory(new StoryId("x"), "f", "A", Drop("a").Rules[0].Key);

        Assert.True(Drop("a").StillDrops(dropped));
        Assert.False(Drop("b").StillDrops(dropped));
        Assert.False(RuleSet.Empty.StillDrops(dropped));

        static RuleSet Drop(string query) => Parse($$"""{ "rules": [ { "name": "A", "when": "{{query}}", "drop": true } ] }""").Rules;
    }

    [Fact]
    public void Parse_SourceThatIsNoFeed_IsAWarningOnly()
    {
        var result = Parse("""{ "rules": [ { "name": "A", "when": "source:hyve", "mute": true } ] }""");

        Assert.Single(result.Rules.Rules);
        Assert.Equal("rules.json:1:37: column 8 of the query: no feed of feeds.json is called \"hyve\"", Assert.Single(result.Warnings).ToString());
    }

    private static RuleFileResult Parse(string json) => RuleFile.Parse(json, "rules.json", new RuleFileContext(
        new QueryNames { Topics = ["AI"], Feeds = [] },
        story => story.Title.Contains("AI", StringComparison.Ordinal) ? story with { Topics = [new TopicTag("AI", 1, [])] } : story,
        RuleStories.Now));
}
