using System.Text.Json.Nodes;
using Aggregator.Content.Clustering;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Evaluation;

/// <summary>Groups articles on one event, in file order, one second apart, each from an outlet of its own.</summary>
internal sealed class ClusterCommand : IEvaluation
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly StoryClusterer _clusterer = new(new ClusteringOptions());
    private long _lines;

    public JsonObject Evaluate(JsonObject line, string folder)
    {
        var id = line["id"]!.ToString();
        var story = new ClusterableStory(
            new StoryId(ContentHash.Of(12, id)),
            line["title"]?.ToString() ?? "",
            line["body"]?.ToString() ?? "",
            Language: null,
            Start.AddSeconds(_lines++),
            Outlet: id);
        var assignment = _clusterer.Assign(story);
        return new JsonObject
        {
            ["id"] = id,
            ["story"] = assignment.Cluster.Value,
            ["score"] = Math.Round(assignment.Score, 3),
            ["shared"] = new JsonArray([.. assignment.Shared.Select(term => (JsonNode)term)]),
        };
    }
}
