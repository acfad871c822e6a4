using System.Diagnostics;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The two files as one: stories.db, everything that is listed and searched, and bodies.db, the texts. One thread at a time is at work
/// in LiteDB, in short pieces: readers through <see cref="Read"/>, the writer through <see cref="Work"/>. LiteDB 5.0.20 lets several
/// in at once, but its page cache then gives a page away while a reader is about to take it, and closes the file when it notices.
/// Waiting for the disk happens outside.
/// </summary>
internal sealed class StoreFiles : IDisposable
{
    /// <summary>The file of everything that is listed.</summary>
    public const string ListingFile = "stories.db";

    /// <summary>The file of the texts.</summary>
    public const string TextsFile = "bodies.db";

    /// <summary>How long the writer lets readers go first, in a whole commit: longer, and many readers would keep it from its work.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(10);

    private readonly Lock _turn = new();

    /// <summary>Readers that wait for their turn or have it.</summary>
    private int _readers;

    /// <summary>How long the writer has let them go first since its commit began. The writer's own.</summary>
    private TimeSpan _waited;
    private bool _closed;

    /// <summary>Whether the logs are not to be written back now. The writer's thread only.</summary>
    private bool _held;

    private StoreFiles(string folder, DatabaseFile listing, DatabaseFile texts)
    {
        Folder = folder;
        Listing = listing;
        Texts = texts;
        Bodies = new BodyFile(texts);
    }

    /// <summary>The names of both files.</summary>
    public static IReadOnlyList<string> Databases { get; } = [ListingFile, TextsFile];

    /// <summary>The names of both files and their logs.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Databases, .. Databases.Select(LogFile.PathFor)];

    /// <summary>Where the files lie.</summary>
    public string Folder { get; }

    /// <summary>stories.db.</summary>
    public DatabaseFile Listing { get; }

    /// <summary>bodies.db.</summary>
    public DatabaseFile Texts { get; }

    /// <summary>What bodies.db holds.</summary>
    public BodyFile Bodies { get; }

    /// <summary>The counts.</summary>
    public ILiteCollection<BsonDocument> Meta => Listing.Collection("meta");

    /// <summary>The stories by their number.</summary>
    public ILiteCollection<BsonDocument> Stories => Listing.Collection("stories");

    /// <summary>
    /// What leads to a story (_id), with its number (q): its own id and those of other feeds' entries of its article, with the entry's fingerprint
    /// (j); and the keys of its addresses (<see cref="AddressId"/>).
    /// </summary>
    public ILiteCollection<BsonDocument> Keys => Listing.Collection("keys");

    /// <summary>See <see cref="LiteDb.Postings"/>.</summary>
    public ILiteCollection<BsonDocument> Postings => Listing.Collection("postings");

    /// <summary>How much the lists hold that say what goes first: n stories, b bytes. See <see cref="KeptOrder"/>.</summary>
    public ILiteCollection<BsonDocument> Kept => Listing.Collection("kept");

    /// <summary>The feeds' states by their ids.</summary>
    public ILiteCollection<BsonDocument> FeedStates => Listing.Collection("feeds");

    /// <summary>What hosts taught, by their names.</summary>
    public ILiteCollection<BsonDocument> Hosts => Listing.Collection("hosts");

    /// <summary>What is remembered of dropped stories, by their ids.</summary>
    public ILiteCollection<BsonDocument> Dropped => Listing.Collection("dropped");

    /// <summary>What was deleted for good: the ids that led to it (_id), with the entries' fingerprints (j).</summary>
    public ILiteCollection<BsonDocument> Deleted => Listing.Collection("deleted");

    /// <summary>
    /// What the index of texts must catch up with if it lost its last commits: by commit, the numbers of stories changed or deleted in it (s).
    /// Stories added since are told by their numbers.
    /// </summary>
    public ILiteCollection<BsonDocument> Unindexed => Listing.Collection("unindexed");

    /// <summary>The subscriptions at hubs by their tokens.</summary>
    public ILiteCollection<BsonDocument> Subscriptions => Listing.Collection("subscriptions");

    /// <summary>Opens both files, making what is missing.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="logBytes">How large a log becomes before LiteDB writes it back.</param>
    /// <exception cref="StoreException">One of them cannot be used; none is ever replaced.</exception>
    public static StoreFiles Open(string folder, long logBytes)
    {
        var listing = DatabaseFile.Open(Path.Combine(folder, ListingFile), logBytes, "meta", "stories", "keys", "postings", "feeds", "hosts", "subscriptions", "dropped", "deleted", "unindexed", "kept");
        try
        {
            return new StoreFiles(folder, listing, DatabaseFile.Open(Path.Combine(folder, TextsFile), logBytes, BodyFile.Collection, BodyFile.VersionCollection));
        }
        catch
        {
            listing.Dispose();
            throw;
        }
    }

