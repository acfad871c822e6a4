using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb.Search;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Keeps the files within the size they were given. LiteDB's files never shrink, but what is deleted makes room in them: so they are let grow to
/// that size less what the logs may need (<see cref="Reserve"/>), and then hold as many stories as fit (<see cref="StoryCapacity"/>). Belongs to the
/// writer's thread, but for <see cref="Bytes"/>.
/// </summary>
internal sealed class FileSizes
{
    private const string Id = "size";

    /// <summary>More would keep others waiting for the commit.</summary>
    private const int MostDropped = 100;

    private const long MostLogBytes = 32L << 20;
    private const long LeastLogBytes = 256L << 10;

    /// <summary>What a log may grow to, of the whole.</summary>
    private const int LogShare = 40;

    /// <summary>Three files with a log each, and what each may grow by while its log is written back, which is not emptied before; two more for what a commit adds before that is noticed.</summary>
    private const int Reserve = 8;

    /// <summary>How large the index becomes in the long run beside the texts: 1.55 times, measured with news in English.</summary>
    private const double IndexOfTexts = 1.6;

    private readonly string _folder;
    private readonly long? _maxBytes;
    private StoryCapacity? _capacity;
    private StoryCapacity? _written;
    private long _bytes;
    private long _logs;

    public FileSizes(string folder, long? maxBytes)
    {
        _folder = folder;
        _maxBytes = maxBytes;
        LogBytes = maxBytes is { } most ? Math.Clamp(most / LogShare, LeastLogBytes, MostLogBytes) : MostLogBytes;
        _bytes = Sum();
    }

    /// <summary>How large one log may become before it is written back.</summary>
    public long LogBytes { get; }

    /// <summary>
    /// How many stories one commit drops beyond those that it adds. Each changes up to twenty pages all over the file, and whatever a commit changes is in the log at once: so that a log
    /// stays about as large as it may be.
    /// </summary>
    public int DroppedAtOnce => (int)Math.Clamp(LogBytes / (20 * 8192), 8, MostDropped);

    /// <summary>How many stories one commit puts where they belong in the order in which they go; each changes some pages.</summary>
    public int SortedAtOnce => (int)Math.Clamp(LogBytes / (5 * 8192), 8, MostDropped);

    /// <summary>What all files took when they were measured last. Safe from every thread.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>How many stories fit, once the files are as large as they may be. Null: there is room. Safe from every thread.</summary>
    public long? Fitting => Volatile.Read(ref _capacity)?.Stories;

    /// <summary>What LiteDB's logs took of that.</summary>
    public long LogBytesNow => Interlocked.Read(ref _logs);

    /// <summary>Whether the files are as large as they may be.</summary>
    public bool IsFull => _capacity?.Stories is not null;

    /// <summary>How many stories there are beyond those that fit; 0 or less: none.</summary>
    public long Excess(long stories) => _capacity?.Stories is { } fitting ? stories - fitting : 0;

    /// <summary>Takes over what was learned before, and measures.</summary>
    public void Load(ILiteCollection<BsonDocument> meta, long stories)
    {
        if (_maxBytes is { } most)
        {
            var known = meta.Get(Id) is { } document
                ? new StoryCapacity(document["max"].AsInt64, document["stories"].IsNumber ? document["stories"].AsInt64 : null, document["seen"].AsInt64)
                : null;
            _written = known;
            var files = most - (Reserve * LogBytes);
            _capacity = known?.For(files) ?? new StoryCapacity(files, null, 0);
            Measure(stories);
        }
    }

    /// <summary>Looks at the files, which hold so many stories.</summary>
    public void Measure(long stories)
    {
        Interlocked.Exchange(ref _bytes, Sum());
        Interlocked.Exchange(ref _logs, StoreFiles.Databases.Select(LogFile.PathFor).Sum(Length));
        if (_capacity is { } known)
        {
            // SQLite rearranges the index as stories come and go, and needs room for that which it does not give back; so it is counted as what it will be.
            var index = Math.Max(Length(LiteDbStoryStore.IndexFile), (long)(Length(StoreFiles.TextsFile) * IndexOfTexts));
            _capacity = known.After(Length(StoreFiles.ListingFile) + Length(StoreFiles.TextsFile) + index, stories);
        }
    }

    /// <summary>Writes what was learned, if it is new, within the transaction under way.</summary>
    public void Write(ILiteCollection<BsonDocument> meta)
    {
        if (_capacity is { } known && known != _written)
        {
            var document = new BsonDocument { ["_id"] = Id, ["max"] = known.MaxBytes, ["seen"] = known.Seen };
            if (known.Stories is { } stories)
            {
                document["stories"] = stories;
            }

            meta.Upsert(document);
            _written = known;
        }
    }

    private long Sum() => StoreFiles.All.Concat(SearchIndex.Files(LiteDbStoryStore.IndexFile)).Sum(Length);

    private long Length(string file) => new FileInfo(Path.Combine(_folder, file)) is { Exists: true, Length: var length } ? length : 0;
}
