using System.Text.Json.Nodes;
using Aggregator.Content.Tagging;
using Aggregator.Model.Topics;

namespace Aggregator.Evaluation;

/// <summary>Tags stories: {"id","title","body"} in; {"id","topics","entities","why"} out, "why" holding each topic's weightiest reasons.</summary>
internal sealed class TagCommand : IEvaluation
{
    private readonly TopicTagger _tagger = new(TopicSet.BuiltIn, EntitySet.BuiltIn);

    public JsonObject Evaluate(JsonObject line, string folder)
    {
        var text = new TaggableText((string?)line["title"] ?? "", (string?)line["body"] ?? "", (string?)line["language"]);
        var tagging = _tagger.Tag(text);
        return new JsonObject
        {
            ["id"] = line["id"]?.DeepClone(),
            ["topics"] = new JsonArray([.. tagging.Topics.Select(tag => (JsonNode)tag.Topic)]),
            ["why"] = new JsonObject(tagging.Topics.Select(tag => KeyValuePair.Create<string, JsonNode?>(tag.Topic, Reasons(tag)))),
            ["entities"] = new JsonArray([.. tagging.Entities.Select(tag => (JsonNode)tag.Name)]),
        };
    }

    private static string Reasons(TopicTag tag) =>
        string.Join("; ", tag.Evidence.Take(5).Select(reason => $"{reason.Feature} in {reason.Part} {reason.Weight:0.##}"));
}