    /// <summary>Reads from the files.</summary>
    /// <exception cref="StoreException">They cannot be read now.</exception>
    public T Read<T>(Func<T> read)
    {
        Interlocked.Increment(ref _readers);
        try
        {
            lock (_turn)
            {
                return _closed ? throw new StoreException("the store is closed") : read();
            }
        }
        catch (Exception fault) when (fault is not (StoreException or OperationCanceledException))
        {
            throw new StoreException($"the store in {Folder} cannot be read: {IoFault.Words(fault)}. Its files are opened anew with the next story that is stored, or when the service is started again.", fault);
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    /// <summary>Does a piece of the writer's work, between <see cref="TryBegin"/> and <see cref="Commit"/>. Keep it short: readers wait.</summary>
    public void Work(Action piece)
    {
        LetReadersGoFirst();
        lock (_turn)
        {
            piece();
        }
    }

    /// <summary>A story by its number. Null: no such story.</summary>
    public Story? Find(long sequence, bool withBody)
    {
        // Only the reading itself keeps others waiting.
        var (document, body) = Read(() => (Stories.Get(sequence), withBody ? Bodies.FindDocument(sequence) : null));
        return document is null ? null : withBody ? StoryDocuments.Read(document) with { Body = BodyFile.Read(body) } : StoryDocuments.Read(document);
    }

    /// <summary>The least numbers of stories that are greater than <paramref name="sequence"/>, in their order. The stories themselves are not read.</summary>
    public IReadOnlyList<long> NumbersAfter(long sequence, int most) => Read<IReadOnlyList<long>>(() =>
        [.. Stories.Query().Where(Query.GT("_id", sequence)).Select("_id").Limit(most).ToDocuments().Select(document => document["_id"].AsInt64)]);

    /// <summary>A story without its body, and its number. Null: no such story.</summary>
    public (Story Story, long Sequence)? Find(StoryId id) =>
        Keys.Get(id.Value) is { } key && Stories.Get(key["q"].AsInt64) is { } document
            ? (StoryDocuments.Read(document), key["q"].AsInt64)
            : null;

    /// <summary>The stored story, with its body, of which another is the article. Null: there is none.</summary>
    public (Story Story, long Sequence)? FindSameArticle(Story story)
    {
        foreach (var address in story.ArticleKeys)
        {
            if (Keys.Get(AddressId(address)) is { } key && Stories.Get(key["q"].AsInt64) is { } document
                && StoryDocuments.Read(document) with { Body = Bodies.Find(key["q"].AsInt64) } is var stored && SameArticle.Tells(stored, story))
            {
                return (stored, key["q"].AsInt64);
            }
        }

        return null;
    }

    /// <summary>Under what an article's address stands among <see cref="Keys"/>.</summary>
    public static string AddressId(string articleKey) => "@" + ContentHash.Of(10, articleKey);

    /// <summary>Begins a transaction in each file.</summary>
    /// <returns>Whether that went well. If not, LiteDB has closed a file since, and the files must be opened anew.</returns>
    public bool TryBegin()
    {
        _waited = TimeSpan.Zero;
        return Try(() => Work(Listing.Begin)) && Try(() => Work(Texts.Begin));
    }

    /// <summary>Makes good what a transaction brought: the texts first, so that a crash between the two leaves a text nobody asks for.</summary>
    public void Commit()
    {
        foreach (var file in new[] { Texts, Listing })
        {
            Work(file.Commit);
            file.Secure();
        }
    }

    /// <summary>Gives up the transactions under way.</summary>
    /// <returns>Whether that went well. If not, the files must be opened anew.</returns>
    public bool TryRollback() => Try(() => Work(Texts.Rollback)) & Try(() => Work(Listing.Rollback));

    /// <summary>Writes the logs back into their files, unless that is held.</summary>
    public void Checkpoint()
    {
        if (!_held)
        {
            Work(Texts.Checkpoint);
            Work(Listing.Checkpoint);
        }
    }

    /// <summary>Writes logs back that have grown, while there is little to do; under load they gather more first, which costs less in all.</summary>
    public void CheckpointInCalm()
    {
        foreach (var file in new[] { Texts, Listing })
        {
            if (!_held && file.IsLogWorthACheckpoint)
            {
                Work(file.Checkpoint);
            }
        }
    }

    /// <summary>Writes the logs back, and from then on nothing, so that the files stay as they are. Between commits, by the writer.</summary>
    public void HoldCheckpoints()
    {
        Checkpoint();
        _held = true;
        Work(() => HoldCheckpoints(true));
    }

    /// <summary>The logs are written back again. Likewise.</summary>
    public void ReleaseCheckpoints()
    {
        _held = false; // first: a file that is closed after a fault throws, and is opened anew by this
        Work(() => HoldCheckpoints(false));
    }

    /// <summary>Opens both files anew.</summary>
    /// <exception cref="StoreException">That is not possible now.</exception>
    public void Reopen()
    {
        lock (_turn)
        {
            Listing.Reopen();
            Texts.Reopen();
            HoldCheckpoints(_held);
        }
    }

    /// <summary>Closes both files, has others put in their place, and opens what is there then.</summary>
    /// <exception cref="StoreException">They could not be replaced, or cannot be opened.</exception>
    public void Replace(Action move)
    {
        LetReadersGoFirst();
        lock (_turn)
        {
            Listing.Dispose();
            Texts.Dispose();
            try
            {
                move();
            }
            finally
            {
                Listing.Reopen();
                Texts.Reopen();
                HoldCheckpoints(_held);
            }
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _closed = true;
            Listing.Dispose();
            Texts.Dispose();
        }
    }

    /// <summary>A lock goes to whoever asks next, and the writer, which asks again at once, would have it all through a commit.</summary>
    private void LetReadersGoFirst()
    {
        if (Volatile.Read(ref _readers) == 0 || _waited >= Courtesy)
        {
            return;
        }

        var since = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _readers) > 0 && _waited + Stopwatch.GetElapsedTime(since) < Courtesy)
        {
            Thread.Yield();
        }

        _waited += Stopwatch.GetElapsedTime(since);
    }

    private void HoldCheckpoints(bool held)
    {
        Texts.HoldsCheckpoints = held;
        Listing.HoldsCheckpoints = held;
    }

    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
#pragma warning disable CA1031 // A database that LiteDB has closed throws whatever it closed for; all of it has one remedy, to open it anew.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
