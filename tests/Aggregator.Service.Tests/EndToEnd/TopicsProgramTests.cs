using System.Text.Json.Nodes;
using Aggregator.Service.Tests.Topics;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The verbs on topics, of the built program.</summary>
public sealed class TopicsProgramTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TopicsTest_GoodAndBadFile_CountsExamplesAndTellsFailuresWithTheirPlace()
    {
        using var folder = new TestFolder();
        var bad = Path.Combine(folder.Path, "bad.json");
        await File.WriteAllTextAsync(folder.Topics, TestDefinitions.Json("Harbours", "harbour*", "Harbours"), Token);
        await File.WriteAllTextAsync(bad, TestDefinitions.Json("Harbours", "harbour*", "Ships"), Token);

        var (goodExit, good) = await AggregatorProcess.RunAsync(folder, "topics", "test");
        var (badExit, told) = await AggregatorProcess.RunAsync(folder, "topics", "test", bad);
        var (_, absent) = await AggregatorProcess.RunAsync(folder, "topics", "test", "absent.json");

        Assert.True(goodExit == 0, good);
        Assert.Contains("built-in topics.json: 24 topics", good, StringComparison.Ordinal);
        Assert.Contains($"{folder.Topics}: 1 topics, 0 entities, 1 examples: all is well", good, StringComparison.Ordinal);
        Assert.True(badExit == 1, told);
        Assert.Contains($"{bad}:4:16: expected the title to get the topic \"Harbours\"", told, StringComparison.Ordinal);
        Assert.Contains("absent.json is not there", absent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoriesTagTryAndRetag_WithoutAService_WorkOnTheStore()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["wire/feed.rss"]), Token);
        await AggregatorProcess.RunAsync(folder, "poll");
        var (_, list) = await AggregatorProcess.RunAsync(folder, "stories", "--topic", "ip-theft", "--json");
        var id = (string)JsonNode.Parse(list)!["stories"]![0]!["id"]!;

        var (tagExit, tagged) = await AggregatorProcess.RunAsync(folder, "stories", "tag", id, "+Space", "-IP theft");
        var (wrongExit, wrong) = await AggregatorProcess.RunAsync(folder, "stories", "tag", id, "Space");
        var next = Path.Combine(folder.Path, "next.json");
        await File.WriteAllTextAsync(next, TestDefinitions.Json("Rocketry", "rocket*"), Token);
        var (tryExit, tried) = await AggregatorProcess.RunAsync(folder, "topics", "try", next, "--since", "2026-01-01");
        File.Move(next, folder.Topics);
        var (retagExit, retagged) = await AggregatorProcess.RunAsync(folder, "topics", "retag");
        var (_, status) = await AggregatorProcess.RunAsync(folder, "topics", "retag", "--status");
        var (explainExit, explained) = await AggregatorProcess.RunAsync(folder, "topics", "explain", id);
        var export = Path.Combine(folder.Path, "examples.jsonl");
        var (exportExit, exported) = await AggregatorProcess.RunAsync(folder, "topics", "export-corrections", export);

        Assert.True(tagExit == 0, tagged);
        Assert.Contains("added by the user", tagged, StringComparison.Ordinal);
        Assert.True(wrongExit == 2, wrong);
        Assert.Contains("write +topic", wrong, StringComparison.Ordinal);
        Assert.True(tryExit == 0, tried);
        Assert.Contains("topic Rocketry: 0 stories now, 1 then: 1 gain it, 0 lose it", tried, StringComparison.Ordinal);
        Assert.Contains("+ Small rocket reaches orbit", tried, StringComparison.Ordinal);
        Assert.Contains("6 stories looked at, 1 would change", tried, StringComparison.Ordinal);
        Assert.True(retagExit == 0, retagged);
        Assert.Contains("done: 6 stories looked at, 1 given other tags", retagged, StringComparison.Ordinal);
        Assert.Contains("done: 6 stories looked at", status, StringComparison.Ordinal);
        Assert.True(explainExit == 0, explained);
        Assert.Contains("IP theft removed by the user", explained, StringComparison.Ordinal);
        Assert.DoesNotContain("IP theft (score", explained, StringComparison.Ordinal);
        Assert.True(exportExit == 0, exported);
        Assert.Equal(id, (string)JsonNode.Parse(await File.ReadAllTextAsync(export, Token))!["id"]!);
    }
}
