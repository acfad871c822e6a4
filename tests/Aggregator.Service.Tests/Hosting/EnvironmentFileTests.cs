using Aggregator.Model.Feeds;
using Aggregator.Service.Hosting;
using Aggregator.Service.Secrets;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Hosting;

/// <summary>What an installed service is told in its file of variables holds for verbs as well.</summary>
public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("A=one", "one")]
    [InlineData("  A =  one two  ", "one two")]
    [InlineData("# A=no\n; A=no\nA=one\r\n", "one")]
    [InlineData("A=\"one # two \"", "one # two ")]
    [InlineData("A='one \\ \"two\"'", "one \\ \"two\"")]
    [InlineData("A=\"a\\\"b\\c\"", "a\"b\\c")]
    [InlineData("A=Host=db;Password=p=w\nB=2", "Host=db;Password=p=w")]
    [InlineData("A=it's", "it's")]
    [InlineData("A=one\\\ntwo", "onetwo")]
    [InlineData("A=", "")]
    [InlineData("nonsense\nA=one", "one")]
    public void Parse_AsSystemdDoes(string text, string value) => Assert.Equal(value, EnvironmentFile.Parse(text)["A"]);

    [Fact]
    public void Read_FileOfAnInstalledService_WinsOverAggregatorJsonAndIsNamedAsTheOrigin()
    {
        using var folder = new TestFolder();
        var paths = PathsOf(folder, "AGGREGATOR_Polling__Concurrency=7\nAGGREGATOR_SECRETS__PAPER__TOKEN=sesame\nOTHER=x");
        File.WriteAllText(paths.ConfigurationFile, """{ "Polling": { "Concurrency": 8 } }""");

        var settings = ConfigurationSources.Explain(ConfigurationSources.Load(paths, new Dictionary<string, string?>()), paths);

        Assert.Equal(new EffectiveSetting("Polling:Concurrency", "7", paths.EnvironmentFile!), settings.All.Single(setting => setting.Name == "Polling:Concurrency"));
        Assert.Empty(settings.Unknown);
        Assert.Equal("9", ConfigurationSources.Load(paths, new Dictionary<string, string?> { ["Polling:Concurrency"] = "9" })["Polling:Concurrency"]);
        Assert.Equal("8", ConfigurationSources.Load(paths with { EnvironmentFile = null }, new Dictionary<string, string?>())["Polling:Concurrency"]);
    }

    [Fact]
    public void Secrets_OfAnInstalledServicesFile_OpenFeeds()
    {
        using var folder = new TestFolder();
        var secrets = new FeedSecrets(PathsOf(folder, "AGGREGATOR_SECRETS__PAPER__TOKEN=sesame"), Options.Create(new HostingOptions()), NullLogger<FeedSecrets>.Instance);

        Assert.Null(secrets.For(new FeedSource { Address = new Uri("https://paper.example/feed"), Auth = "paper" }).Missing);
    }

    [Fact]
    public void Read_FileThatMayNotBeRead_SaysToDoItAsRoot()
    {
        using var folder = new TestFolder();

        // A folder can be opened by nobody, not even by root.
        Assert.Contains("sudo", Assert.Throws<StartException>(() => EnvironmentFile.Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Empty(EnvironmentFile.Read(Path.Combine(folder.Path, "none")));
    }

    private static ServicePaths PathsOf(TestFolder folder, string variables)
    {
        var file = Path.Combine(folder.Path, "environment");
        File.WriteAllText(file, variables);
        return new ServicePaths(folder.Feeds, folder.Data) { EnvironmentFile = file };
    }
}
