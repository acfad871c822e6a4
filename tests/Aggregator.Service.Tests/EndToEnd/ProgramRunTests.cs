using System.Diagnostics;
using System.Text.Json.Nodes;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>The built program, run as a service: what survives kill -9, how it stops, what it cannot start with.</summary>
public sealed class ProgramRunTests
{
    [Fact]
    public async Task Run_KilledInTheFirstPoll_EndsWithTheSameStoriesNoneTwice()
    {
        await using var world = await NewsWorld.StartAsync();
        world.ArticleDelay = TimeSpan.FromMilliseconds(150);
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(NewsWorld.GoodFeeds.Keys), TestContext.Current.CancellationToken);

        using (var first = AggregatorProcess.Start(folder, "run"))
        {
            await Eventually.HoldsAsync(() => Task.FromResult(world.Requests.Any(request => Outlets.FindArticle(request.Path) is not null)));
            await first.KillAsync();
        }

        world.ArticleDelay = TimeSpan.Zero;
        using var second = AggregatorProcess.Start(folder, "run");
        using var client = new HttpClient { BaseAddress = (await second.ListeningAsync(folder)).Address };
        var stories = new JsonArray();
        await Eventually.HoldsAsync(async () =>
        {
            stories = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/stories?limit=500", UriKind.Relative)))!["stories"]!.AsArray();
            return stories.Count >= NewsWorld.Stories;
        });

        Assert.Equal(NewsWorld.Stories, stories.Count);
        Assert.Equal(NewsWorld.Stories, stories.Select(story => (string)story!["link"]!).Distinct().Count());
    }

    [Fact]
    public async Task Run_AskedToStopWhileAPageHangs_EndsOrderlyWithoutWaitingForIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        await using var world = await NewsWorld.StartAsync();
        world.ArticleDelay = TimeSpan.FromMinutes(10);
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(NewsWorld.GoodFeeds.Keys), TestContext.Current.CancellationToken);
        using var program = AggregatorProcess.Start(folder, "run", "--set", "Fetching:HeaderTimeout=00:05:00");
        await program.ListeningAsync(folder);
        await Eventually.HoldsAsync(() => Task.FromResult(world.Requests.Any(request => Outlets.FindArticle(request.Path) is not null)));

        var watch = Stopwatch.StartNew();
        program.Terminate();
        var exit = await program.EndAsync();

        Assert.True(exit == 0, program.Log);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.False(File.Exists(Path.Combine(folder.Data, "service.json")));
        Assert.False(File.Exists(Path.Combine(folder.Data, "aggregator.pid")));
    }

    [Fact]
    public async Task Run_WhileAnotherRuns_SaysWhoAndLeaves()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        using var first = AggregatorProcess.Start(folder, "run");
        await first.ListeningAsync(folder);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "run");
        var (storiesExit, stories) = await AggregatorProcess.RunAsync(folder, "stories");

        Assert.Equal(1, exit);
        Assert.Contains($"process {first.Id}", output, StringComparison.Ordinal);
        Assert.Equal(0, storiesExit);
        Assert.Contains("No story matches", stories, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SettingThatCannotBe_StopsWithOneClearLine()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "run", "--set", "Polling:DefaultInterval=abc");

        Assert.Equal(2, exit);
        Assert.StartsWith("aggregator: Polling:DefaultInterval=\"abc\"", Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AddressThatIsTaken_StopsWithOneClearLine()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "run", "--set", $"Hosting:Listen={world.Address.GetLeftPart(UriPartial.Authority)}");

        Assert.Equal(1, exit);
        Assert.Contains("address already in use", Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenFeedsJson_StopsWithLineAndColumn()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, "{\n  \"feeds\": [\n    { \"url\": \"http://a.example/\" \n", TestContext.Current.CancellationToken);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "run");

        Assert.Equal(2, exit);
        Assert.Matches("feeds\\.json:[0-9]+:[0-9]+", output);
    }

    [Fact]
    public async Task Run_DataFolderThatIsAFile_StopsWithOneClearLine()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.Data, "in the way", TestContext.Current.CancellationToken);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "run");

        Assert.Equal(1, exit);
        Assert.Contains(folder.Data, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("TERM", "TERM")]
    [InlineData("INT", "INT")]
    [InlineData("INT", "TERM")]
    public async Task Run_AskedToStopTwice_EndsOrderlyOnce(string first, string second)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        Assert.SkipWhen(first == "INT" && AggregatorProcess.IsDeafToInterrupts, "run in the background, programs inherit that they ignore SIGINT");
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        using var program = AggregatorProcess.Start(folder, "run");
        await program.ListeningAsync(folder);

        program.Signal(first, second);
        var exit = await program.EndAsync();

        Assert.True(exit == 0, program.Log);
        Assert.False(File.Exists(Path.Combine(folder.Data, "service.json")));
    }

    [Fact]
    public async Task Run_HungUp_GoesOn()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        using var program = AggregatorProcess.Start(folder, "run");
        await program.ListeningAsync(folder);

        program.Signal("HUP", "HUP");
        await program.ListeningAsync(folder);
        program.Terminate();

        Assert.True(await program.EndAsync() == 0, program.Log);
    }

    [Fact]
    public async Task Run_DataFolderThatCannotBeWritten_NamesItAndLeaves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file system that nobody can write to, root included");
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        Directory.CreateSymbolicLink(folder.Data, "/proc/self/fdinfo");

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "run");

        Assert.Equal(1, exit);
        Assert.Contains($"nothing can be written to the data folder {folder.Data}", Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("poll")]
    [InlineData("restore")]
    public async Task AnyVerb_FolderOfAProcessThatDoesNotAnswer_SaysWhoHasItAndLeaves(string verb)
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        var backup = Path.Combine(folder.Path, "backup.tar.gz");
        Assert.Equal(0, (await AggregatorProcess.RunAsync(folder, "backup", backup)).ExitCode);
        using var held = StorageRegistration.LockFolder(folder.Data);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, verb == "restore" ? [verb, backup] : [verb]);

        Assert.Equal(1, exit);
        Assert.Contains($"in use by process {Environment.ProcessId}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AfterOneThatWasKilled_TakesItsFolderOver()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", TestContext.Current.CancellationToken);
        using (var first = AggregatorProcess.Start(folder, "run"))
        {
            await first.ListeningAsync(folder);
            await first.KillAsync();
        }

        Assert.True(File.Exists(Path.Combine(folder.Data, "aggregator.pid")));
        using var second = AggregatorProcess.Start(folder, "run");
        await second.ListeningAsync(folder);
        second.Terminate();
        Assert.True(await second.EndAsync() == 0 || OperatingSystem.IsWindows(), second.Log);
    }
}
