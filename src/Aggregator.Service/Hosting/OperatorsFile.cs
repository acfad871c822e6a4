namespace Aggregator.Service.Hosting;

/// <summary>
/// A file of the operator's that this program writes in his stead, often as root: whoever could read the one before can read the new one, above all the service, which is
/// another user.
/// </summary>
internal static class OperatorsFile
{
    /// <summary>An edit takes milliseconds.</summary>
    private static readonly TimeSpan AskedEvery = TimeSpan.FromMilliseconds(20);

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Shared = Private | UnixFileMode.GroupRead;
    private const UnixFileMode SharedToWrite = Shared | UnixFileMode.GroupWrite;
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    /// <summary>
    /// Puts a file in the place of the one that is there, whole or not at all. It keeps owner and mode of that one. A new one gets the owner and group of its folder and may be
    /// read by that group, unless it is a secret.
    /// </summary>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Put(string path, ReadOnlySpan<byte> content, bool isSecret = false)
    {
        // A link is replaced by a file: what it leads to may be anybody's.
        var before = File.Exists(path) && new FileInfo(path).LinkTarget is null;
        var owner = FileOwner.Of(before ? path : Path.GetDirectoryName(Path.GetFullPath(path))!);

        // A name of its own: one that two programs shared would let the one put what the other has written half.
        var temporary = $"{path}.{Path.GetRandomFileName()}{PrivateFiles.NewEnding}";
        try
        {
            var options = PrivateFiles.New();
            options.Mode = FileMode.CreateNew;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                if (owner is { } theirs)
                {
                    FileOwner.Give(file.SafeFileHandle, theirs);
                }

                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file.SafeFileHandle, before ? File.GetUnixFileMode(path) & Permissions : isSecret ? Private : Shared);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>
    /// Keeps all who ask for it here from a file, in this program and in others, until it is disposed of: who reads the file and puts it back changed would undo what another did
    /// in between. The lock is a file of its own, since the one it stands for is replaced by another, and stays: of one that is deleted two could each hold theirs.
    /// </summary>
    /// <param name="path">What is kept from others.</param>
    /// <param name="patience">How long others may go on holding it.</param>
    /// <param name="isPrivate">Whether it is the service's alone; else the folder's group may hold it too.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock. Null: none can be had in this folder; whoever may not make files there cannot put one either, and is told so then.</returns>
    /// <exception cref="IOException">Others went on holding it.</exception>
    public static async Task<IDisposable?> HoldAsync(string path, TimeSpan patience, bool isPrivate, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var began = clock.GetTimestamp(); ;)
        {
            try
            {
                return Lock(path + ".lock", isPrivate);
            }
            catch (IOException fault) when (IsInUse(fault))
            {
                if (clock.GetElapsedTime(began) >= patience)
                {
                    throw new IOException($"{path} is being edited by another program, which holds {path}.lock. Try again when that is done.", fault);
                }

                await Task.Delay(AskedEvery, clock, cancellationToken);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Only one that was made here is given away: what is there may be a link, to whatever its maker would like to have.</summary>
    private static FileStream Lock(string path, bool isPrivate)
    {
        if (File.Exists(path))
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }

        var options = PrivateFiles.NewToReadBack();
        options.Share = FileShare.None;
        var made = new FileStream(path, options);
        try
        {
            if (FileOwner.Of(Path.GetDirectoryName(Path.GetFullPath(path))!) is { } theirs)
            {
                FileOwner.Give(made.SafeFileHandle, theirs);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(made.SafeFileHandle, isPrivate ? Private : SharedToWrite);
            }

            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Somebody holds the file: EWOULDBLOCK, as Linux and the BSDs number it, or has made it just now (EEXIST); ERROR_SHARING_VIOLATION, ERROR_FILE_EXISTS.</summary>
    private static bool IsInUse(IOException fault) => OperatingSystem.IsWindows()
        ? fault.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070050)
        : fault.HResult is 11 or 35 or 17;
}
