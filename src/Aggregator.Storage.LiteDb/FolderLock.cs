using System.Globalization;
using Aggregator.Model.Storage;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Keeps a second process off a data folder. The operating system drops the lock when a process ends, however it ends, so a lock left
/// by a killed one is taken over. The process id lies beside the lock, for the message.
/// </summary>
internal sealed class FolderLock : IDisposable
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
        try
        {
            MakeFolder(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the data folder {folder} cannot be used: {fault.Message} Give another with --data, or make it a folder this user can write to.", fault);
        }

        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, "aggregator.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new StoreException($"the data folder {folder} is not writable for this user. Give another with --data, or change its owner.", fault);
        }
        catch (IOException fault)
        {
            var holder = File.Exists(pidFile) ? $"process {File.ReadAllText(pidFile).Trim()}" : "another process";
            throw new StoreException($"the data folder {folder} is in use by {holder}. Stop it first, or give this one another folder with --data.", fault);
        }

        try
        {
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw new StoreException($"nothing can be written to the data folder {folder}: {fault.Message} Is the disk full?", fault);
        }

        return new FolderLock(held, pidFile);
    }

    public void Dispose()
    {
        File.Delete(_pidFile);
        _lock.Dispose();
    }

    private static void MakeFolder(string folder)
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
}
