using Aggregator.Model.Storage;
using LiteDB;
using LiteDB.Engine;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// One LiteDB file, opened the one way it may be opened, whose commits reach the disk, and which can be opened anew when LiteDB has
/// closed it after a fault. Collections are therefore asked for each time they are used. One thread at a time, but for
/// <see cref="Secure"/>; a transaction belongs to the thread that began it.
/// </summary>
internal sealed class DatabaseFile : IDisposable
{
    private const int SchemaVersion = 3;

    private const int PageBytes = 8192;

    /// <summary>What of its largest size the log is let grow to while there is little to do.</summary>
    private const int CalmShare = 8;

    private readonly string _path;
    private readonly long _logBytes;
    private readonly IReadOnlyList<string> _collections;
    private Connection? _connection;
    private bool _inTransaction;

    private DatabaseFile(string path, long logBytes, IReadOnlyList<string> collections)
    {
        _path = path;
        _logBytes = logBytes;
        _collections = collections;
        _connection = Connect();
    }

    private static ReadOnlySpan<byte> LiteDbMark => "** This is a LiteDB file **"u8;

    /// <summary>LiteDB, as it is open now. For tests: everything else goes through the members below.</summary>
    internal LiteDatabase Database => Current.Database;

    /// <summary>The log, as it is open now. For tests.</summary>
    internal LogFile Log => Current.Log;

    private int LogPages => (int)(_logBytes / PageBytes);

    private Connection Current => _connection
        ?? throw new StoreException($"{_path} is closed after a fault and could not be opened again yet. That is tried anew whenever something is to be stored.");

    /// <summary>Opens a file with these collections, making what is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="logBytes">
    /// How large the log becomes before LiteDB writes it back. A page that changes with every commit is copied the less often the larger it is.
    /// </param>
    /// <param name="collections">Their names.</param>
    /// <exception cref="StoreException">
    /// The file is damaged, foreign or from a newer version of this program, or the disk or its rights stand in the way. It is left as it is.
    /// </exception>
    public static DatabaseFile Open(string path, long logBytes, params IReadOnlyList<string> collections) => new(path, logBytes, collections);

    public ILiteCollection<BsonDocument> Collection(string name) => Current.Database.GetCollection(name);

    /// <summary>Begins a transaction of this thread.</summary>
    /// <exception cref="Exception">LiteDB has closed the file since; what it throws is what made it do so.</exception>
    public void Begin()
    {
        Current.Database.BeginTrans();
        _inTransaction = true;
    }

    /// <summary>Commits. It is on the disk only after <see cref="Secure"/>.</summary>
    public void Commit()
    {
        Current.Database.Commit();
        _inTransaction = false;
    }

    /// <summary>Returns once what was committed is on the disk. Others may read meanwhile.</summary>
    public void Secure() => Current.Secure();

    /// <summary>Gives up the transaction of this thread, if there is one.</summary>
    public void Rollback()
    {
        if (_inTransaction)
        {
            _inTransaction = false;
            Current.Database.Rollback();
        }
    }

    /// <summary>Whether LiteDB leaves the log as it is, however large it becomes.</summary>
    public bool HoldsCheckpoints
    {
        get => Current.Database.CheckpointSize == 0;
        set => Current.Database.CheckpointSize = value ? 0 : LogPages;
    }

    /// <summary>
    /// Whether so much has gathered in the log that it is well written back while there is little to do: everybody waits meanwhile, some 3 ms a megabyte.
    /// </summary>
    public bool IsLogWorthACheckpoint => Current.Log.Length > _logBytes / CalmShare;

    /// <summary>Writes what has gathered in the log back into the file.</summary>
    public void Checkpoint() => Current.Database.Checkpoint();

    /// <summary>Closes what is open, however broken, and opens the file again as the disk has it.</summary>
    /// <exception cref="StoreException">It cannot be opened. Until it can, reading and writing throw the same.</exception>
    public void Reopen()
    {
        Dispose();
        _connection = Connect();
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
        _inTransaction = false;
    }

