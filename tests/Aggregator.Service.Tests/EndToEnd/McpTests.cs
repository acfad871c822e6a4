using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>What an assistant asks over the Model Context Protocol, by its messages.</summary>
public sealed class McpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_SwitchedOn_AnswersWithOutletsAndLinksAndChangesNothing()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss", "ledger/feed.atom"]), ("Mcp:Enabled", "true"));
        await service.PolledAsync(2);

        var tools = (await AskAsync(service, "tools/list", new JsonObject()))["result"]!["tools"]!.AsArray();
        var events = await CallAsync(service, "find_events", new JsonObject { ["query"] = "topic:\"IP theft\"" });
        var count = await CallAsync(service, "count_stories", new JsonObject { ["query"] = "" });
        var stories = await CallAsync(service, "find_stories", new JsonObject { ["query"] = "rocket", ["limit"] = 1 });
        var story = await CallAsync(service, "read_story", new JsonObject { ["id"] = (string)JsonNode.Parse(stories)!["stories"]![0]!["id"]! });
        var mistake = (await AskAsync(service, "tools/call", new JsonObject { ["name"] = "find_stories", ["arguments"] = new JsonObject { ["query"] = "topick:ai" } }))["result"]!;

        Assert.Equal(["count_stories", "find_events", "find_stories", "read_story"], tools.Select(tool => (string)tool!["name"]!).Order(StringComparer.Ordinal));
        Assert.All(tools, tool => Assert.True((bool)tool!["annotations"]!["readOnlyHint"]!));
        Assert.Contains("trade secrets", events, StringComparison.Ordinal);
        Assert.Contains($"{world.Address}ledger/chip-secrets", events, StringComparison.Ordinal);
        Assert.Equal(NewsWorld.GoodFeeds["wire/feed.rss"] + NewsWorld.GoodFeeds["ledger/feed.atom"], (int)JsonNode.Parse(count)!["total"]!);
        Assert.Contains("lifted off from the northern spaceport", story, StringComparison.Ordinal);
        Assert.True((bool)mistake["isError"]!);
        Assert.Contains("topic", (string)mistake["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NotSwitchedOn_IsNotThere()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");

        using var answer = await service.Client.PostAsJsonAsync("/mcp", new { }, Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<string> CallAsync(RunningService service, string tool, JsonObject arguments)
    {
        var result = (await AskAsync(service, "tools/call", new JsonObject { ["name"] = tool, ["arguments"] = arguments }))["result"]!;
        Assert.False((bool?)result["isError"] ?? false, result.ToJsonString());
        return (string)result["content"]![0]!["text"]!;
    }

    private static async Task<JsonNode> AskAsync(RunningService service, string method, JsonObject parameters)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = JsonContent.Create(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters }),
        };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2025-06-18");
        using var answer = await service.Client.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text.StartsWith('{') ? text : text.Split('\n').First(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..])!;
    }
}
