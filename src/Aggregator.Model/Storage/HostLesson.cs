namespace Aggregator.Model.Storage;

/// <summary>What a host taught us about how it wants to be asked.</summary>
/// <param name="Host">The host's name, lower case.</param>
public sealed record HostLesson(string Host)
{
    /// <summary>No request before this. Null: it asked for no quiet.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The least time between requests that it puts up with. Zero: nothing was learned.</summary>
    public TimeSpan Spacing { get; init; }

    /// <summary>When it last turned requests away.</summary>
    public DateTimeOffset LearnedAt { get; init; }

    /// <summary>There is nothing to remember any more.</summary>
    public bool IsEmpty => HeldUntil is null && Spacing == TimeSpan.Zero;
}
