using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Archive;
using Aggregator.Service.Hosting;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Tests.Archive;

public sealed class PageArchiveTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly JumpingClock _clock = new(TestStories.Morning);

    [Fact]
    public void Keep_FullAndTheClockWasSetBack_TheOldestGoStill()
    {
        _clock.Jump = TimeSpan.FromDays(400);
        Keep(Open(), 0, 100);

        _clock.Jump = TimeSpan.Zero;
        Keep(Open(), 100, 40);
        Keep(Open(), 140, 40);

        var kept = Open().Open().Read().Select(entry => int.Parse(entry.Entry.Title!, null)).ToList();
        Assert.Equal(Enumerable.Range(180 - kept.Count, kept.Count), kept);
        Assert.InRange(kept.Count, 20, 100);
    }

    /// <summary>A folder lies where the index is to be, so that no file that is begun now can be filled.</summary>
    [Fact]
    public void Keep_NothingCanBeWritten_LeavesNoFileBehindForEachPage()
    {
        var archive = Open();
        var pages = Path.Combine(_folder.Data, "pages");
        var obstacle = Directory.CreateDirectory(Path.Combine(pages, $"{_clock.GetUtcNow():yyyyMMdd'T'HHmmssfff}-000.warc.gz.index")).FullName;
        foreach (var number in Enumerable.Range(0, 3))
        {
            archive.Keep(Entry(number));
        }

        Assert.Empty(Directory.GetFiles(pages));
        Directory.Delete(obstacle);
        archive.Keep(Entry(3));

        Assert.Equal("3", Assert.Single(Open().Open().Read()).Entry.Title);
    }

    public void Dispose() => _folder.Dispose();

    private PageArchive Open() => new(new ServicePaths(_folder.Feeds, _folder.Data), Options.Create(new StorageOptions { PagesMegabytes = 1 }), _clock, NullLogger<PageArchive>.Instance);

    /// <summary>Entries of 20 KB that do not compress: three fill a file, some fifty the archive.</summary>
    private void Keep(PageArchive archive, int from, int count)
    {
        foreach (var number in Enumerable.Range(from, count))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            archive.Keep(Entry(number));
        }
    }

    private static ArchivedEntry Entry(int number)
    {
        var bytes = new byte[15_000];
        new Random(number).NextBytes(bytes);
        var feed = new Uri("https://test.example/feed");
        var entry = new FeedEntry { Key = $"{number}", Fingerprint = $"{number}", Id = $"{number}", Title = $"{number}", ContentHtml = Convert.ToBase64String(bytes) };
        return new ArchivedEntry(StoryId.Of(FeedId.Of(feed), $"{number}"), feed, $"{number}", null, null, entry);
    }
}
