using System.Net;
using System.Text.Json.Nodes;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>What is kept, dropped and copied, as the program and the API do it.</summary>
public sealed class KeepingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backup_OfARunningService_IsRestoredElsewhere()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        using var other = new TestFolder();
        var backup = Path.Combine(folder.Data, "backup.tar.gz");
        var rule = Path.Combine("site-rules", "lab.example.txt");
        Directory.CreateDirectory(Path.Combine(folder.Data, "site-rules"));
        await File.WriteAllTextAsync(Path.Combine(folder.Data, rule), "body: //article\n", Token);
        await using (var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json"])))
        {
            await service.PolledAsync(1);

            var (exit, output) = await AggregatorProcess.RunAsync(folder, "backup", backup);

            Assert.True(exit == 0, output);
            Assert.Contains(backup, output, StringComparison.Ordinal);
            using var refused = await service.Client.GetAsync(new Uri("/api/backup", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        var (restoreExit, restored) = await AggregatorProcess.RunAsync(other, "restore", backup);
        var (storiesExit, stories) = await AggregatorProcess.RunAsync(other, "stories", "--json");

        Assert.True(restoreExit == 0, restored);
        Assert.Contains($"{other.Feeds} is from the backup", restored, StringComparison.Ordinal);
        Assert.Equal("body: //article\n", await File.ReadAllTextAsync(Path.Combine(other.Data, rule), Token));
        Assert.True(storiesExit == 0, stories);
        Assert.Equal(3, JsonNode.Parse(stories)!["stories"]!.AsArray().Count);
    }

    [Fact]
    public async Task Restore_OverStories_MovesThemAside()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["lab/feed.json"]), Token);
        await AggregatorProcess.RunAsync(folder, "poll");
        var backup = Path.Combine(folder.Data, "backup.tar.gz");
        await AggregatorProcess.RunAsync(folder, "backup", backup);
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["lab/feed.json", "ledger/feed.atom"]), Token);
        await AggregatorProcess.RunAsync(folder, "poll");

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "restore", backup);

        Assert.True(exit == 0, output);
        Assert.StartsWith("3 stories are in", output, StringComparison.Ordinal);
        Assert.Contains("ledger", await File.ReadAllTextAsync(folder.Feeds, Token), StringComparison.Ordinal);
        var aside = Assert.Single(Directory.GetDirectories(folder.Data, "before-restore-*"));
        Assert.True(File.Exists(Path.Combine(aside, "stories.db")));
        Assert.Empty(Directory.GetDirectories(folder.Data, ".restoring"));
    }

    [Theory]
    [InlineData(0, "is no backup")]
    [InlineData(1, "is not whole")]
    [InlineData(2, "is no backup")]
    public async Task Restore_OfSomethingElse_IsRefusedAndChangesNothing(int kind, string expected)
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["lab/feed.json"]), Token);
        await AggregatorProcess.RunAsync(folder, "poll");
        var backup = Path.Combine(folder.Data, "backup.tar.gz");
        switch (kind)
        {
            case 0:
                await File.WriteAllTextAsync(backup, "This is a letter.", Token);
                break;
            case 1:
                await EmptyTarAsync(backup);
                break;
            default:
                await AggregatorProcess.RunAsync(folder, "backup", backup);
                await using (var file = new FileStream(backup, FileMode.Open))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
        }

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "restore", backup);

        Assert.True(exit == 2, output);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        var (_, stories) = await AggregatorProcess.RunAsync(folder, "stories", "--json");
        Assert.Equal(3, JsonNode.Parse(stories)!["stories"]!.AsArray().Count);
    }

    [Fact]
    public async Task Restore_WhileTheServiceRuns_GoesOnWithWhatTheBackupHolds()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json"]));
        var backup = await BackUpWhatIsPolledAsync(service, folder);
        var then = await service.AllStoriesAsync();
        await File.WriteAllTextAsync(folder.Feeds, world.FeedsJson(["lab/feed.json", "ledger/feed.atom"]), Token);
        await service.PolledAsync(2);
        Assert.Equal(6, (await service.AllStoriesAsync()).Count);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "restore", backup);

        // The feed that the backup does not know is polled anew, and what it brings is stored with what came back.
        Assert.True(exit == 0, output);
        Assert.Contains("3 stories are in", output, StringComparison.Ordinal);
        Assert.Contains("before-restore-", output, StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await service.AllStoriesAsync()).Count == 6);
        Assert.Subset((await service.AllStoriesAsync()).Select(IdOf).ToHashSet(), then.Select(IdOf).ToHashSet());
        await Eventually.HoldsAsync(async () => (bool)(await service.GetJsonAsync("/api/index"))["ready"]!);
        using var refused = await service.Client.PostAsync(new Uri("/api/restore", UriKind.Relative), new ByteArrayContent([1, 2, 3]), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Empty(Directory.GetFiles(folder.Data, ".received-*"));

        static string IdOf(JsonNode story) => (string)story["id"]!;
    }

    [Fact]
    public async Task Restore_ThatFailsWhileTheServiceRuns_LeavesPollingAsItWas()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json"]));
        var backup = await BackUpWhatIsPolledAsync(service, folder);

        // The places that the old files would be moved to are taken.
        foreach (var second in Enumerable.Range(0, 900))
        {
            var taken = Directory.CreateDirectory(Path.Combine(folder.Data, $"before-restore-{DateTime.UtcNow.AddSeconds(second):yyyyMMdd-HHmmss}"));
            Directory.CreateDirectory(Path.Combine(taken.FullName, "stories.db"));
        }

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "restore", backup);
        var (polled, counts) = await AggregatorProcess.RunAsync(folder, "poll", "the-lab");

        Assert.True(exit == 1, output);
        Assert.Contains("The old ones are in their place again", output, StringComparison.Ordinal);
        Assert.Contains("POST /api/restore: 503", (await AggregatorProcess.RunAsync(folder, "keys", "audit")).Output, StringComparison.Ordinal);
        Assert.True(polled == 0, counts);
        Assert.Equal(2, (long)(await service.GetJsonAsync("/api/feeds"))["feeds"]![0]!["polls"]!);
    }

    [Fact]
    public async Task Restore_WhileAnotherOneIsUnderWay_IsRefusedAndChangesNothing()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.Feeds, """{"feeds":[]}""", Token);
        var backup = Path.Combine(folder.Path, "backup.tar.gz");
        Assert.Equal(0, (await AggregatorProcess.RunAsync(folder, "backup", backup)).ExitCode);

        using (await OperatorsFile.HoldAsync(Path.Combine(folder.Data, ".restoring"), TimeSpan.Zero, isPrivate: true, TimeProvider.System, Token))
        {
            var (exit, output) = await AggregatorProcess.RunAsync(folder, "restore", backup);
            Assert.True(exit == 1, output);
            Assert.Contains("another backup is being restored into", output, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await AggregatorProcess.RunAsync(folder, "restore", backup)).ExitCode);
        Assert.Empty(Directory.GetDirectories(folder.Data, ".restoring*"));
    }

    private static async Task<string> BackUpWhatIsPolledAsync(RunningService service, TestFolder folder)
    {
        await service.PolledAsync(1);
        var backup = Path.Combine(folder.Data, "backup.tar.gz");
        var (exit, output) = await AggregatorProcess.RunAsync(folder, "backup", backup);
        Assert.True(exit == 0, output);
        return backup;
    }

    [Fact]
    public async Task Remove_WithPurge_DropsTheFeedsStoriesOnly()
    {
        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(["lab/feed.json", "ledger/feed.atom"]));
        await service.PolledAsync(2);

        var (exit, output) = await AggregatorProcess.RunAsync(folder, "feeds", "remove", "the-lab", "--purge");

        Assert.True(exit == 0, output);
        Assert.Contains("3 stories are dropped.", output, StringComparison.Ordinal);
        Assert.All(await service.AllStoriesAsync(), story => Assert.Equal("The ledger", (string)story["source"]!["name"]!));
        var (again, nothing) = await AggregatorProcess.RunAsync(folder, "feeds", "purge", $"{world.Address}lab/feed.json");
        Assert.True(again == 2, nothing);
        Assert.Contains("Nothing is stored of such a feed", nothing, StringComparison.Ordinal);
        using var refused = await service.AskAsync(HttpMethod.Post, "/api/feeds/purge", new { source = $"{world.Address}ledger/feed.atom" });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    private static async Task EmptyTarAsync(string path)
    {
        await using var gzip = new System.IO.Compression.GZipStream(File.Create(path), System.IO.Compression.CompressionLevel.Fastest);
        await using var tar = new System.Formats.Tar.TarWriter(gzip);
        await tar.WriteEntryAsync(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "store/stories.db"), Token);
    }
}
