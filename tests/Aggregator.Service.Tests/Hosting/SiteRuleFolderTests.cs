using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aggregator.Service.Tests.Hosting;

/// <summary>The operator's site rules: read at the start, with a word on each line that cannot be used.</summary>
public sealed class SiteRuleFolderTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Lines _log = new();

    private string Default => Path.Combine(_folder.Data, "site-rules");

    [Fact]
    public void Load_NoFolder_MeansNoRules()
    {
        Assert.Null(Open(null).Load().For(new Uri("https://example.org/")));
        Assert.Empty(_log.Told);
    }

    [Fact]
    public void Load_FolderInTheDataFolder_IsReadAndFaultsAreTold()
    {
        Write(Default, "example.org.txt", "body: //article\nbodi: //main");
        Write(Default, "README.md", "no rule");
        Write(Default, "huge.example.txt", new string('#', 300_000));

        var rules = Open(null).Load();

        Assert.Equal("example.org.txt", rules.For(new Uri("https://www.example.org/story"))?.File);
        Assert.Null(rules.For(new Uri("https://huge.example/")));
        Assert.Collection(
            _log.Told,
            line => Assert.StartsWith("Site rules: example.org.txt line 2: \"bodi\" is not known here", line, StringComparison.Ordinal),
            line => Assert.Contains("huge.example.txt has over 256 KB", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Site rules: 1 files read", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_FolderOfTheSetting_IsReadInstead()
    {
        var named = Path.Combine(_folder.Path, "mine");
        Write(Default, "a.example.txt", "body: //article");
        Write(named, "b.example.txt", "body: //article");

        var rules = Open(named).Load();

        Assert.NotNull(rules.For(new Uri("https://b.example/")));
        Assert.Null(rules.For(new Uri("https://a.example/")));
    }

    [Fact]
    public void Load_SettingNamesNoFolder_StopsTheStart()
    {
        var fault = Assert.Throws<StartException>(() => Open(Path.Combine(_folder.Path, "missing")).Load());

        Assert.StartsWith("Extraction:SiteRules names", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void Write(string folder, string name, string text)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name), text);
    }

    private SiteRuleFolder Open(string? setting) => new(
        new ServicePaths(_folder.Feeds, _folder.Data),
        new ConfigurationBuilder().AddInMemoryCollection([new(SiteRuleFolder.Setting, setting)]).Build(),
        _log);

    private sealed class Lines : ILogger<SiteRuleFolder>
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Told.Add(formatter(state, exception));
    }
}
