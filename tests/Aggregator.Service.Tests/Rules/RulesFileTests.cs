using Aggregator.Content.Querying;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Rules;
using Aggregator.Service.Tests.World;
using Aggregator.Service.Topics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Rules;

/// <summary>rules.json on the disk: what an edit of it, or of the feeds it names, brings about.</summary>
public sealed class RulesFileTests : IDisposable
{
    private const string Good = """{ "rules": [ { "name": "A", "when": "source:a.example", "mute": true } ] }""";

    private readonly TestFolder _folder = new();
    private readonly FeedCatalog _catalog = new();
    private readonly RulesInForce _inForce = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void LoadAtStart_NoFile_HasNoRules()
    {
        NewFile().LoadAtStart();

        Assert.Empty(_inForce.Rules.Rules);
    }

    [Fact]
    public void LoadAtStart_Mistake_StopsTheStartWithFileLineAndReason()
    {
        var file = NewFile();
        Write("{ \"rules\": [\n  { \"name\": \"A\", \"when\": \"topic:nothing-like-it\", \"mute\": true } ] }");

        var fault = Assert.Throws<StartException>(file.LoadAtStart);

        Assert.StartsWith($"{file.Path}:2:26: column 7 of the query: there is no topic", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_EditWithAMistake_KeepsTheLastGoodRulesUntilItIsMended()
    {
        var file = NewFile();
        Write(Good);
        file.LoadAtStart();
        Write(Good.Replace("true", "maybe", StringComparison.Ordinal));

        Assert.Equal(RulesChange.Broken, file.Refresh());
        Assert.Equal(RulesChange.None, file.Refresh());
        Assert.Equal("A", Assert.Single(_inForce.Rules.Rules).Name);
        Assert.NotNull(_inForce.BrokenBecause);

        File.Delete(file.Path);
        Assert.Equal(RulesChange.Replaced, file.Refresh());
        Assert.Equal((0, null), (_inForce.Rules.Rules.Count, _inForce.BrokenBecause));
    }

    [Fact]
    public void Refresh_FeedsChanged_FindsTheSourcesAnew()
    {
        var file = NewFile();
        Write(Good);
        file.LoadAtStart();
        Assert.Single(_inForce.Warnings);

        _catalog.Replace(FeedListReader.Parse("""{ "feeds": [ { "url": "https://a.example/feed" } ] }"""u8, "feeds.json"));

        Assert.Equal(RulesChange.Replaced, file.Refresh());
        Assert.Empty(_inForce.Warnings);
        Assert.Equal(_catalog.Feeds.Keys, Assert.IsType<QueryNode.Source>(_inForce.Rules.Rules[0].Query).Feeds);
    }

    [Fact]
    public async Task Watch_Edit_IsInForceAtTheNextLook()
    {
        var file = NewFile();
        file.LoadAtStart();
        using var watcher = new RulesWatcher(file, _inForce, _clock, NullLogger<RulesWatcher>.Instance);
        await watcher.StartAsync(TestContext.Current.CancellationToken);

        Write(Good);
        await Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(_inForce.Rules.Rules.Count == 1);
        });
        await watcher.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();

    private RulesFile NewFile() => new(
        new ServicePaths(_folder.Feeds, _folder.Data),
        _catalog,
        new TopicsInForce(),
        _inForce,
        _clock);

    private void Write(string text) => File.WriteAllText(new ServicePaths(_folder.Feeds, _folder.Data).RulesFile, text);
}
