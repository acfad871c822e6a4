using System.Globalization;
using Aggregator.Model.Storage;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Keeps a second process off a data folder. The operating system drops the lock when a process ends, however it ends, so a lock left
/// by a killed one is taken over. The process id lies beside the lock, for the message.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _pidFile;

    private FolderLock(FileStream held, string pidFile)
    {
        _lock = held;
        _pidFile = pidFile;
    }

    /// <summary>Makes the folder if needed and locks it.</summary>
    /// <exception cref="StoreException">The folder cannot be used, or another process uses it.</exception>
    public static FolderLock Take(string folder)
    {
        var pidFile = Path.Combine(folder, "aggregator.pid");
        FileStream? held = null;
        try
        {
            MakeFolder(folder);
            RefuseLinks(folder);
            held = new FileStream(Path.Combine(folder, "aggregator.lock"), HowToLock());
            KeepPrivate(held.SafeFileHandle);
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            using var pid = File.OpenHandle(pidFile, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            KeepPrivate(pid);
        }
        catch (IOException fault) when (held is null && IoFault.IsInUse(fault))
        {
            throw new StoreException($"the data folder {folder} is in use by {Holder(pidFile)}. Stop it first, or give this one another folder with --data.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new StoreException($"nothing can be written to the data folder {folder}: {IoFault.Words(fault)}. {(IoFault.IsDiskFull(fault) ? "Free some space" : "Make it a folder this user can write to")}, or give another with --data.", fault);
        }

        return new FolderLock(held, pidFile);
    }

    /// <summary>Makes a folder, if there is none, for its owner only: secrets may lie in it.</summary>
    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A link in the place of a file that is written would have it written where that leads. The folder itself may be one.</summary>
    /// <exception cref="StoreException">There is such a link.</exception>
    private static void RefuseLinks(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(file => file.LinkTarget is not null))
        {
            if (file.Name.StartsWith("aggregator.", StringComparison.OrdinalIgnoreCase) || file.Name.Contains(".db", StringComparison.OrdinalIgnoreCase))
            {
                throw new StoreException($"{file.FullName} is a link to {file.LinkTarget}, and nothing is written outside the data folder. Put the file itself there, or name another folder with --data.");
            }
        }
    }

    private static void KeepPrivate(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_pidFile);
        _lock.Dispose();
    }

    private static FileStreamOptions HowToLock()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static string Holder(string pidFile)
    {
        try
        {
            return $"process {File.ReadAllText(pidFile).Trim()}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "another process"; // which has not written its number yet, or is another user's
        }
    }
}
