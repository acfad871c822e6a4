using System.Text;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Tests.Topics;

/// <summary>Definition files of one topic that finds one word.</summary>
internal static class TestDefinitions
{
    public static string Json(string name, string phrase, string example = "") =>
        $$"""
        { "topics": [ {
          "name": "{{name}}",
          "phrases": { "{{phrase}}": 2 },
          "matches": [ "{{(example.Length == 0 ? phrase : example)}}" ]
        } ] }
        """;

    public static TopicDefinitions Of(string name, string phrase) => TopicDefinitions.Parse(Encoding.UTF8.GetBytes(Json(name, phrase)), "topics.json").Definitions!;
}
