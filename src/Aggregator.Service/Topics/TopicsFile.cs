using Aggregator.Service.Hosting;

namespace Aggregator.Service.Topics;

/// <summary>The user's topics.json on the disk: read at start, and again whenever it changes. It need not exist.</summary>
public sealed class TopicsFile(string path, TopicsInForce topics)
{
    /// <summary>The largest file that is read: room for some hundred thousand phrases.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>What was seen last. Null: nothing yet.</summary>
    private Content? _seen;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="StartException">It cannot be used.</exception>
    public void LoadAtStart()
    {
        if (Refresh() == TopicsFileChange.Broken)
        {
            throw new StartException(topics.BrokenBecause!);
        }
    }

    /// <summary>Reads the file if it changed since it was last looked at. A file taken away leaves the built-in definitions.</summary>
    public TopicsFileChange Refresh()
    {
        var content = Read();
        if (_seen is not null && _seen.Error == content.Error && (_seen.Bytes is null) == (content.Bytes is null) && _seen.Bytes.AsSpan().SequenceEqual(content.Bytes))
        {
            return TopicsFileChange.None;
        }

        if (content.Error is not null)
        {
            _seen = content;
            topics.MarkBroken(content.Error);
            return TopicsFileChange.Broken;
        }

        var (definitions, problems) = content.Bytes is null ? (TopicDefinitions.BuiltIn, []) : TopicDefinitions.Parse(content.Bytes, Path);
        _seen = content; // not before: a fault in parsing is met again, and told
        if (definitions is null)
        {
            topics.MarkBroken(string.Join(Environment.NewLine, problems));
            return TopicsFileChange.Broken;
        }

        topics.Replace(definitions);
        return TopicsFileChange.Replaced;
    }

    private Content Read()
    {
        try
        {
            var file = new FileInfo(Path);
            return !file.Exists ? new Content(null, null)
                : file.Length > MaxBytes ? new Content(null, $"{Path} is larger than {MaxBytes / (1024 * 1024)} MB: expected topics and entities.")
                : new Content(File.ReadAllBytes(Path), null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new Content(null, $"{Path} cannot be read: {fault.Message}");
        }
    }

    /// <summary>What the file held (null: there is none), or why that is not known.</summary>
    private sealed record Content(byte[]? Bytes, string? Error);
}

/// <summary>What a look at topics.json showed.</summary>
public enum TopicsFileChange
{
    /// <summary>Nothing new.</summary>
    None,

    /// <summary>New definitions are in force.</summary>
    Replaced,

    /// <summary>A new text that cannot be used; the last good definitions stay.</summary>
    Broken,
}
