using Aggregator.Model.Storage;

namespace Aggregator.Storage.LiteDb;

/// <summary>How the embedded store is opened.</summary>
public sealed class LiteDbStoryStoreOptions
{
    /// <summary>The least that <see cref="StoryRetention.MaxBytes"/> may be: less would not hold the logs.</summary>
    public const long LeastBytes = 8L << 20;

    /// <summary>The folder for its files. Made if missing, for its owner only.</summary>
    public required string Folder { get; init; }

    /// <summary>How much is kept; <see cref="StoryRetention.MaxBytes"/> is <see cref="LeastBytes"/> at least. Default: everything.</summary>
    public StoryRetention Retention { get; init; } = new();

    /// <summary>The most stories that one commit gathers from several callers. Default: 256.</summary>
    public int StoriesPerCommit { get; init; } = 256;

    /// <summary>
    /// The least time from one commit to the next while fewer than <see cref="StoriesPerCommit"/> wait: however little a commit holds, it
    /// makes the disk flush two files. A save that comes alone waits for nothing. Default: 0.
    /// </summary>
    public TimeSpan CommitsApart { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// How often the log is written back into the file. LiteDB's own checkpoint is skipped while any reader is open, so the log would
    /// grow without end under steady reading. Default: a minute.
    /// </summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(1);
}