    /// <summary>Tells the operator what a fault at opening or at the first reading means.</summary>
    public StoreException Explain(Exception fault) => fault switch
    {
        StoreException explained => explained,
        UnauthorizedAccessException => new($"{_path} cannot be opened: this user may not read and write it. Change its owner, or give another folder with --data.", fault),
        IOException and not EndOfStreamException when IoFault.IsDiskFull(fault) => new($"{_path} cannot be opened: the disk is full. Free some space, or give another folder with --data.", fault),
        IOException and not EndOfStreamException => new($"{_path} cannot be opened: {IoFault.Words(fault)}. Give another folder with --data if that cannot be helped.", fault),
        _ => new($"{_path} cannot be read as a database ({fault.Message.TrimEnd('.')}). It was left as it is: put a backup in its place, or move it away to begin anew.", fault),
    };

    private Connection Connect()
    {
        Connection? connection = null;
        try
        {
            RefuseForeignFile();
            connection = new Connection(_path);
            var version = connection.Database.UserVersion;
            if (version > SchemaVersion)
            {
                throw new StoreException($"{_path} was written by a newer version of this program (schema {version}, this one knows {SchemaVersion}). Install that version, or give this one another --data folder.");
            }

            connection.Database.UtcDate = true;
            connection.Database.CheckpointSize = LogPages;
            connection.Database.UserVersion = SchemaVersion;
            MakeCollections(connection.Database);
            connection.Secure();
            return connection;
        }
#pragma warning disable CA1031 // On a damaged file LiteDB throws whatever its reader stumbles over.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            connection?.Dispose();
            throw Explain(fault);
        }
    }

    /// <summary>
    /// Looks for LiteDB's mark before LiteDB sees the file, because LiteDB cuts a file that is none of its own to whole pages; and for a
    /// log whose database was moved away, because LiteDB would put its pages into the new one.
    /// </summary>
    private void RefuseForeignFile()
    {
        var file = new FileInfo(_path);
        if (!file.Exists || file.Length == 0)
        {
            var log = new FileInfo(LogFile.PathFor(_path));
            if (log.Exists && log.Length > 0)
            {
                throw new StoreException($"{log.FullName} is the newest part of a database, but {_path} is not there. Put that back, or move the log away as well to begin anew.");
            }

            return;
        }

        using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var head = new byte[128];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (head.AsSpan(0, read).IndexOf(LiteDbMark) < 0)
        {
            throw new StoreException($"{_path} is no database of this program. It was left as it is: move it away to begin anew, or give another folder with --data.");
        }
    }

    /// <summary>
    /// Makes missing collections while nobody else uses the file. LiteDB would make one with its first document, but shows its name to
    /// readers before its first page: a reader in between reads an empty page, and LiteDB closes the whole file for that. That document is there and gone in one
    /// commit, for it is none of ours, and could not be read. Earlier versions took two: what a process left that ended in between goes here.
    /// </summary>
    private void MakeCollections(LiteDatabase database)
    {
        database.BeginTrans();
        var known = database.GetCollectionNames().ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var name in _collections)
        {
            var collection = database.GetCollection(name);
            if (!known.Contains(name))
            {
                collection.Delete(collection.Insert(new BsonDocument()));
            }
            else if (collection.FindOne(Query.GTE("_id", ObjectId.Empty)) is { } left)
            {
                collection.Delete(left["_id"]); // LiteDB's ids come after all of ours, which are texts and numbers
            }
        }

        database.Commit();
    }

    /// <summary>LiteDB at work on the file, and what belongs to it.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Action _waitForQueue;

        public Connection(string path)
        {
            Log = new LogFile(LogFile.PathFor(path));
            try
            {
                // The collation decides the order of keys and lies in the file: ordinal from the first run, or key ranges would find nothing.
                var engine = new LiteEngine(new EngineSettings { Filename = path, LogStream = Log, Collation = new Collation("en-US/Ordinal") });
                Database = new LiteDatabase(engine);
                _waitForQueue = WriterQueue.WaitOf(engine);
                KeepPrivate(path);
                KeepPrivate(LogFile.PathFor(path));
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public LiteDatabase Database { get; }

        public LogFile Log { get; }

        /// <summary>Returns once everything committed is on the disk.</summary>
        public void Secure()
        {
            _waitForQueue();
            Log.Secure();
        }

        /// <summary>Closes the file. LiteDB keeps for itself what troubles it meanwhile; the log holds what could not be written back.</summary>
        public void Dispose()
        {
            Database?.Dispose();
            Log.Dispose();
        }

        private static void KeepPrivate(string path)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }
}
