using System.Text.Json.Nodes;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The built program, run as a process: what its verbs answer.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Poll_ThenStories_AnswersWithoutAService()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(NewsWorld.GoodFeeds.Keys), TestContext.Current.CancellationToken);

        var (pollExit, pollOutput) = await AggregatorProcess.RunAsync(folder, "poll");
        var (storiesExit, storiesOutput) = await AggregatorProcess.RunAsync(folder, "stories", "--topic", "ip-theft", "--json");
        var (tableExit, table) = await AggregatorProcess.RunAsync(folder, "stories", "--source", "the-lab");
        var found = JsonNode.Parse(storiesOutput)!["stories"]!.AsArray();
        var (showExit, shown) = await AggregatorProcess.RunAsync(folder, "stories", "show", (string)found[0]!["id"]!);

        Assert.True(pollExit == 0, pollOutput);
        Assert.Contains($"{NewsWorld.Stories} stories added", pollOutput, StringComparison.Ordinal);
        Assert.True(storiesExit == 0, storiesOutput);
        Assert.All(found, story => Assert.Contains("chip", (string)story!["title"]!, StringComparison.Ordinal));
        Assert.True(tableExit == 0, table);
        Assert.Contains("Notes on compilers", table, StringComparison.Ordinal);
        Assert.True(showExit == 0, shown);
        Assert.StartsWith((string)found[0]!["title"]!, shown, StringComparison.Ordinal);
        Assert.Contains("IP theft (score", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("{", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Poll_WithFailingFeeds_SaysSoInItsExitCode()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["lab/feed.json", "dead/feed.rss"]), TestContext.Current.CancellationToken);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "poll");
        var (_, list) = await AggregatorProcess.RunAsync(folder, "feeds", "list", "--failing");

        Assert.True(exit == 3, output);
        Assert.Contains("1 failed", output, StringComparison.Ordinal);
        Assert.Contains("500", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stories_AnotherServiceTookOverTheAddress_AreNotAskedOfIt()
    {
        await using var world = await NewsWorld.StartAsync();
        using var others = new TestFolder();
        await using var other = await RunningService.StartAsync(others, world.FeedsJson(["lab/feed.json"]));
        await other.PolledAsync(1);
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(folder.Data);
        new ServiceEndpoint(other.Client.BaseAddress!, ServiceKey.New().Value).Write(Path.Combine(folder.Data, "service.json"));

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "stories");
        var (othersExit, othersOutput) = await AggregatorProcess.RunAsync(others, "stories");

        Assert.Equal(0, exit);
        Assert.Contains("No story matches", output, StringComparison.Ordinal);
        Assert.Equal(0, othersExit);
        Assert.Contains("Notes on compilers", othersOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stories_ServiceThatFails_IsAFaultAndNoWrongInput()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        var key = ServiceKey.New();
        await using var broken = await StartBrokenServiceAsync(key);
        Directory.CreateDirectory(folder.Data);
        new ServiceEndpoint(broken.Address, key.Value).Write(Path.Combine(folder.Data, "service.json"));

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "stories");

        Assert.Equal(1, exit);
        Assert.Contains("the service answered 500", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FeedsCheck_WholeList_SaysWhatIsInEachFeedAndWhatIsWrongWithTheList()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(
            folder.Feeds,
            $$"""{ "feeds": [ { "url": "{{world.Address}}lab/feed.json", "titel": "Lab" }, { "url": "{{world.Address}}page/feed.rss" } ] }""",
            TestContext.Current.CancellationToken);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "feeds", "check");
        var (namedExit, named) = await AggregatorProcess.RunAsync(folder, "feeds", "check", "nowhere");
        var (_, list) = await AggregatorProcess.RunAsync(folder, "feeds", "list");

        Assert.True(exit == 3, output);
        Assert.Contains("did you mean \"title\"", output, StringComparison.Ordinal);
        Assert.Contains("\"The Lab\", 3 entries, newest 2026-11-22 12:00", output, StringComparison.Ordinal);
        Assert.Contains("not a feed", output, StringComparison.Ordinal);
        Assert.True(namedExit == 2, named);
        Assert.Contains("Near: 127-0-0-1", named, StringComparison.Ordinal);
        Assert.Contains($"{world.Address.Authority}/page/feed.rss", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FeedsAddAndRemove_EditTheFile()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, "{\n  // mine\n  \"feeds\": [\n  ]\n}\n", TestContext.Current.CancellationToken);

        var (addExit, added) = await AggregatorProcess.RunAsync(folder, "feeds", "add", $"{world.Address}lab/feed.json");
        var afterAdd = await File.ReadAllTextAsync(folder.Feeds, TestContext.Current.CancellationToken);
        var (badExit, bad) = await AggregatorProcess.RunAsync(folder, "feeds", "add", $"{world.Address}page/feed.rss");
        var (removeExit, removed) = await AggregatorProcess.RunAsync(folder, "feeds", "remove", "the-lab");
        var afterRemove = await File.ReadAllTextAsync(folder.Feeds, TestContext.Current.CancellationToken);

        Assert.True(addExit == 0, added);
        Assert.Contains("\"The Lab\"", afterAdd, StringComparison.Ordinal);
        Assert.Contains("// mine", afterAdd, StringComparison.Ordinal);
        Assert.True(badExit == 3, bad);
        Assert.True(removeExit == 0, removed);
        Assert.DoesNotContain("lab/feed.json", afterRemove, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TopicsExplain_File_SaysWhichAndWhy()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        var article = Path.Combine(folder.Path, "article.txt");
        await File.WriteAllTextAsync(article, "Engineer charged with theft of trade secrets\nProsecutors say he copied source code and chip designs.", TestContext.Current.CancellationToken);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "topics", "explain", article);

        Assert.True(exit == 0, output);
        Assert.Contains("IP theft", output, StringComparison.Ordinal);
        Assert.Contains("in the title", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_EveryVerb_ShowsExamples()
    {
        using var folder = new TestFolder();
        foreach (var verb in (string[])["run", "poll", "stories", "feeds", "topics", "completion"])
        {
            var (exit, output) = await AggregatorProcess.RunAsync(folder, verb, "--help");
            Assert.True(exit == 0, output);
            Assert.Contains("Examples:", output, StringComparison.Ordinal);
        }
    }

    /// <summary>A service that proves its key and then fails at every question.</summary>
    private static Task<LoopbackServer> StartBrokenServiceAsync(ServiceKey key) => LoopbackServer.StartAsync(context =>
    {
        context.Response.Headers[ServiceKey.ProofHeader] = key.Prove(context.Request.Headers[ServiceKey.ChallengeHeader].ToString());
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    });
}
