using Aggregator.Model.Text;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Images;

/// <summary>
/// Pictures on the disk, within a size. A file's name is a hash of where the picture came from, one of what is in it, and its kind: nothing of a name comes from outside. What was not
/// asked for longest goes first, over restarts too. Safe for concurrent use.
/// </summary>
public sealed partial class ImageCache
{
    /// <summary>Room that is made at a time, as a share of the whole, so that it is not made for each picture.</summary>
    private const double Freed = 0.1;

    /// <summary>The time of a file is moved on no more often than this: it is a write.</summary>
    private static readonly TimeSpan Touch = TimeSpan.FromHours(1);

    /// <summary>A picture is asked for again after so long: it may be another one.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>How a picture is opened: nothing of it is read yet, and it may be let go of while it is sent.</summary>
    private static readonly FileStreamOptions Reading = new()
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.Read | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        BufferSize = 0,
    };

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly long _mostBytes;
    private readonly TimeProvider _clock;
    private readonly ILogger<ImageCache> _logger;
    private long _bytes;
    private bool _read, _failed;

    /// <summary>The cache in the data folder.</summary>
    public ImageCache(ServicePaths paths, IOptions<ImagesOptions> options, TimeProvider clock, ILogger<ImageCache> logger)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        (_folder, _mostBytes, _clock, _logger) = (paths.ImagesFolder, options.Value.Megabytes * 1024L * 1024, clock, logger);
    }

    /// <summary>What the pictures take together.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                ReadFolder();
                return _bytes;
            }
        }
    }

    /// <summary>A picture that is kept, open to be sent. Null: it is not, or not any more.</summary>
    public StoredImage? Find(Uri image)
    {
        var (name, now) = (NameOf(image), _clock.GetUtcNow());
        if (Use(name, now) is not { } kept)
        {
            return null;
        }

        try
        {
            if (now - kept.Touched > Touch)
            {
                File.SetLastWriteTimeUtc(kept.Path, now.UtcDateTime);
            }

            return new StoredImage(new FileStream(kept.Path, Reading), kept.Tag, ImageKind.TypeOf(kept.Ending)!);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            lock (_gate)
            {
                Remove(name, kept);
            }

            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // of too many files that are open, perhaps: no reason to lose it
        }
    }

    /// <summary>What is kept under a name, as it was before this use. Null: nothing, or it is too old.</summary>
    private Kept? Use(string name, DateTimeOffset now)
    {
        lock (_gate)
        {
            ReadFolder();
            if (!_kept.TryGetValue(name, out var kept))
            {
                return null;
            }

            if (now - kept.Since > Lifetime)
            {
                Remove(name, kept);
                return null;
            }

            _kept[name] = kept with { Used = now, Touched = now - kept.Touched > Touch ? now : kept.Touched };
            return kept;
        }
    }

    /// <summary>Keeps a picture.</summary>
    /// <returns>Whether the disk took it.</returns>
    public bool Keep(Uri image, byte[] content, string ending)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (name, tag, now) = (NameOf(image), StoredImage.TagOf(content), _clock.GetUtcNow());
        lock (_gate)
        {
            ReadFolder();
            try
            {
                if (_kept.TryGetValue(name, out var before))
                {
                    Remove(name, before);
                }

                MakeRoom(content.Length);
                PrivateFiles.MakeFolder(_folder);
                var kept = new Kept(Path.Combine(_folder, $"{name}-{tag}.{ending}"), tag, ending, content.Length, now, now, now);
                PrivateFiles.Replace(kept.Path, content);
                File.SetLastWriteTimeUtc(kept.Path, now.UtcDateTime);
                _kept[name] = kept;
                _bytes += kept.Length;
                _failed = false;
                return true;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Told once; readers get their pictures all the same.
                if (!_failed)
                {
                    LogNotKept(_folder, fault.Message);
                }

                _failed = true;
                return false;
            }
        }
    }

    private void MakeRoom(int length)
    {
        if (_bytes + length <= _mostBytes)
        {
            return;
        }

        var goal = (long)(_mostBytes * (1 - Freed)) - length;
        foreach (var (name, kept) in _kept.OrderBy(one => one.Value.Used).ToList())
        {
            if (_bytes <= goal)
            {
                return;
            }

            Remove(name, kept);
        }
    }

    private void Remove(string name, Kept kept)
    {
        if (!_kept.TryGetValue(name, out var there) || there.Path != kept.Path)
        {
            return;
        }

        _kept.Remove(name);
        _bytes -= kept.Length;

        try
        {
            File.Delete(kept.Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotKept(_folder, fault.Message);
        }
    }

    /// <summary>What an earlier process kept. Anything else in the folder is none of ours and is left alone, links among it.</summary>
    private void ReadFolder()
    {
        if (_read)
        {
            return;
        }

        _read = true;
        var folder = new DirectoryInfo(_folder);
        if (!folder.Exists || folder.LinkTarget is not null)
        {
            return;
        }

        foreach (var file in folder.EnumerateFiles())
        {
            if (file.Name.EndsWith(PrivateFiles.NewEnding, StringComparison.Ordinal))
            {
                file.Delete(); // a picture that was being kept when the process ended
                continue;
            }

            var dash = file.Name.IndexOf('-', StringComparison.Ordinal);
            var (ending, used) = (file.Extension.TrimStart('.'), new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
            if (dash <= 0 || file.LinkTarget is not null || ImageKind.TypeOf(ending) is null || file.Name.Length < dash + ending.Length + 2)
            {
                continue;
            }

            // When it came is not known any more: no later than its last use.
            if (_kept.TryAdd(file.Name[..dash], new Kept(file.FullName, file.Name[(dash + 1)..^(ending.Length + 1)], ending, file.Length, used, used, used)))
            {
                _bytes += file.Length;
            }
        }
    }

    private static string NameOf(Uri image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return ContentHash.Of(16, image.AbsoluteUri);
    }

    [LoggerMessage(971, LogLevel.Warning, "Pictures are not kept in {Folder} at present: {Reason}")]
    private partial void LogNotKept(string folder, string reason);

    private sealed record Kept(string Path, string Tag, string Ending, long Length, DateTimeOffset Since, DateTimeOffset Used, DateTimeOffset Touched);
}
