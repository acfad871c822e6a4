using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Backup;

/// <summary>
/// Puts a backup in place of what a data folder holds. Everything is unpacked and checked beside it first; what was there is moved into a folder of its own,
/// and nothing is deleted.
/// </summary>
/// <param name="settings">The operator's own files.</param>
/// <param name="replace">
/// Puts the store's files in a folder in place of those that are there, which it moves into another, named beside it; returns that, or null if there were none.
/// </param>
/// <param name="clock">The clock.</param>
public sealed class BackupReader(BackupSettings settings, Func<string, string, Task<string?>> replace, TimeProvider clock)
{
    /// <summary>What a backup may say in words: the operator's own files and the sums.</summary>
    private const int MostText = 16 * 1024 * 1024;

    /// <summary>What stays free on the disk, whatever a backup claims to hold.</summary>
    private const long KeptFree = 64L * 1024 * 1024;

    /// <summary>Reads a backup and puts it in place.</summary>
    /// <param name="backup">The file.</param>
    /// <param name="withSettings">Whether the operator's own files are replaced as well; without, only those that are missing are written.</param>
    /// <param name="cancellationToken">Ends it; until everything is unpacked and checked, nothing was changed.</param>
    /// <exception cref="StartException">It is no backup, not whole, or damaged.</exception>
    /// <exception cref="StoreException">Another process uses the data folder, the folder cannot be written, or the store in the backup cannot be used.</exception>
    public async Task<RestoredBackup> RestoreAsync(string backup, bool withSettings, CancellationToken cancellationToken)
    {
        var folder = settings.Paths.DataFolder;
        StorageRegistration.MakeFolder(folder);
        var unpacked = Path.Combine(folder, ".restoring");
        using var turn = await TakeTurnAsync(unpacked, cancellationToken);
        try
        {
            DeleteFolder(unpacked);
            StorageRegistration.MakeFolder(unpacked);
            await UnpackAsync(backup, unpacked, cancellationToken);
            var store = Path.Combine(unpacked, BackupContent.StoreFolder);
            var stories = await CountAsync(store, cancellationToken);
            var moved = await replace(store, $"before-restore-{clock.GetUtcNow():yyyyMMdd-HHmmss}");
            var (written, failed) = PutSettings(unpacked, withSettings);
            return new RestoredBackup(stories, moved, written) { NotWritten = failed };
        }
        finally
        {
            DeleteFolder(unpacked);
        }
    }

    /// <summary>One backup after the other is put in place: they are unpacked in the same folder.</summary>
    private async Task<IDisposable?> TakeTurnAsync(string unpacked, CancellationToken cancellationToken)
    {
        try
        {
            return await OperatorsFile.HoldAsync(unpacked, TimeSpan.Zero, isPrivate: true, clock, cancellationToken);
        }
        catch (IOException fault)
        {
            throw new StoreException($"another backup is being restored into {settings.Paths.DataFolder}. Nothing was changed; wait until that is done.", fault);
        }
    }

    private static async Task UnpackAsync(string backup, string folder, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        string? expected = null;
        try
        {
            await using var file = File.OpenRead(backup);
            await using var gzip = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(gzip);
            while (expected is null && await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.Name == BackupContent.Checksums && entry.Length <= MostText)
                {
                    using var reader = new StreamReader(entry.DataStream ?? Stream.Null);
                    expected = await reader.ReadToEndAsync(cancellationToken);
                }
                else if (PlaceOf(entry, folder) is { } place)
                {
                    sums[entry.Name] = await UnpackAsync(entry, place, cancellationToken);
                }
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new StartException($"{backup} is no backup of this program, or is damaged: {fault.Message}", fault);
        }

        var found = string.Concat(sums.Select(sum => $"{sum.Value}  {sum.Key}\n"));
        if (expected is null || !sums.Keys.Any(name => name.StartsWith(BackupContent.StoreFolder, StringComparison.Ordinal)))
        {
            throw new StartException($"{backup} is not whole: its end is missing. Nothing was changed; take another backup.");
        }

        if (expected != found)
        {
            throw new StartException($"{backup} is damaged: its content does not fit {BackupContent.Checksums}. Nothing was changed; take another backup.");
        }
    }

    /// <summary>Only files that a backup of this program has, by their plain names. Null: it is none of them.</summary>
    private static string? PlaceOf(TarEntry entry, string folder)
    {
        foreach (var part in BackupContent.Folders)
        {
            if (entry.EntryType is TarEntryType.RegularFile && entry.Name.StartsWith(part, StringComparison.Ordinal) && entry.Name[part.Length..] is { Length: > 0 } name
                && name == Path.GetFileName(name) && name is not ("." or "..")
                && (part == BackupContent.StoreFolder || entry.Length <= MostText))
            {
                StorageRegistration.MakeFolder(Path.Combine(folder, part));
                return Path.Combine(folder, part, name);
            }
        }

        return null;
    }

    private static async Task<string> UnpackAsync(TarEntry entry, string place, CancellationToken cancellationToken)
    {
        var room = new DriveInfo(Path.GetDirectoryName(place)!).AvailableFreeSpace - KeptFree;
        if (entry.Length > room)
        {
            throw new StartException(string.Create(CultureInfo.InvariantCulture, $"{entry.Name} of the backup has {entry.Length / 1_000_000} MB, and the disk has room for {Math.Max(0, room) / 1_000_000} MB. Nothing was changed; make room, or use another disk."));
        }

        await using var target = new FileStream(place, PrivateFiles.NewToReadBack());
        if (entry.DataStream is { } content)
        {
            await content.CopyToAsync(target, cancellationToken);
        }

        target.Flush(flushToDisk: true);
        target.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(target, cancellationToken));
    }

    private async Task<long> CountAsync(string folder, CancellationToken cancellationToken)
    {
        await using var store = await StorageRegistration.OpenAsync(folder, new StoryRetention(), TimeSpan.Zero, clock, cancellationToken);
        return (await store.CountAsync(cancellationToken)).Stories;
    }

    /// <summary>The stories are in place already: a file that cannot be written is told, and the others are.</summary>
    private (IReadOnlyList<string> Written, IReadOnlyList<string> Failed) PutSettings(string unpacked, bool replace)
    {
        var (written, failed) = (new List<string>(), new List<string>());
        foreach (var (name, path, isPrivate) in settings.List(Path.Combine(unpacked, BackupContent.SiteRulesFolder)))
        {
            var file = Path.Combine(unpacked, name);
            if (!File.Exists(file) || (!replace && File.Exists(path)))
            {
                continue;
            }

            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                OperatorsFile.Put(path, File.ReadAllBytes(file), isPrivate);
                written.Add(path);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                failed.Add($"{path}: {fault.Message}");
            }
        }

        return (written, failed);
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>What putting a backup in place did.</summary>
/// <param name="Stories">Stories in it.</param>
/// <param name="MovedTo">Where the files lie that were there before. Null: there were none.</param>
/// <param name="Settings">The operator's files that were written.</param>
public sealed record RestoredBackup(long Stories, string? MovedTo, IReadOnlyList<string> Settings)
{
    /// <summary>The operator's files that could not be written, or cannot be used, and why: those that were there before stay in force.</summary>
    public IReadOnlyList<string> NotWritten { get; init; } = [];
}
