using System.Text.Json.Nodes;
using Aggregator.Content.Tagging;

namespace Aggregator.Evaluation;

/// <summary>Tags stories: {"id","title","body"} in; {"id","topics","entities"} out.</summary>
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
            ["entities"] = new JsonArray([.. tagging.Entities.Select(tag => (JsonNode)tag.Name)]),
        };
    }
}
