using Aggregator.Model.Stories;

namespace Aggregator.Content.Clustering;

/// <summary>A story held for comparison.</summary>
/// <param name="place">Its place in the order of arrival.</param>
/// <param name="story">The story.</param>
/// <param name="features">What it is compared by.</param>
internal sealed class Held(long place, ClusterableStory story, StoryFeatures features)
{
    public long Place { get; } = place;

    /// <summary>Its number in the index, which another story takes over when it is dropped.</summary>
    public int Slot { get; set; }

    public StoryId Id { get; } = story.Id;

    public DateTimeOffset At { get; } = story.At;

    public string Outlet { get; } = story.Outlet;

    /// <summary>The primary language subtag. Null: unknown.</summary>
    public string? Language { get; } = FeatureReader.PrimaryLanguage(story.Language);

    public StoryFeatures Features { get; } = features;

    /// <summary>Stories that must not be in its cluster.</summary>
    public IReadOnlyList<StoryId> ApartFrom { get; set; } = story.ApartFrom;

    /// <summary>Null until it is put into one.</summary>
    public Cluster? Cluster { get; set; }
}
