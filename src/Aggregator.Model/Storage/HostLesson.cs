namespace Aggregator.Model.Storage;

/// <summary>What a host taught us about how it wants to be asked.</summary>
/// <param name="Host">The host's name, lower case.</param>
public sealed record HostLesson(string Host)
{
    /// <summary>How long a lesson is remembered that was not repeated.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>No request before this. Null: it asked for no quiet.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The least time between requests that it puts up with. Zero: nothing was learned.</summary>
    public TimeSpan Spacing { get; init; }

    /// <summary>When it last turned requests away.</summary>
    public DateTimeOffset LearnedAt { get; init; }

    /// <summary>There is nothing to remember any more.</summary>
    public bool IsEmpty => HeldUntil is null && Spacing == TimeSpan.Zero;

    /// <summary>
    /// Whether it says nothing any more at <paramref name="now"/>: no quiet is asked for, and it is older than its <see cref="Lifetime"/>, or so much younger than now that the clock must
    /// have been wrong then.
    /// </summary>
    public bool IsOver(DateTimeOffset now) => (HeldUntil is null || HeldUntil <= now) && (now - LearnedAt).Duration() > Lifetime;
}
