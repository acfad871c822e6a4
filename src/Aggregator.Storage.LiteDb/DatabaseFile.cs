using Aggregator.Model.Storage;
using LiteDB;
using Microsoft.Win32.SafeHandles;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// One LiteDB file, opened the one way it may be opened, whose commits reach the disk. LiteDB writes a commit to its log and leaves
/// the flush to the system; a second handle on the log flushes it.
/// </summary>
internal sealed class DatabaseFile : IDisposable
{
    private const int SchemaVersion = 1;

    private static ReadOnlySpan<byte> LiteDbMark => "** This is a LiteDB file **"u8;

    private readonly string _logPath;
    private SafeFileHandle? _log;
    private bool _inTransaction;

    private DatabaseFile(string path, LiteDatabase database)
    {
        Database = database;
        _logPath = Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path) + "-log.db");
    }

    public LiteDatabase Database { get; }

    /// <summary>Opens a file with these collections, making what is missing.</summary>
    /// <exception cref="StoreException">The file is damaged, foreign or from a newer version of this program. It is left as it is.</exception>
    public static DatabaseFile Open(string path, params IReadOnlyList<string> collections)
    {
        RefuseForeignFile(path);
        LiteDatabase? database = null;
        try
        {
            // The collation decides the order of keys and lies in the file: ordinal from the first run, or key ranges would find nothing.
            database = new LiteDatabase(new ConnectionString { Filename = path, Connection = ConnectionType.Direct, Collation = new Collation("en-US/Ordinal") })
            {
                UtcDate = true,
            };
            KeepPrivate(path);
            var version = database.UserVersion;
            if (version > SchemaVersion)
            {
                throw new StoreException($"{path} was written by a newer version of this program (schema {version}, this one knows {SchemaVersion}). Install that version, or give this one another --data folder.");
            }

            database.UserVersion = SchemaVersion;
            MakeCollections(database, collections);
            return new DatabaseFile(path, database);
        }
        catch (StoreException)
        {
            database?.Dispose();
            throw;
        }
        catch (UnauthorizedAccessException fault)
        {
            database?.Dispose();
            throw new StoreException($"{path} cannot be opened: this user may not write to it. Change its owner, or give another folder with --data.", fault);
        }
#pragma warning disable CA1031 // On a damaged file LiteDB throws whatever its reader stumbles over; all of it means the same to the operator.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            TryDispose(database);
            throw new StoreException($"{path} cannot be read as a database ({fault.Message}). It was left as it is: put a backup in its place, or move it away to begin anew.", fault);
        }
    }

    public void Begin()
    {
        Database.BeginTrans();
        _inTransaction = true;
    }

    /// <summary>Commits, and returns once the commit is on the disk.</summary>
    public void Commit()
    {
        Database.Commit();
        _inTransaction = false;
        if (!OperatingSystem.IsWindows() && File.Exists(_logPath))
        {
            // fsync works on the file, whichever handle it is given; Windows would need a handle that LiteDB's sharing mode denies.
            _log ??= File.OpenHandle(_logPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(_log);
        }
    }

    public void Rollback()
    {
        if (_inTransaction)
        {
            _inTransaction = false;
            Database.Rollback();
        }
    }

    public void Dispose()
    {
        _log?.Dispose();
        Database.Dispose();
    }

    /// <summary>Looks for LiteDB's mark before LiteDB sees the file, because LiteDB cuts a file that is none of its own to whole pages.</summary>
    private static void RefuseForeignFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0)
        {
            return;
        }

        try
        {
            using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var head = new byte[128];
            var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (head.AsSpan(0, read).IndexOf(LiteDbMark) < 0)
            {
                throw new StoreException($"{path} is no database of this program. It was left as it is: move it away to begin anew, or give another folder with --data.");
            }
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new StoreException($"{path} cannot be opened: this user may not read it. Change its owner, or give another folder with --data.", fault);
        }
    }

    /// <summary>
    /// Makes missing collections while nobody else uses the file. LiteDB would make one with its first document, but shows its name to
    /// readers before its first page: a reader in between reads an empty page, and LiteDB closes the whole file for that.
    /// </summary>
    private static void MakeCollections(LiteDatabase database, IReadOnlyList<string> collections)
    {
        foreach (var name in collections.Except(database.GetCollectionNames()))
        {
            var collection = database.GetCollection(name);
            collection.Delete(collection.Insert(new BsonDocument()));
        }
    }

    private static void KeepPrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static void TryDispose(LiteDatabase? database)
    {
        try
        {
            database?.Dispose();
        }
        catch (Exception fault) when (fault is IOException or LiteException or InvalidOperationException)
        {
            // Closing what could not be opened; the fault that matters is told by the caller.
        }
    }
}
