using System.Net;
using System.Net.Sockets;
using Aggregator.Service.Cli;
using Aggregator.Service.Diagnosis;
using Aggregator.Service.Hosting;
using Aggregator.Service.Installing;
using Aggregator.Service.Tests.EndToEnd;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Diagnosis;

/// <summary>A fault each, and what is said of it.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, string?> _settings = new() { ["Hosting:Listen"] = "http://127.0.0.1:0" };

    public DoctorTests()
    {
        File.WriteAllText(_folder.Feeds, """{ "feeds": [ { "url": "http://127.0.0.1:9/feed.xml" } ] }""");
        StorageRegistration.MakeFolder(_folder.Data);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Look_NothingWrong_FailsNothing()
    {
        var findings = await LookAsync();

        Assert.DoesNotContain(findings, finding => finding.Level == FindingLevel.Fail);
        Assert.Contains(findings, finding => finding is { Subject: "data folder", Level: FindingLevel.Ok });
        Assert.Contains(findings, finding => finding is { Subject: "disk" });
        Assert.Contains(findings, finding => finding.Says.EndsWith("lists 1 feeds to poll", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(_folder.Data, ".doctor*"));
    }

    [Fact]
    public async Task Look_FolderThatIsNotThere_IsNotMade()
    {
        Directory.Delete(_folder.Data, recursive: true);

        AssertFound(await LookAsync(), "data folder", FindingLevel.Ok, "the first start makes it");
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task Look_FolderThatIsAFile_Fails()
    {
        Directory.Delete(_folder.Data, recursive: true);
        await File.WriteAllTextAsync(_folder.Data, "", TestContext.Current.CancellationToken);

        AssertFound(await LookAsync(), "data folder", FindingLevel.Fail, "is a file");
    }

    [Fact]
    public async Task Look_FolderForEverybody_Warns()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Data, (UnixFileMode)0b111_101_101);
        }

        AssertFound(await LookAsync(), "data folder", FindingLevel.Warn, "others can look into");
    }

    [Fact]
    public async Task Look_FolderThatAnotherProcessHolds_FailsWithItsNumber()
    {
        using var held = StorageRegistration.LockFolder(_folder.Data);

        AssertFound(await LookAsync(), "service", FindingLevel.Fail, $"in use by process {Environment.ProcessId}");
    }

    [Fact]
    public async Task Look_FolderOfARunningService_SaysThatItAnswers()
    {
        await using var service = await RunningService.StartAsync(_folder, """{"feeds":[]}""");

        var findings = await LookAsync();

        AssertFound(findings, "service", FindingLevel.Ok, "answers");
        AssertFound(findings, "port", FindingLevel.Ok, "runs");
        AssertFound(findings, "database", FindingLevel.Ok, "stories.db is one");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("garbage, and more of it, until it is longer than the beginning of any database", "no database")]
    public async Task Look_FileThatIsNoDatabase_FailsAndNamesTheRemedy(string content, string words)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Data, "stories.db"), content, TestContext.Current.CancellationToken);

        var found = AssertFound(await LookAsync(), "database", FindingLevel.Fail, words);
        Assert.Contains("aggregator restore", found.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_MoreIsAllowedThanFits_Warns()
    {
        _settings["Storage:MaxMegabytes"] = int.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture);

        AssertFound(await LookAsync(), "space", FindingLevel.Warn, "the settings allow");
    }

    [Fact]
    public async Task Look_BrokenFeedsJson_FailsWithLineAndColumn()
    {
        await File.WriteAllTextAsync(_folder.Feeds, "{\n  \"feeds\": [\n", TestContext.Current.CancellationToken);

        Assert.Matches("feeds\\.json:[0-9]+:[0-9]+", AssertFound(await LookAsync(), "feeds.json", FindingLevel.Fail, "").Says);
    }

    [Fact]
    public async Task Look_EntryThatCannotBeUsed_WarnsWithItsLine()
    {
        await File.WriteAllTextAsync(_folder.Feeds, "{ \"feeds\": [\n{ \"url\": \"http://127.0.0.1:9/a\" },\n{ \"ulr\": \"http://127.0.0.1:9/b\" } ] }", TestContext.Current.CancellationToken);

        AssertFound(await LookAsync(), "feeds.json", FindingLevel.Warn, "feeds.json:3:");
    }

    [Theory]
    [InlineData("topics.json")]
    [InlineData("rules.json")]
    public async Task Look_BrokenDefinitions_Fail(string file)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, file), "{ \"topics\": 1, \"rules\": 1 }", TestContext.Current.CancellationToken);

        AssertFound(await LookAsync(), file, FindingLevel.Fail, file);
    }

    [Fact]
    public async Task Look_SiteRulesThatAreNotThere_Fail()
    {
        _settings["Extraction:SiteRules"] = Path.Combine(_folder.Path, "nowhere");

        AssertFound(await LookAsync(), "site rules", FindingLevel.Fail, "nowhere");
    }

    [Fact]
    public async Task Look_SecretsThatOthersCanRead_Warns()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        var file = Path.Combine(_folder.Data, "secrets.json");
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        }

        Assert.Equal($"chmod 600 {file}", AssertFound(await LookAsync(), "secrets", FindingLevel.Warn, "can be read by other users").Remedy);
    }

    [Fact]
    public async Task Look_SecretOfAFeedThatIsMissing_Fails()
    {
        await File.WriteAllTextAsync(_folder.Feeds, """{ "feeds": [ { "url": "http://127.0.0.1:9/feed.xml", "auth": "no-such-secret" } ] }""", TestContext.Current.CancellationToken);

        AssertFound(await LookAsync(), "secrets", FindingLevel.Fail, "no-such-secret");
    }

    [Fact]
    public async Task Look_PortThatIsTaken_Fails()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _settings["Hosting:Listen"] = $"http://{other.LocalEndpoint}";

        AssertFound(await LookAsync(), "port", FindingLevel.Fail, "in use by another program");
    }

    [Fact]
    public async Task Look_CertificateThatIsNotThere_Fails()
    {
        _settings["Hosting:Listen"] = "https://127.0.0.1:0";
        _settings["Hosting:Certificate"] = Path.Combine(_folder.Path, "none.pem");

        AssertFound(await LookAsync(), "certificate", FindingLevel.Fail, "none.pem");
    }

    [Fact]
    public void Look_SettingsThatCannotBeUsed_Fail()
    {
        _settings["Polling:Concurrency"] = "many";
        _settings["Poling:Lease"] = "01:00:00";

        var findings = Doctor.LookAtSettings(Paths, _settings);

        AssertFound(findings, "settings", FindingLevel.Fail, "Polling:Concurrency=\"many\"");
        AssertFound(findings, "settings", FindingLevel.Warn, "Did you mean Polling:Lease?");
    }

    [Fact]
    public void Look_ClockThatIsBehindItsOwnData_Fails()
    {
        var now = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(FindingLevel.Fail, MachineCheck.LookAtClock(now.AddDays(2), now).Level);
        Assert.Equal(FindingLevel.Ok, MachineCheck.LookAtClock(now.AddMinutes(5), now).Level);
    }

    [Fact]
    public async Task Look_Network_AsksEachHostOnceAndTellsWhatItSaid()
    {
        await using var world = await NewsWorld.StartAsync();
        await File.WriteAllTextAsync(_folder.Feeds, world.FeedsJson(NewsWorld.GoodFeeds.Keys), TestContext.Current.CancellationToken);
        _settings["Fetching:AllowedNetworks:0"] = "127.0.0.1/32";

        AssertFound(await LookAsync(isOffline: false), "network", FindingLevel.Ok, "127.0.0.1 answers");

        // All of them are on one host.
        Assert.Single(world.Requests);
    }

    [Fact]
    public async Task Look_NetworkThatIsGuarded_IsNotAsked() =>
        AssertFound(await LookAsync(isOffline: false), "network", FindingLevel.Warn, "not on the public internet");

    [Fact]
    public void Guarded_CheckThatThrows_IsOneLineAfterWhatItFound()
    {
        var findings = Doctor.Guarded("disk", Look);

        Assert.Equal([FindingLevel.Ok, FindingLevel.Fail], findings.Select(finding => finding.Level));
        Assert.Contains("no such disk", findings[1].Says, StringComparison.Ordinal);

        static IEnumerable<Finding> Look()
        {
            yield return Finding.Well("disk", "it is there");
            throw new IOException("no such disk");
        }
    }

    [Fact]
    public void RemedyForLowPort_OfAPackagesService_IsADropIn()
    {
        var packaged = new InstalledService(ServicePlace.OnLinux("aggregator", null), "/usr/lib/systemd/system/aggregator.service", ["/usr/lib/aggregator/aggregator"], null);

        Assert.Contains("systemctl edit aggregator", DoorCheck.RemedyForLowPort(packaged), StringComparison.Ordinal);
        Assert.Contains("AmbientCapabilities=CAP_NET_BIND_SERVICE", DoorCheck.RemedyForLowPort(packaged), StringComparison.Ordinal);
        Assert.Contains("aggregator service install", DoorCheck.RemedyForLowPort(packaged with { Definition = "/etc/systemd/system/aggregator.service" }), StringComparison.Ordinal);
    }

    private ServicePaths Paths => new(_folder.Feeds, _folder.Data);

    private async Task<IReadOnlyList<Finding>> LookAsync(bool isOffline = true)
    {
        await using var reading = ReadingServices.Build(Paths, _settings);
        return await Doctor.LookAsync(reading.Services, Paths, isOffline, TestContext.Current.CancellationToken);
    }

    private static Finding AssertFound(IReadOnlyList<Finding> findings, string subject, FindingLevel level, string words)
    {
        var found = findings.FirstOrDefault(finding => finding.Subject == subject && finding.Level == level && finding.Says.Contains(words, StringComparison.Ordinal));
        Assert.True(found is not null, string.Join(Environment.NewLine, findings));
        Assert.True(level == FindingLevel.Ok || found.Remedy is { Length: > 0 }, found.ToString());
        return found;
    }
}
