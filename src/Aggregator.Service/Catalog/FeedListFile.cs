using System.Security.Cryptography;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Catalog;

/// <summary>feeds.json on the disk: read at start, and again whenever it changes.</summary>
public sealed class FeedListFile(string path, FeedCatalog catalog)
{
    private byte[] _seen = [];

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="StartException">It cannot be used.</exception>
    public void LoadAtStart()
    {
        var content = Read();
        if (content.Bytes is not { } bytes)
        {
            throw new StartException(content.Error!);
        }

        var list = FeedListReader.Parse(bytes, Path);
        if (list.Error is { } error)
        {
            throw new StartException(error.ToString());
        }

        _seen = SHA256.HashData(bytes);
        catalog.Replace(list);
    }

    /// <summary>Reads the file if it changed since it was last looked at.</summary>
    public FeedListChange Refresh()
    {
        var content = Read();
        var seen = content.Bytes is { } bytes ? SHA256.HashData(bytes) : SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content.Error!));
        if (seen.AsSpan().SequenceEqual(_seen))
        {
            return FeedListChange.None;
        }

        _seen = seen;
        var list = content.Bytes is null ? null : FeedListReader.Parse(content.Bytes, Path);
        var error = content.Error ?? list!.Error?.ToString();
        if (error is not null)
        {
            catalog.MarkBroken(error);
            return FeedListChange.Broken;
        }

        catalog.Replace(list!);
        return FeedListChange.Replaced;
    }

    /// <summary>The catalogue of a file, read once, for a verb.</summary>
    /// <exception cref="StartException">The file cannot be used.</exception>
    public static FeedCatalog ReadOnce(string path)
    {
        var catalog = new FeedCatalog();
        new FeedListFile(path, catalog).LoadAtStart();
        return catalog;
    }

    private (byte[]? Bytes, string? Error) Read()
    {
        try
        {
            var file = new FileInfo(Path);
            return !file.Exists
                ? (null, $"{Path} is not there: make it (aggregator feeds init writes the list that comes with the program), or name another with --feeds. The least it can hold is {{ \"feeds\": [ {{ \"url\": \"https://...\" }} ] }}.")
                : file.Length > FeedListReader.MaxBytes
                    ? (null, $"{Path} is larger than {FeedListReader.MaxBytes / (1024 * 1024)} MB: expected a list of feeds.")
                    : (File.ReadAllBytes(Path), null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return (null, $"{Path} cannot be read: {fault.Message}");
        }
    }
}

/// <summary>What a look at feeds.json showed.</summary>
public enum FeedListChange
{
    /// <summary>Nothing new.</summary>
    None,

    /// <summary>A new list is in force.</summary>
    Replaced,

    /// <summary>A new text that cannot be used; the last good list stays.</summary>
    Broken,
}
