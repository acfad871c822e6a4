using System.Diagnostics;
using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Diagnosis;

/// <summary>Looks at the data folder: whether it can be written, whose it is, who uses it, how much fits, how fast the disk is, and whether the databases are ones.</summary>
internal static class DataFolderCheck
{
    private const string Folder = "data folder";
    private const long FewBytes = 500L << 20;
    private const int Flushes = 5;

    /// <summary>A commit flushes two files; beyond this, ingest is noticeably held up.</summary>
    private static readonly TimeSpan SlowFlush = TimeSpan.FromMilliseconds(100);

    public static IEnumerable<Finding> Look(ServicePaths paths, StorageOptions storage, bool serviceAnswers)
    {
        var folder = paths.DataFolder;
        if (!Directory.Exists(folder))
        {
            return [File.Exists(folder) ? Finding.Bad(Folder, $"{folder} is a file", "move it away, or give another folder with --data") : LookAtParent(folder)];
        }

        var findings = new List<Finding>();
        if (!TimeFlush(folder, out var flush, out var fault))
        {
            findings.Add(Finding.Bad(Folder, $"nothing can be written to {folder}: {fault}", $"make it a folder this user can write to (chown, chmod u+rwx, mount it for writing), or run this as the service's user: sudo -u {OwnerName(folder)} aggregator doctor"));
        }
        else
        {
            findings.Add(Finding.Well(Folder, $"{folder} can be written"));
            findings.Add(flush < SlowFlush
                ? Finding.Well("disk", string.Create(CultureInfo.InvariantCulture, $"a flush takes {flush.TotalMilliseconds:F1} ms"))
                : Finding.Doubtful("disk", string.Create(CultureInfo.InvariantCulture, $"a flush takes {flush.TotalMilliseconds:F0} ms, and each commit waits for two"), "use a faster disk, or raise Hosting:CommitsApart"));
            findings.Add(LookForOtherProcess(paths, storage, serviceAnswers));
        }

        try
        {
            findings.AddRange(LookAtModes(folder));
        }
        catch (UnauthorizedAccessException)
        {
            // Nothing below can be looked at either, and would seem to be missing.
            findings.Add(Finding.Bad(Folder, $"you may not look into {folder}", "look as root: sudo aggregator doctor"));
            return findings;
        }

        findings.AddRange(Doctor.Guarded("space", () => [LookAtSpace(folder, storage)]));
        if (storage.PostgreSql is not { Length: > 0 })
        {
            findings.AddRange(Doctor.Guarded("database", () => StorageRegistration.InspectFiles(folder).Select(file => file.Fault is { } wrong
                ? Finding.Bad("database", $"{file.Path}: {wrong}", "put a backup in its place: aggregator restore FILE (what is there is moved aside)")
                : Finding.Well("database", $"{file.Path} is one"))));
        }

        return findings;
    }

    private static Finding LookAtParent(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        while (parent is not null && !Directory.Exists(parent))
        {
            parent = Path.GetDirectoryName(parent);
        }

        return parent is not null && TimeFlush(parent, out _, out var fault)
            ? Finding.Well(Folder, $"{folder} is not there yet; the first start makes it")
            : Finding.Bad(Folder, $"{folder} is not there and cannot be made", "make it a folder this user can write to, or give another with --data");
    }

    private static Finding LookForOtherProcess(ServicePaths paths, StorageOptions storage, bool serviceAnswers)
    {
        if (serviceAnswers)
        {
            return Finding.Well("service", "one runs on this folder, and answers");
        }

        try
        {
            using (StorageRegistration.LockFolder(paths.DataFolder))
            {
                return Finding.Well("service", storage.PostgreSql is { Length: > 0 } ? "none runs on this folder" : "none runs on this folder; it is free");
            }
        }
        catch (StoreException fault)
        {
            return Finding.Bad("service", fault.Message, "if that process is the service and hangs, its log says more; stop it and start it again");
        }
    }

    private static IEnumerable<Finding> LookAtModes(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            yield break;
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if ((File.GetUnixFileMode(folder) & Others) != 0)
        {
            yield return Finding.Doubtful(Folder, $"others can look into {folder}, where secrets lie", $"chmod 700 {folder}");
        }

        if (FileOwner.Of(folder) is not { } owner)
        {
            yield break;
        }

        var strangers = Directory.EnumerateFileSystemEntries(folder).Where(entry => FileOwner.Of(entry) is { } theirs && theirs.User != owner.User).Select(Path.GetFileName).Take(3).ToList();
        if (strangers.Count > 0)
        {
            yield return Finding.Bad(Folder, $"{string.Join(", ", strangers)} in it belong to another user than {folder} itself, and the service may not be able to write them", $"chown -R --reference={folder} {folder}");
        }
    }

    private static Finding LookAtSpace(string folder, StorageOptions storage)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var used = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Sum(SizeOf);
        var allowed = ((long)(storage.MaxMegabytes ?? 0) + (storage.PagesMegabytes ?? 0)) << 20;
        return free < FewBytes
            ? Finding.Bad("space", $"{Megabytes(free)} MB are free on the disk of {folder}", "free some, or set Storage:MaxMegabytes to what may be used")
            : allowed > 0 && allowed - used > free
                ? Finding.Doubtful("space", $"{Megabytes(free)} MB are free, but the settings allow {Megabytes(allowed - used)} MB more than the {Megabytes(used)} MB that are used", "lower Storage:MaxMegabytes or Storage:PagesMegabytes, or free some space")
                : Finding.Well("space", $"{Megabytes(used)} MB used, {Megabytes(free)} MB free{(storage.MaxMegabytes is null ? "; Storage:MaxMegabytes would bound it" : "")}");
    }

    /// <summary>The service goes on meanwhile, and a file may be gone by now.</summary>
    private static long SizeOf(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Half of the flushes are faster.</summary>
    private static bool TimeFlush(string folder, out TimeSpan median, out string? fault)
    {
        var path = Path.Combine(folder, $".doctor-{Environment.ProcessId}");
        try
        {
            var times = new List<TimeSpan>();
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            for (var i = 0; i < Flushes; i++)
            {
                file.Write(new byte[4096]);
                var start = Stopwatch.GetTimestamp();
                file.Flush(flushToDisk: true);
                times.Add(Stopwatch.GetElapsedTime(start));
            }

            (median, fault) = (times.Order().ElementAt(Flushes / 2), null);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            (median, fault) = (TimeSpan.Zero, problem.Message);
            return false;
        }
    }

    private static string OwnerName(string folder) => FileOwner.Of(folder) is { } owner ? $"#{owner.User.ToString(CultureInfo.InvariantCulture)}" : "USER";

    private static string Megabytes(long bytes) => Math.Max(0, bytes >> 20).ToString("N0", CultureInfo.InvariantCulture);
}
