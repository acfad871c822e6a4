using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aggregator.Service.Tests.Topics;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>Topics as their owner works on them: edited, tried, brought to history, corrected story by story.</summary>
public sealed class TopicsTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    [Fact]
    public async Task TopicsJson_WrittenWhileRunning_HasItsFeedAtOnceAndHistoryAfterRetag()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await StartAsync(world, folder);
        var updated = Updated(await service.GetTextAsync("/feed.atom?cluster=off"));

        await File.WriteAllTextAsync(folder.Topics, TestDefinitions.Json("Rocketry", "rocket*"), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(async () => (int)(await service.GetJsonAsync("/api/topics/definitions"))["topics"]! == 25);
        Assert.Empty(XDocument.Parse(await service.GetTextAsync("/topics/rocketry/feed.atom")).Root!.Elements(Atom + "entry"));
        var first = await RetagAsync(service);
        var second = await RetagAsync(service);

        var entry = Assert.Single(XDocument.Parse(await service.GetTextAsync("/topics/rocketry/feed.atom")).Root!.Elements(Atom + "entry"));
        var category = entry.Elements(Atom + "category").Single(category => (string?)category.Attribute("term") == "rocketry");
        Assert.Equal(("Rocketry", $"{service.Client.BaseAddress}topics/"), ((string?)category.Attribute("label"), (string?)category.Attribute("scheme")));
        Assert.Equal((6, 1), ((int)first["stories"]!, (int)first["changed"]!));
        Assert.Equal((6, 0), ((int)second["stories"]!, (int)second["changed"]!));
        Assert.Equal(updated, Updated(await service.GetTextAsync("/feed.atom?cluster=off")));
    }

    [Fact]
    public async Task TopicsJson_BrokenEdit_KeepsTheLastGoodOneAndIsTold()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Topics, TestDefinitions.Json("Rocketry", "rocket*"), TestContext.Current.CancellationToken);
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");

        await File.WriteAllTextAsync(folder.Topics, TestDefinitions.Json("Rocketry", "", "x"), TestContext.Current.CancellationToken);

        // Half of it may be read first.
        var told = "";
        await Eventually.HoldsAsync(
            async () => (told = (string?)(await service.GetJsonAsync("/api/topics/definitions"))["fileError"]) is not null && told.StartsWith($"{folder.Topics}:3:16: ", StringComparison.Ordinal),
            () => $"told: {told}");
        Assert.Contains("Rocketry", await service.GetTextAsync("/api/topics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_OtherDefinitions_TellsGainsAndLossesAndChangesNothing()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await StartAsync(world, folder);
        var before = await service.GetTextAsync("/feed.atom");

        var answer = await service.AskJsonAsync(HttpMethod.Post, "/api/topics/try", new { definitions = TestDefinitions.Json("Space", "patient*"), sample = 2 });

        var space = answer["topics"]!.AsArray().Single(topic => (string)topic!["name"]! == "Space")!;
        Assert.Equal(6, (int)answer["stories"]!);
        Assert.StartsWith("Ransomware gang", (string)Assert.Single(space["gained"]!.AsArray())!["title"]!, StringComparison.Ordinal);
        Assert.StartsWith("Small rocket", (string)Assert.Single(space["lost"]!.AsArray())!["title"]!, StringComparison.Ordinal);
        Assert.Equal(before, await service.GetTextAsync("/feed.atom"));
    }

    [Fact]
    public async Task Try_DefinitionsWithAMistake_Is400WithItsPlace()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");

        using var answer = await service.AskAsync(HttpMethod.Post, "/api/topics/try", new { definitions = "{ \"topics\": [ {} ] }", fileName = "new.json" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("new.json:1:15", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Correction_AddAndRemove_ShowEverywhereSurviveRetagAndCanBeUndone()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await StartAsync(world, folder);
        var id = (string)(await service.AllStoriesAsync()).Single(story => ((string)story["title"]!).StartsWith("Engineer charged", StringComparison.Ordinal))["id"]!;

        await service.AskJsonAsync(HttpMethod.Put, $"/api/stories/{id}/topics/Space");
        await service.AskJsonAsync(HttpMethod.Delete, $"/api/stories/{id}/topics/ip-theft");
        await RetagAsync(service);

        var story = await service.GetJsonAsync($"/api/stories/{id}");
        var space = story["topics"]!.AsArray().Single(topic => (string)topic!["slug"]! == "space")!;
        Assert.Equal("correction", (string)space["evidence"]![0]!["kind"]!);
        Assert.DoesNotContain(story["topics"]!.AsArray(), topic => (string)topic!["slug"]! == "ip-theft");
        Assert.Equal("ip-theft", (string)Assert.Single(story["overruled"]!.AsArray())!["slug"]!);
        Assert.Equal([true, false], story["corrections"]!.AsArray().Select(correction => (bool)correction!["carries"]!));
        Assert.DoesNotContain("Engineer charged", await service.GetTextAsync("/topics/ip-theft/feed.json"), StringComparison.Ordinal);
        Assert.Contains("Engineer charged", await service.GetTextAsync("/topics/space/feed.json"), StringComparison.Ordinal);
        var page = await service.GetTextAsync($"/stories/{id}");
        Assert.Contains("added by the user", page, StringComparison.Ordinal);
        Assert.Contains("<del>IP theft</del>", page, StringComparison.Ordinal);

        using var export = await service.AskAsync(HttpMethod.Get, "/api/corrections");
        var line = JsonNode.Parse(Assert.Single((await export.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Trim().Split('\n')))!;
        Assert.Equal((id, "Space", "IP theft"), ((string)line["id"]!, (string)line["added"]![0]!, (string)line["removed"]![0]!));
        Assert.Contains("Space", line["topics"]!.AsArray().Select(topic => (string)topic!));
        Assert.StartsWith("Prosecutors charged", (string)line["body"]!, StringComparison.Ordinal);

        await service.AskJsonAsync(HttpMethod.Delete, $"/api/stories/{id}/corrections/ip-theft");
        var undone = await service.AskJsonAsync(HttpMethod.Delete, $"/api/stories/{id}/corrections/space");
        Assert.Contains(undone["topics"]!.AsArray(), topic => (string)topic!["slug"]! == "ip-theft");
        Assert.DoesNotContain(undone["topics"]!.AsArray(), topic => (string)topic!["slug"]! == "space");
        Assert.Null(undone["corrections"]);
    }

    [Theory]
    [InlineData("PUT", "/api/stories/000000000000000000000000/topics/ai", "no story")]
    [InlineData("PUT", "/api/stories/{id}/topics/spaace", "There is no topic")]
    [InlineData("DELETE", "/api/stories/{id}/corrections/space", "Nothing was said")]
    [InlineData("GET", "/api/topics/retag", "never asked")]
    public async Task Correction_OfWhatIsNotThere_Is404WithWords(string method, string path, string words)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await StartAsync(world, folder);
        var id = (string)(await service.AllStoriesAsync())[0]["id"]!;

        using var answer = await service.AskAsync(new HttpMethod(method), path.Replace("{id}", id, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/api/topics/try")]
    [InlineData("POST", "/api/topics/retag")]
    [InlineData("DELETE", "/api/topics/retag")]
    [InlineData("PUT", "/api/stories/000000000000000000000000/topics/ai")]
    [InlineData("DELETE", "/api/stories/000000000000000000000000/topics/ai")]
    [InlineData("DELETE", "/api/stories/000000000000000000000000/corrections/ai")]
    [InlineData("GET", "/api/corrections")]
    public async Task WithoutTheKey_NothingOfThisIsDone(string method, string path)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = method == "POST" ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : null,
        };

        using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<RunningService> StartAsync(NewsWorld world, TestFolder folder)
    {
        var service = await RunningService.StartAsync(folder, world.FeedsJson(["wire/feed.rss"]));
        await service.PolledAsync(1);
        return service;
    }

    private static async Task<JsonObject> RetagAsync(RunningService service)
    {
        await service.AskJsonAsync(HttpMethod.Post, "/api/topics/retag", new { });
        await Eventually.HoldsAsync(async () => (string)(await service.GetJsonAsync("/api/topics/retag"))["state"]! == "done");
        return await service.GetJsonAsync("/api/topics/retag");
    }

    private static List<string> Updated(string atom) => [.. XDocument.Parse(atom).Descendants(Atom + "updated").Select(updated => updated.Value)];
}
