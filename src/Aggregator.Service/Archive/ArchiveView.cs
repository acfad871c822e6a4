using System.Text.Json;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Secrets;

namespace Aggregator.Service.Archive;

/// <summary>What the archive held at one moment. Not safe for concurrent use.</summary>
internal sealed class ArchiveView
{
    private readonly IReadOnlyList<string> _segments;
    private readonly int _mostContent;

    /// <summary>The last place of each entry, and the places of each page in their order.</summary>
    private readonly Dictionary<ArchiveKey, ArchivePlace> _entries = [];
    private readonly Dictionary<ArchiveKey, List<ArchivePlace>> _pages = [];

    /// <param name="segments">The files, the oldest first.</param>
    /// <param name="records">Their records in order.</param>
    /// <param name="mostContent">The longest content of a record.</param>
    public ArchiveView(IReadOnlyList<string> segments, IReadOnlyList<(ArchivePlace Place, bool IsEntry, ArchiveKey Key)> records, int mostContent)
    {
        _segments = segments;
        _mostContent = mostContent;
        foreach (var (place, isEntry, key) in records)
        {
            if (isEntry)
            {
                _entries[key] = place;
            }
            else if (_pages.TryGetValue(key, out var places))
            {
                places.Add(place);
            }
            else
            {
                _pages[key] = [place];
            }
        }
    }

    /// <summary>How many entries there are.</summary>
    public int Entries => _entries.Count;

    /// <summary>The entries as they came last, in the order in which that was, each with what its pages were by then. One that cannot be read is left out.</summary>
    public IEnumerable<(ArchivedEntry Entry, IPageSource Pages)> Read()
    {
        foreach (var place in _entries.Values.OrderBy(place => place.Segment).ThenBy(place => place.Offset))
        {
            if (Read(place) is { } record && ReadEntry(record) is { } entry)
            {
                yield return (entry, new PagesUntil(this, place));
            }
        }
    }

    private static ArchivedEntry? ReadEntry(WarcRecord record)
    {
        try
        {
            return JsonSerializer.Deserialize<ArchivedEntry>(record.Content.Span);
        }
        catch (JsonException)
        {
            return null; // of another program's making, or of an older one's
        }
    }

    private WarcRecord? Read(ArchivePlace place)
    {
        try
        {
            using var file = new FileStream(_segments[place.Segment], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[place.Length];
            file.Position = place.Offset;
            file.ReadExactly(bytes);
            return WarcRecord.Read(bytes, _mostContent);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null; // its file was deleted to make room meanwhile, or is damaged
        }
    }

    private WarcRecord? FindPage(Uri address, ArchivePlace until)
    {
        if (!_pages.TryGetValue(ArchiveKey.Of(address), out var places))
        {
            return null;
        }

        var before = places.FindLastIndex(place => place.Segment < until.Segment || (place.Segment == until.Segment && place.Offset < until.Offset));
        return Read(places[Math.Max(before, 0)]);
    }

    /// <summary>The pages as they were when an entry came.</summary>
    private sealed class PagesUntil(ArchiveView view, ArchivePlace until) : IPageSource
    {
        public Task<PageResult> FetchAsync(Uri page, PageValidators? known, FeedAccess access, BodyShare? share, CancellationToken cancellationToken) => Task.FromResult<PageResult>(
            view.FindPage(page, until) is { } record
                ? new PageResult.Page(record.Content, record.ContentType, record.Effective ?? record.Target, NoArchive: false)
                : new PageResult.NotFetched("the page was not kept"));
    }
}
