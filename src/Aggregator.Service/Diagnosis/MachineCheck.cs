using System.Globalization;
using Aggregator.Service.Hosting;
using Aggregator.Service.Installing;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Diagnosis;

/// <summary>Looks at the machine: its clock, its limits, its memory.</summary>
internal static class MachineCheck
{
    private const long LittleMemory = 512L << 20;
    private const int FewWatches = 64;

    /// <summary>Sockets beside those of polls: readers, streams of events, files.</summary>
    private const int OtherFiles = 2048;

    public static IEnumerable<Finding> Look(ServicePaths paths, PollingOptions polling, TimeProvider clock)
    {
        yield return LookAtClock(LatestTime(paths), clock.GetUtcNow());
        if (LookAtSynchronisation() is { } synchronised)
        {
            yield return synchronised;
        }

        if (LookAtOpenFiles(polling) is { } files)
        {
            yield return files;
        }

        if (NumberIn("/proc/sys/fs/inotify/max_user_instances") is { } watches)
        {
            yield return watches < FewWatches
                ? Finding.Doubtful("limits", string.Create(CultureInfo.InvariantCulture, $"a user may watch files {watches} times (fs.inotify.max_user_instances): changes of feeds.json may be seen late"), "sysctl fs.inotify.max_user_instances=128")
                : Finding.Well("limits", string.Create(CultureInfo.InvariantCulture, $"a user may watch files {watches} times"));
        }

        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var words = string.Create(CultureInfo.InvariantCulture, $"{memory >> 20:N0} MB of memory may be used");
        yield return memory < LittleMemory ? Finding.Doubtful("memory", words, "give it 512 MB or more, or poll fewer feeds at once (Polling:Concurrency)") : Finding.Well("memory", words);
    }

    /// <summary>What was written yesterday cannot be from tomorrow.</summary>
    internal static Finding LookAtClock(DateTimeOffset latest, DateTimeOffset now) => latest - now > TimeSpan.FromHours(1)
        ? Finding.Bad("clock", string.Create(CultureInfo.InvariantCulture, $"it says {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC, but this program or its data were written {latest.UtcDateTime:yyyy-MM-dd HH:mm} UTC"), "set it (timedatectl set-ntp true): the times of stories and of polls are its")
        : Finding.Well("clock", string.Create(CultureInfo.InvariantCulture, $"it says {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));

    private static DateTimeOffset LatestTime(ServicePaths paths)
    {
        string[] files = [Environment.ProcessPath ?? "", .. Directory.Exists(paths.DataFolder) ? Directory.EnumerateFiles(paths.DataFolder, "*.db", new EnumerationOptions { IgnoreInaccessible = true }) : []];
        return files.Where(File.Exists).Select(file => new DateTimeOffset(File.GetLastWriteTimeUtc(file))).DefaultIfEmpty().Max();
    }

    private static Finding? LookAtSynchronisation()
    {
        if (!OperatingSystem.IsLinux() || new LinuxMachine() is not { SystemdVersion: not null } machine)
        {
            return null;
        }

        return machine.Run("timedatectl", ["show", "--property=NTPSynchronized", "--value"]).Output.Trim() switch
        {
            "yes" => Finding.Well("clock", "it is kept by the network"),
            "no" => Finding.Doubtful("clock", "it is not kept by the network", "timedatectl set-ntp true"),
            _ => null,
        };
    }

    private static Finding? LookAtOpenFiles(PollingOptions polling)
    {
        const string Name = "Max open files";
        if (!OperatingSystem.IsLinux() || File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) is not { } line)
        {
            return null;
        }

        // The runtime raises the soft limit to the hard one, which is the second.
        var needed = OtherFiles + (polling.Concurrency * (1 + polling.ArticlesAtOnce));
        var limits = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.TryParse(limits[1], NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most < needed
            ? Finding.Doubtful("limits", string.Create(CultureInfo.InvariantCulture, $"it may open {most} files at a time; {needed} may be needed"), "ulimit -Hn 65536, LimitNOFILE=65536 in the unit, or a lower Polling:Concurrency")
            : Finding.Well("limits", $"it may open {limits[1]} files at a time");
    }

    private static int? NumberIn(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
