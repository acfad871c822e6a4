namespace Aggregator.Service.Topics;

/// <summary>How far the tagging of history is; kept in a file, so that it goes on after a restart.</summary>
public sealed record RetagRun
{
    /// <summary>What has become of it.</summary>
    public required RetagState State { get; init; }

    /// <summary>Tells the definitions and rules it tags with from others.</summary>
    public required string Version { get; init; }

    /// <summary>Only stories of this time or later. Null: all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset Asked { get; init; }

    /// <summary>When it ended. Null: it has not.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The place in the order of stories it has come to, as a <see cref="Model.Stories.StoryCursor"/> travels. Null: the beginning.</summary>
    public string? Place { get; init; }

    /// <summary>The time of the story it has come to; it goes from the newest back. Null: none yet.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Stories looked at.</summary>
    public long Stories { get; init; }

    /// <summary>Stories there were in all when it began. Null: not known, because not all are to be looked at.</summary>
    public long? Of { get; init; }

    /// <summary>Stories that were given other tags, or other reasons for the same.</summary>
    public long Changed { get; init; }

    /// <summary>What is to be said of it. Null: nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>What has become of a <see cref="RetagRun"/>.</summary>
public enum RetagState
{
    /// <summary>It is at work, or will be again when the service runs.</summary>
    Running,

    /// <summary>All stories carry the tags of the definitions it tagged with.</summary>
    Done,

    /// <summary>It was told to stop.</summary>
    Stopped,
}
