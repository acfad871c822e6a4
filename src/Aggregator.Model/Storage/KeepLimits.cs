namespace Aggregator.Model.Storage;

/// <summary>What a group of stories may hold. Null, each: nothing is said of that.</summary>
public sealed record KeepLimits
{
    /// <summary>Nothing is said.</summary>
    public static KeepLimits None { get; } = new();

    /// <summary>How long a story is kept; <see cref="StoryRetention.ForEver"/> or more is for ever.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How many stories are kept.</summary>
    public long? MaxStories { get; init; }

    /// <summary>How many bytes they take, as the store reckons them (<see cref="StorySize"/>).</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Whether anything is said.</summary>
    public bool IsAny => MaxAge is not null || MaxStories is not null || MaxBytes is not null;
}
