using System.Security;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Watching;

/// <summary>
/// The disk that the data folder is on. When nothing could be stored, it tells when that has passed, by writing a file and deleting it: the next story may be long in
/// coming, and whoever made room wants to see that it helped. Safe for concurrent use.
/// </summary>
public sealed class DiskProbe(ServicePaths paths, StoreWatch watch, IOptions<StorageOptions> storage, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>As much as a few stories take.</summary>
    private const int Bytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private long? _looked;

    /// <summary>The bytes that are free on the disk. Null: that cannot be told.</summary>
    public long? FreeBytes
    {
        get
        {
            try
            {
                return new DriveInfo(paths.DataFolder).AvailableFreeSpace;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or SecurityException)
            {
                return null;
            }
        }
    }

    /// <summary>If nothing can be stored, looks whether that has passed.</summary>
    public void LookAgain()
    {
        // Of a database on a server, the disk here says nothing.
        if (watch.CannotStore is null || storage.Value.PostgreSql is { Length: > 0 })
        {
            return;
        }

        lock (_gate)
        {
            if (_looked is { } at && clock.GetElapsedTime(at) < Every)
            {
                return;
            }

            _looked = clock.GetTimestamp();
            if (CanWrite())
            {
                watch.Stored();
            }
        }
    }

    private bool CanWrite()
    {
        var file = Path.Combine(paths.DataFolder, ".probe");
        try
        {
            using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            stream.Write(new byte[Bytes]);
            stream.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
