using Aggregator.Model.Feeds;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Catalog;

/// <summary>Edits of feeds.json by several programs: the service, and verbs of the command line.</summary>
public sealed class FeedListWriterTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public FeedListWriterTests() => File.WriteAllText(_folder.Feeds, """{ "feeds": [ { "url": "https://first.example/feed" } ] }""");

    /// <summary>Each waits a while for the other to have read the list too.</summary>
    [Fact]
    public async Task Edit_TwoProgramsAtATime_KeepsBothEdits()
    {
        using var both = new Barrier(2);
        string[] added = ["https://second.example/feed", "https://third.example/feed"];

        await Task.WhenAll(added.Select(address => Task.Run(
            () => FeedListWriter.EditAsync(
                _folder.Feeds,
                text =>
                {
                    both.SignalAndWait(TimeSpan.FromMilliseconds(500));
                    return FeedListEditor.Add(text, new FeedSource { Address = new Uri(address) });
                },
                TimeProvider.System,
                Token),
            Token)));

        var listed = FeedListFile.ReadOnce(_folder.Feeds).Feeds.Values.Select(feed => feed.Address.AbsoluteUri).Order(StringComparer.Ordinal);
        Assert.Equal(["https://first.example/feed", .. added], listed);
    }

    [Fact]
    public async Task Hold_AnotherProgramGoesOnEditing_SaysWhoIsWaitedFor()
    {
        var clock = new FakeTimeProvider();
        using (await HoldAsync(_folder.Feeds, clock))
        {
            var waiting = HoldAsync(_folder.Feeds, clock);
            Assert.False(waiting.IsCompleted);
            await Eventually.HoldsAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(waiting.IsCompleted);
            });

            var fault = await Assert.ThrowsAsync<IOException>(() => waiting);
            Assert.StartsWith($"{_folder.Feeds} is being edited by another program, which holds {_folder.Feeds}.lock.", fault.Message, StringComparison.Ordinal);
        }

        using var again = await HoldAsync(_folder.Feeds, clock);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Hold_NoFileCanBeMadeThere_LeavesItToThePutToSaySo() =>
        Assert.Null(await HoldAsync(Path.Combine(_folder.Path, "nowhere", "feeds.json"), TimeProvider.System));

    public void Dispose() => _folder.Dispose();

    private static Task<IDisposable?> HoldAsync(string path, TimeProvider clock) => OperatorsFile.HoldAsync(path, TimeSpan.FromSeconds(10), isPrivate: false, clock, Token);
}
