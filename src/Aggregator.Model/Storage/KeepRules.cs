using Aggregator.Model.Stories;

namespace Aggregator.Model.Storage;

/// <summary>Limits with the groups that they make.</summary>
public sealed class KeepRules(StoryRetention limits)
{
    /// <summary>What is kept.</summary>
    public StoryRetention Limits { get; } = limits;

    /// <summary>What stories are kept under.</summary>
    public KeepGroups Groups { get; } = KeepGroups.Of(limits);

    /// <summary>Whether a story would be dropped for its age.</summary>
    public bool IsTooOld(Story story, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(story);
        return !story.IsPinned && Limits.Of(Groups.Of(story) ?? KeepGroup.Rest).MaxAge is { } age && story.OrderedAt < now - age;
    }
}
