using System.Text.Json;
using System.Text.Json.Nodes;
using Aggregator.Content.Parsing;

namespace Aggregator.Content.Tests.Parsing;

/// <summary>Every feed in Fixtures beside what must be read from it: the members named there, lists in full. A new case is two new files.</summary>
public sealed class FeedParserFixtureTests
{
    public static TheoryData<string> Feeds => [.. FeedFixtures.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Feeds))]
    public void Parse_Fixture_GivesWhatStandsBesideIt(string name)
    {
        var feed = FeedParser.Parse(FeedFixtures.All[name], FeedFixtures.Context);

        var read = JsonSerializer.SerializeToNode(feed, JsonSerializerOptions.Web);
        AssertContains(JsonNode.Parse(FeedFixtures.Expected(name)), read, "feed");
    }

    private static void AssertContains(JsonNode? expected, JsonNode? actual, string at)
    {
        switch (expected)
        {
            case JsonObject members:
                foreach (var (member, value) in members)
                {
                    Assert.True(actual is JsonObject, $"{at} is missing");
                    Assert.True(actual.AsObject().ContainsKey(member), $"{at} has no member {member}");
                    AssertContains(value, actual[member], $"{at}.{member}");
                }

                break;
            case JsonArray list:
                Assert.True(actual is JsonArray found && found.Count == list.Count, $"{at} is {actual?.ToJsonString()}");
                for (var i = 0; i < list.Count; i++)
                {
                    AssertContains(list[i], actual![i], $"{at}[{i}]");
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{at} is {actual?.ToJsonString()}, not {expected?.ToJsonString()}");
                break;
        }
    }
}
