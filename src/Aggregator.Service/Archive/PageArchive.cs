using System.Globalization;
using System.Text.Json;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Archive;

/// <summary>
/// Pages and feeds' entries as they came, where Storage:PagesMegabytes says so: what stories can be made of again. A folder of WARC files, filled one
/// after the other; when they are more than they may be, the oldest goes. Nothing of it is needed for anything else, and no fault of it reaches
/// a poll. Safe for concurrent use.
/// </summary>
public sealed partial class PageArchive(ServicePaths paths, IOptions<StorageOptions> options, TimeProvider clock, ILogger<PageArchive> logger)
{
    private const string Extension = ".warc.gz";
    private const string IndexExtension = ".index";

    /// <summary>Of so many files the archive consists when it is full.</summary>
    private const int Segments = 16;

    /// <summary>The longest content of a record, beyond every limit of fetching.</summary>
    private const int MostContent = 64 * 1024 * 1024;

    private readonly Lock _turn = new();
    private readonly long _mostBytes = (options.Value.PagesMegabytes ?? 0L) << 20;
    private string? _segment;
    private bool _failed;

    /// <summary>Whether anything is kept.</summary>
    public bool IsOn => _mostBytes > 0;

    private string Folder => Path.Combine(paths.DataFolder, "pages");

    /// <summary>Keeps a page.</summary>
    public void Keep(Uri asked, PageResult.Page page)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(page);
        var effective = page.EffectiveUri == asked ? null : page.EffectiveUri;
        var record = new WarcRecord("resource", asked, clock.GetUtcNow(), page.ContentType, page.Body) { Effective = effective };
        Append(record, isEntry: false, ArchiveKey.Of(asked));
    }

    /// <summary>Keeps what a feed said of an entry. After its pages.</summary>
    public void Keep(ArchivedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var record = new WarcRecord("metadata", entry.Entry.Link ?? entry.Feed, clock.GetUtcNow(), "application/json", JsonSerializer.SerializeToUtf8Bytes(entry));
        Append(record, isEntry: true, ArchiveKey.Of(entry.Story));
    }

    /// <summary>What is kept at this moment, to be read while more is added.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    internal ArchiveView Open()
    {
        var segments = SegmentFiles();
        return new ArchiveView([.. segments], [.. segments.SelectMany((segment, number) => File.Exists(segment + IndexExtension) ? ArchiveIndex.Read(segment + IndexExtension, number) : [])], MostContent);
    }

    private List<string> SegmentFiles() =>
        Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, "*" + Extension).Order(StringComparer.Ordinal)] : [];

    private void Append(WarcRecord record, bool isEntry, ArchiveKey key)
    {
        if (!IsOn)
        {
            return;
        }

        var bytes = record.ToBytes();
        lock (_turn)
        {
            string? begun = null;
            try
            {
                var segment = NextSegment(bytes.Length);
                begun = File.Exists(segment) ? null : segment;
                long offset;
                using (var file = OpenPrivate(segment))
                {
                    offset = file.Length;
                    file.Write(bytes);
                }

                using var index = OpenPrivate(segment + IndexExtension);
                index.Write(ArchiveIndex.Line(new ArchivePlace(0, offset, bytes.Length), isEntry, key));
                _failed = false;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Told once, not with every page: what is not kept cannot be read again, and that is all.
                if (!_failed)
                {
                    LogNotKept(Folder, fault.Message);
                }

                _failed = true;
                _segment = null;
                Drop(begun);
            }
        }
    }

    /// <summary>A file that was begun for a record and could not take it: while the disk is full there would be one more with every page.</summary>
    private static void Drop(string? segment)
    {
        if (segment is null)
        {
            return;
        }

        try
        {
            File.Delete(segment);
            File.Delete(segment + IndexExtension);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It goes when it is the oldest.
        }
    }

    /// <summary>The file to add to. Each process begins one of its own: the last record of an older one may be half a record.</summary>
    private string NextSegment(int length)
    {
        if (_segment is not null && new FileInfo(_segment) is { Exists: true } file && file.Length + length <= _mostBytes / Segments)
        {
            return _segment;
        }

        PrivateFiles.MakeFolder(Folder);
        var room = _mostBytes - (_mostBytes / Segments);
        var files = SegmentFiles();
        var newest = Path.GetFileName(files.LastOrDefault());
        for (var size = files.Sum(SizeOf); size > room && files.Count > 0; files.RemoveAt(0))
        {
            size -= SizeOf(files[0]);
            File.Delete(files[0]);
            File.Delete(files[0] + IndexExtension);
        }

        _segment = Path.Combine(Folder, NameAfter(newest));
        return _segment;
    }

    /// <summary>A name by the time, but after that of the newest file: a clock that was set back would have the oldest pages stay and the new ones go.</summary>
    private string NameAfter(string? newest)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyyMMdd'T'HHmmssfff}");
        if (newest?.Split('-')[0] is { } last && string.CompareOrdinal(time, last) < 0)
        {
            time = last;
        }

        var number = 0;
        string name;
        do
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{time}-{number++:000}{Extension}");
        }
        while (string.CompareOrdinal(name, newest) <= 0);
        return name;
    }

    private static long SizeOf(string segment) =>
        new[] { segment, segment + IndexExtension }.Select(path => new FileInfo(path)).Sum(file => file.Exists ? file.Length : 0);

    private static FileStream OpenPrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    [LoggerMessage(920, LogLevel.Warning, "Pages are not kept in {Folder} at present: {Reason}")]
    private partial void LogNotKept(string folder, string reason);
}

/// <summary>What a feed said of an entry, and of itself as far as the entry's story is made of it.</summary>
/// <param name="Story">The story the entry is.</param>
/// <param name="Feed">The feed's address in feeds.json.</param>
/// <param name="Title">The feed's title.</param>
/// <param name="Site">The web site behind the feed.</param>
/// <param name="Language">The feed's language.</param>
/// <param name="Entry">The entry as parsed.</param>
public sealed record ArchivedEntry(StoryId Story, Uri Feed, string? Title, Uri? Site, string? Language, FeedEntry Entry);
