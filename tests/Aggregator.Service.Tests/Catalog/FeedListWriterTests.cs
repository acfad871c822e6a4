using Aggregator.Model.Feeds;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;

namespace Aggregator.Service.Tests.Catalog;

/// <summary>Edits of feeds.json by several programs: the service, and verbs of the command line.</summary>
public sealed class FeedListWriterTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public FeedListWriterTests() => File.WriteAllText(_folder.Feeds, """{ "feeds": [ { "url": "https://first.example/feed" } ] }""");

    /// <summary>Each waits a while for the other to have read the list too.</summary>
    [Fact]
    public async Task Edit_TwoProgramsAtATime_KeepsBothEdits()
    {
        using var both = new Barrier(2);
        string[] added = ["https://second.example/feed", "https://third.example/feed"];

        await Task.WhenAll(added.Select(address => Task.Run(
            () => FeedListWriter.Edit(_folder.Feeds, text =>
            {
                both.SignalAndWait(TimeSpan.FromMilliseconds(500));
                return FeedListEditor.Add(text, new FeedSource { Address = new Uri(address) });
            }),
            TestContext.Current.CancellationToken)));

        var listed = FeedListFile.ReadOnce(_folder.Feeds).Feeds.Values.Select(feed => feed.Address.AbsoluteUri).Order(StringComparer.Ordinal);
        Assert.Equal(["https://first.example/feed", .. added], listed);
    }

    [Fact]
    public void Hold_AnotherProgramGoesOnEditing_SaysWhoIsWaitedFor()
    {
        using (OperatorsFile.Hold(_folder.Feeds, TimeSpan.Zero))
        {
            var fault = Assert.Throws<IOException>(() => OperatorsFile.Hold(_folder.Feeds, TimeSpan.FromMilliseconds(50)));

            Assert.StartsWith($"{_folder.Feeds} is being edited by another program, which holds {_folder.Feeds}.lock.", fault.Message, StringComparison.Ordinal);
        }

        using var again = OperatorsFile.Hold(_folder.Feeds, TimeSpan.Zero);
        Assert.NotNull(again);
    }

    [Fact]
    public void Hold_NoFileCanBeMadeThere_LeavesItToThePutToSaySo() =>
        Assert.Null(OperatorsFile.Hold(Path.Combine(_folder.Path, "nowhere", "feeds.json"), TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();
}
