using Aggregator.Content.Tagging;

namespace Aggregator.Content.Tests.Tagging;

public sealed class DefinitionFileTests
{
    [Fact]
    public void Parse_SyntaxError_IsToldOnceWithItsPlace()
    {
        var problem = Assert.Single(Parse("{\n  \"topics\": [}\n").Problems);

        Assert.Equal(2, problem.Line);
        Assert.StartsWith("mine.json:2:", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"topics\": [], \"entitys\": [] }", "expected \"topics\", \"entities\" or \"groups\"")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\" } ] }", "expected a topic to have \"phrases\"")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\", \"phrases\": { \"@hives\": 1 } } ] }", "expected the name of a group")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\", \"phrases\": { \"bee ~99 hive\": 1 } } ] }", "expected a number of words from 0 to 50")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\", \"phrases\": { \"bee\": \"much\" } } ] }", "expected a number from -100 to 100")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\", \"phrases\": { \"bee\": 1 }, \"matches\": [\"Wasps\"] } ] }", "expected the title to get the topic \"Bees\"")]
    [InlineData("{ \"entities\": [ { \"name\": \"Acme\", \"kind\": \"firm\" } ] }", "expected \"organisation\" or \"product\"")]
    [InlineData("{ \"entities\": [ { \"name\": \"Acme\" }, { \"name\": \"ACME\" } ] }", "expected each entity once")]
    [InlineData("{ \"entities\": [ { \"name\": \"Acme\", \"mustNotMatch\": [\"Acme grows\"] } ] }", "expected the title not to get the entity \"Acme\"")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\", \"phrases\": { \"b*\": 1 } } ] }", "expected at least 2 letters before '*'")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\", \"phrases\": { \"bee ~2 a ~2 b ~2 c ~2 d\": 1 } } ] }", "expected at most 3 distances")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\", \"languages\": [\"English\"], \"phrases\": { \"bee\": 1 } } ] }", "expected a BCP 47 language")]
    [InlineData("{ \"topics\": [ { \"name\": \"Bees\", \"colour\": \"red\", \"phrases\": { \"bee\": 1 } } ] }", "expected name, description")]
    [InlineData("{ \"entities\": [ { \"name\": \"Sharp > Vision\", \"matches\": [\"Sharp sight\"] } ] }", "cannot be looked for")]
    [InlineData("{ \"groups\": { \"hives\": [] }, \"topics\": [ { \"name\": \"Bees\", \"phrases\": { \"@hives\": 1 }, \"matches\": [\"Hives robbed\"] } ] }", "found only a group that has none")]
    [InlineData("[]", "expected an object")]
    public void Parse_Mistake_IsToldOnceAndTheDefinitionLeftOut(string json, string expected)
    {
        var result = Parse(json);

        Assert.Contains(expected, Assert.Single(result.Problems).Message, StringComparison.Ordinal);
        Assert.Empty(result.Topics.Topics);
    }

    [Fact]
    public void Parse_ThousandsOfAlternatives_AreRefused()
    {
        var words = string.Join(" | ", Enumerable.Range(0, 2_000).Select(number => $"bee{number}"));

        var result = Parse($$"""{ "topics": [{ "name": "Bees", "phrases": { "{{words}}": 1 } }] }""");

        Assert.Contains("expected at most 500 phrases", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TwoTopicsOfOneName_AreRefused()
    {
        var result = Parse("{ \"topics\": [{ \"name\": \"Bees\", \"phrases\": { \"bee\": 1 } }, { \"name\": \"BEES\", \"phrases\": { \"bee\": 1 } }] }");

        Assert.Contains("expected each topic once", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
        Assert.Equal("Bees", Assert.Single(result.Topics.Topics).Name);
    }

    [Fact]
    public void Parse_TopicsThatShareAnAddress_AreRefused()
    {
        var result = Parse("{ \"topics\": [{ \"name\": \"C++\", \"phrases\": { \"c++\": 1 } }, { \"name\": \"C#\", \"phrases\": { \"c#\": 1 } }] }");

        Assert.Contains("in addresses both are \"c\"", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NameTooLongForTheStore_IsRefused()
    {
        var result = Parse($$"""{ "topics": [{ "name": "{{new string('b', 101)}}", "phrases": { "bee": 1 } }] }""");

        Assert.Contains("of at most 100 characters", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ThousandsOfMistakes_AreToldUpToAHundred() =>
        Assert.Equal(100, Parse($$"""{ "topics": [{{string.Join(",", Enumerable.Repeat("1", 5_000))}}] }""").Problems.Count);

    [Fact]
    public void Parse_BuiltInGroup_ServesTopicsAndEntities()
    {
        var result = Parse(
            """
            {
              "topics": [{ "name": "Taken", "phrases": { "@taking ~4 honey": 1 } }],
              "entities": [{ "name": "Hive", "ambiguous": ["=Hive"], "needs": ["@taking"] }],
            }
            """);

        Assert.Empty(result.Problems);
        var tags = new TopicTagger(result.Topics, result.Entities).Tag(new TaggableText("Hive says its honey was stolen", "", null));
        Assert.Equal("Taken", Assert.Single(tags.Topics).Topic);
        Assert.Equal("Hive", Assert.Single(tags.Entities).Name);
    }

    [Fact]
    public void Parse_FileNamedLikeOurs_StillKnowsTheBuiltInGroups()
    {
        var json = "{ \"groups\": { \"bees\": [\"bee\"] }, \"topics\": [{ \"name\": \"Bees\", \"phrases\": { \"@bees | @taking\": 1 } }] }";

        Assert.Empty(DefinitionFile.Parse(json, "topics.json", TopicSet.BuiltIn).Problems);
    }

    [Fact]
    public void With_TopicOfTheSameName_TakesTheBuiltInPlace()
    {
        var user = Parse("{ \"topics\": [{ \"name\": \"ai\", \"phrases\": { \"bee\": 1 } }, { \"name\": \"Bees\", \"phrases\": { \"bee\": 1 } }] }");

        var all = TopicSet.BuiltIn.With(user.Topics).Topics;

        Assert.Equal(25, all.Count);
        Assert.Equal(["ai", "Bees"], [all[0].Name, all[^1].Name]);
    }

    private static DefinitionFileResult Parse(string json) => DefinitionFile.Parse(json, "mine.json", TopicSet.BuiltIn);
}
