namespace Aggregator.Service.Hosting;

/// <summary>
/// A file of the operator's that this program writes in his stead, often as root: whoever could read the one before can read the new one, above all the service, which is
/// another user.
/// </summary>
internal static class OperatorsFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Shared = Private | UnixFileMode.GroupRead;
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
        var temporary = path + ".new";
        File.Delete(temporary);
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
}
