using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;
using Aggregator.Service.Search;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.EndToEnd;

/// <summary>What is written stays in the data folder, and is its owner's only.</summary>
public sealed class DataFolderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_EveryFileItWrites_IsItsOwnersOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var world = await NewsWorld.StartAsync();
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, world.FeedsJson(NewsWorld.GoodFeeds.Keys), ("Storage:PagesMegabytes", "16"), ("Images:Proxy", "true"));
        await service.PolledAsync(NewsWorld.GoodFeeds.Count);
        await service.AskJsonAsync(HttpMethod.Put, "/api/queries/watch", new { query = "topic:ai" });
        using var retagging = await service.AskAsync(HttpMethod.Post, "/api/topics/retag");

        var made = Directory.EnumerateFileSystemEntries(folder.Data, "*", SearchOption.AllDirectories).Append(folder.Data).ToList();

        Assert.True(made.Count > 8, string.Join(' ', made));
        foreach (var path in made)
        {
            var expected = UnixFileMode.UserRead | UnixFileMode.UserWrite | (Directory.Exists(path) ? UnixFileMode.UserExecute : 0);
            try
            {
                var mode = File.GetUnixFileMode(path);
                Assert.True(mode == expected, $"{path}: {mode}");
            }
            catch (FileNotFoundException)
            {
                // It has taken the place of another meanwhile.
            }
        }
    }

    [Theory]
    [InlineData("stories.db")]
    [InlineData("bodies.db")]
    [InlineData("search.db")]
    [InlineData("push.db")]
    [InlineData("stories-log.db")]
    [InlineData("aggregator.pid")]
    public async Task Start_LinkInThePlaceOfAFile_IsRefusedAndNothingIsWrittenWhereItLeads(string name)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Data);
        var target = Path.Combine(folder.Path, "target");
        await File.WriteAllTextAsync(target, "not ours", Token);
        File.CreateSymbolicLink(Path.Combine(folder.Data, name), target);

        var refused = await Assert.ThrowsAsync<StoreException>(() => RunningService.StartAsync(folder, "{ \"feeds\": [] }"));

        Assert.Contains($"{name} is a link to", refused.Message, StringComparison.Ordinal);
        Assert.Equal("not ours", await File.ReadAllTextAsync(target, Token));
    }

    [Fact]
    public async Task Running_LinksInThePlaceOfSmallFiles_AreReplacedAndNotFollowed()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Data);
        var target = Path.Combine(folder.Path, "target");
        await File.WriteAllTextAsync(target, "{}", Token);
        foreach (var name in (string[])["service.json", "service.json.new", "queries.json", "queries.json.new", "retag.json.new"])
        {
            File.CreateSymbolicLink(Path.Combine(folder.Data, name), target);
        }

        await using var service = await RunningService.StartAsync(folder, "{ \"feeds\": [] }");
        await service.AskJsonAsync(HttpMethod.Put, "/api/queries/watch", new { query = "topic:ai" });

        Assert.Equal("{}", await File.ReadAllTextAsync(target, Token));
        Assert.Null(new FileInfo(Path.Combine(folder.Data, "queries.json")).LinkTarget);
    }

    [Theory]
    [InlineData("store/../../outside")]
    [InlineData("store/../outside")]
    [InlineData("/tmp/aggregator-outside")]
    [InlineData("settings/../../outside")]
    [InlineData("settings/sub/feeds.json")]
    [InlineData("store/..")]
    public async Task Restore_EntryThatNamesAnotherPlace_IsWrittenNowhere(string name)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, "{ \"feeds\": [] }");
        var before = Files(folder);

        using var answer = await RestoreAsync(service, Tar((name, TarEntryType.RegularFile, "evil"), ("store/stories.db", TarEntryType.RegularFile, "no database")));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(before.Append(Path.Combine(folder.Data, ".restoring.lock")).Order(StringComparer.Ordinal), Files(folder).Order(StringComparer.Ordinal)); // what restores wait for
        Assert.False(File.Exists("/tmp/aggregator-outside"));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public async Task Restore_EntryThatIsALink_IsNotMade(TarEntryType type)
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, "{ \"feeds\": [] }");
        var target = Path.Combine(folder.Path, "feeds.json");
        var before = await File.ReadAllTextAsync(target, Token);

        using var answer = await RestoreAsync(service, Tar(("store/stories.db", type, target), ("store/bodies.db", TarEntryType.RegularFile, "overwritten")));

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal(before, await File.ReadAllTextAsync(target, Token));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder.Data, "*", SearchOption.AllDirectories), path => new FileInfo(path).LinkTarget is not null);
    }

    [Fact]
    public async Task Restore_SumsOfHundredsOfMegabytes_AreNotReadIntoMemory()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, "{ \"feeds\": [] }");

        using var answer = await RestoreAsync(service, Tar(("store/stories.db", TarEntryType.RegularFile, "x"), ("SHA256SUMS", TarEntryType.RegularFile, new string('a', 40_000_000))));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("is not whole", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Data, ".restoring")));
    }

    [Fact]
    public async Task Restore_FileLargerThanTheDisk_IsRefusedBeforeItIsWritten()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, "{ \"feeds\": [] }");

        // A header that claims a petabyte, of which nothing follows.
        var header = new byte[512];
        Encoding.ASCII.GetBytes("store/stories.db").CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000600").CopyTo(header, 100);
        Encoding.ASCII.GetBytes("0000000").CopyTo(header, 108);
        Encoding.ASCII.GetBytes("0000000").CopyTo(header, 116);
        header[124] = 0x80;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), 1L << 50);
        Encoding.ASCII.GetBytes("00000000000").CopyTo(header, 136);
        header[156] = (byte)'0';
        Encoding.ASCII.GetBytes("ustar  ").CopyTo(header, 257);
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        using var bytes = new MemoryStream();
        await using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(header, Token);
            await gzip.WriteAsync(new byte[4096], Token);
        }

        using var answer = await RestoreAsync(service, bytes.ToArray());

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("the disk has room for", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_SettingsFileThatCannotBeWritten_IsToldAndTheRestIsInForce()
    {
        using var folder = new TestFolder();
        await using var service = await RunningService.StartAsync(folder, """{"feeds":[]}""");
        var queries = (SavedQueries)service.Services.GetService(typeof(SavedQueries))!;
        Assert.Null(queries.Save("IP watch", "topic:ip-theft", isPrivate: null));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "rules.json"), """{ "rules": [] }""", Token);
        using var backup = new HttpRequestMessage(HttpMethod.Get, "/api/backup");
        backup.Headers.Add(ServiceKey.Header, ((ServiceKey)service.Services.GetService(typeof(ServiceKey))!).Value);
        using var written = await service.Client.SendAsync(backup, Token);
        var bytes = await written.Content.ReadAsByteArrayAsync(Token);
        Assert.True(queries.Remove("IP watch"));
        File.Delete(Path.Combine(folder.Path, "rules.json"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "rules.json", "in the way"));

        using var answer = await RestoreAsync(service, bytes);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
        Assert.StartsWith(Path.Combine(folder.Path, "rules.json"), (string)Assert.Single(said["notWritten"]!.AsArray())!, StringComparison.Ordinal);
        Assert.Contains(folder.Feeds, said["settings"]!.AsArray().Select(file => (string)file!));
        Assert.Equal("topic:ip-theft", queries.Find("ip-watch")?.Text);
        await Eventually.HoldsAsync(async () => (bool)(await service.GetJsonAsync("/api/index"))["ready"]!);
    }

    private static async Task<HttpResponseMessage> RestoreAsync(RunningService service, byte[] backup)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/restore?settings=true") { Content = new ByteArrayContent(backup) };
        request.Content.Headers.ContentType = new("application/gzip");
        request.Headers.Add(ServiceKey.Header, ((ServiceKey)service.Services.GetService(typeof(ServiceKey))!).Value);
        return await service.Client.SendAsync(request, Token);
    }

    /// <summary>A backup that holds these; with sums that fit, unless some are given.</summary>
    private static byte[] Tar(params (string Name, TarEntryType Type, string Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true))
        {
            var sums = new StringBuilder();
            foreach (var (name, type, content) in entries)
            {
                var entry = new PaxTarEntry(type, name);
                if (type is TarEntryType.RegularFile)
                {
                    entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                    sums.Append(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))).Append("  ").Append(name).Append('\n');
                }
                else
                {
                    entry.LinkName = content;
                }

                tar.WriteEntry(entry);
            }

            if (entries[^1].Name != "SHA256SUMS")
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "SHA256SUMS") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(sums.ToString())) });
            }
        }

        return bytes.ToArray();
    }

    /// <summary>All but what comes and goes by itself, and the record of who asked.</summary>
    private static List<string> Files(TestFolder folder) => [.. Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Where(path => !path.Contains("search.db", StringComparison.Ordinal) && Path.GetFileName(path) != "audit.log").Order(StringComparer.Ordinal)];
}
