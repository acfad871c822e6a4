using System.Text.Json.Nodes;
using Aggregator.Content.Clustering;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Evaluation;

/// <summary>
/// Groups articles on one event, in file order, one second apart, each from an outlet of its own; then tells of each the cluster it is in
/// at the end, when later articles may have shown two clusters to be one.
/// </summary>
internal sealed class ClusterCommand(ClusterPass pass) : IEvaluation
{
    public JsonObject Evaluate(JsonObject line, string folder) => pass.Outcome(line["id"]!.ToString());
}

/// <summary>The first pass: every article in its turn.</summary>
internal sealed class ClusterPass : IEvaluation
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly StoryClusterer _clusterer = new(new ClusteringOptions());
    private readonly Dictionary<string, ClusterAssignment> _assignments = [];
    private readonly Dictionary<ClusterId, ClusterId> _into = [];
    private long _lines;

    public JsonObject Evaluate(JsonObject line, string folder)
    {
        var id = line["id"]!.ToString();
        var story = new ClusterableStory(
            new StoryId(ContentHash.Of(12, id)),
            line["title"]?.ToString() ?? "",
            line["body"]?.ToString() ?? "",
            line["language"]?.ToString(),
            Start.AddSeconds(_lines++),
            Outlet: id);
        var assignment = _assignments[id] = _clusterer.Assign(story);
        foreach (var absorbed in assignment.Absorbed)
        {
            _into[absorbed] = assignment.Cluster;
        }

        return new JsonObject { ["id"] = id };
    }

    /// <summary>What became of an article.</summary>
    public JsonObject Outcome(string id)
    {
        var assignment = _assignments[id];
        var cluster = assignment.Cluster;
        while (_into.TryGetValue(cluster, out var into))
        {
            cluster = into;
        }

        return new JsonObject
        {
            ["id"] = id,
            ["story"] = cluster.Value,
            ["score"] = Math.Round(assignment.Score, 3),
            ["shared"] = new JsonArray([.. assignment.Shared.Select(term => (JsonNode)term)]),
        };
    }
}
