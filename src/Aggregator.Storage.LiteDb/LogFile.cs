using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The log of a database file, through which every commit goes. It takes the place of LiteDB's own stream for three reasons, all seen in
/// LiteDB 5.0.20:
/// <list type="bullet">
/// <item>LiteDB flushes to the disk after every single page, or, for the first pages after it has opened, not before the commit returns.
/// Here it is twice a commit: before the page that confirms the transaction, for a confirmed transaction must never miss a page after a
/// power cut, and by <see cref="Secure"/> after it.</item>
/// <item>When a page cannot be written, LiteDB closes the whole database, or waits for itself for ever if that page was among the first.
/// Here the fault is kept for <see cref="Secure"/> to throw; until then LiteDB believes all is well.</item>
/// <item>LiteDB's sharing mode keeps a second handle from flushing the log on Windows. This is the one handle.</item>
/// </list>
/// LiteDB locks the stream while it reads or writes; nobody writes while the writer's thread secures.
/// </summary>
internal sealed class LogFile : Stream
{
    private const string Suffix = "-log";

    private const int PageSize = 8192;

    /// <summary>Where a page says whether it is the last of its transaction (LiteDB's BasePage.P_IS_CONFIRMED).</summary>
    private const int ConfirmedFlag = 18;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private long _secured;
    private bool _unflushed;
    private volatile IOException? _fault;

    /// <summary>Opens the log, making it if there is none. A page half written by a process that was killed is cut off.</summary>
    public LogFile(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var length = Length;
        _secured = length - (length % PageSize);
        if (_secured < length)
        {
            RandomAccess.SetLength(_file, _secured);
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => RandomAccess.GetLength(_file);

    public override long Position { get; set; }

    /// <summary>The log that belongs to a database file, by LiteDB's rule.</summary>
    public static string PathFor(string database) =>
        Path.Combine(Path.GetDirectoryName(database)!, Path.GetFileNameWithoutExtension(database) + Suffix + Path.GetExtension(database));

    /// <summary>Whether a file is a log, by its name.</summary>
    public static bool IsNameOf(string path) => Path.GetFileNameWithoutExtension(path).EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Returns once everything written is on the disk.</summary>
    /// <exception cref="IOException">
    /// Something is not. The file ends where it was secured last, nothing is written any more, and LiteDB must be made to forget what it
    /// believes to have written: close it, and open it with a new log.
    /// </exception>
    public void Secure()
    {
        if (_fault is null)
        {
            try
            {
                RandomAccess.FlushToDisk(_file);
                _unflushed = false;
                _secured = Length;
            }
            catch (IOException fault)
            {
                Fail(fault);
            }
        }

        if (_fault is { } kept)
        {
            ExceptionDispatchInfo.Throw(kept);
        }
    }

    /// <summary>Goes back to where the file was secured last, and stays there.</summary>
    public void Fail(IOException fault)
    {
        _fault = fault;
        try
        {
            RandomAccess.SetLength(_file, _secured);
        }
        catch (IOException)
        {
            // Pages without the one that confirms them mean nothing to LiteDB; cutting them off only saves their space.
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_fault is { } fault && Position >= _secured)
        {
            throw new IOException(fault.Message, fault);
        }

        var read = RandomAccess.Read(_file, buffer.AsSpan(offset, count), Position);
        Position += read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (_fault is null)
        {
            try
            {
                if (_unflushed && buffer[offset + ConfirmedFlag] != 0)
                {
                    RandomAccess.FlushToDisk(_file);
                }

                RandomAccess.Write(_file, buffer.AsSpan(offset, count), Position);
                _unflushed = true;
            }
            catch (IOException fault)
            {
                Fail(fault);
            }
        }

        Position += count;
    }

    /// <summary>Nothing is held back in memory; what LiteDB means by this is done by <see cref="Secure"/>.</summary>
    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <summary>LiteDB empties the log when all of it is in the database file, and that is on the disk.</summary>
    public override void SetLength(long value)
    {
        RandomAccess.SetLength(_file, value);
        _secured = Math.Min(_secured, value);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_file.IsClosed)
        {
            try
            {
                var empty = Length == 0;
                _file.Dispose();
                if (empty)
                {
                    File.Delete(_path);
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                _file.Dispose(); // an empty log left behind is in nobody's way
            }
        }

        base.Dispose(disposing);
    }
}
