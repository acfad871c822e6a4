namespace Aggregator.Service.Hosting;

/// <summary>Files that hold secrets.</summary>
public static class PrivateFiles
{
    /// <summary>How to open a new one: for its owner only, from the first byte on.</summary>
    public static FileStreamOptions New() => Open(FileMode.Create, FileShare.Read);

    /// <summary>How to open one to write at its end, while others read it.</summary>
    public static FileStreamOptions Append() => Open(FileMode.Append, FileShare.ReadWrite);

    /// <summary>Writes a file that is replaced as a whole: whoever reads it, and whatever ends the process, there is the old one or the new one.</summary>
    /// <exception cref="IOException">It cannot be written; the old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";

        // A link that somebody laid there is not followed.
        File.Delete(temporary);
        using (var file = new FileStream(temporary, New()))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static FileStreamOptions Open(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
