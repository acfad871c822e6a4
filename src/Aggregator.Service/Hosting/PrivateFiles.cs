namespace Aggregator.Service.Hosting;

/// <summary>Files and folders that are their owner's only.</summary>
public static class PrivateFiles
{
    /// <summary>What the name of a file ends in that is to take the place of another, and has not yet.</summary>
    internal const string NewEnding = ".new";

    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>How to open a new file: for its owner only, from the first byte on; in place of one that is there.</summary>
    public static FileStreamOptions New() => Options(FileMode.Create);

    /// <summary>How to open one to write at its end, while others read it.</summary>
    public static FileStreamOptions Append()
    {
        var options = Options(FileMode.Append);
        options.Share = FileShare.ReadWrite;
        return options;
    }

    /// <summary>The same as <see cref="New"/>, for a file that is not there yet and is read after it was written.</summary>
    public static FileStreamOptions NewToReadBack()
    {
        var options = Options(FileMode.CreateNew);
        options.Access = FileAccess.ReadWrite;
        return options;
    }

    /// <summary>
    /// Puts a file in the place of the one that is there, whole or not at all. What is written goes into a new file beside it, so that where a link lies in its place nothing is written
    /// where that leads.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + NewEnding;
        File.Delete(temporary);
        try
        {
            using (var file = new FileStream(temporary, Options(FileMode.CreateNew)))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(temporary); // half of it would keep the disk full
            throw;
        }
    }

    /// <summary>Makes a folder, if there is none, for its owner only.</summary>
    /// <exception cref="IOException">It cannot be made, or is a link that leads elsewhere.</exception>
    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnersFile | UnixFileMode.UserExecute);
        }

        if (new DirectoryInfo(folder).LinkTarget is { } target)
        {
            throw new IOException($"{folder} is a link to {target}, and what is kept must stay in the data folder");
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnersFile;
        }

        return options;
    }
}
