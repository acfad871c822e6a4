using Aggregator.Model.Stories;

namespace Aggregator.Content.Clustering;

/// <summary>A story held for comparison.</summary>
internal sealed class Held(ClusterableStory story, StoryFeatures features)
{
    public StoryId Id { get; } = story.Id;

    public DateTimeOffset At { get; } = story.At;

    public string Outlet { get; } = story.Outlet;

    /// <summary>The primary language subtag. Null: unknown.</summary>
    public string? Language { get; } = FeatureReader.PrimaryLanguage(story.Language);

    public StoryFeatures Features { get; } = features;

    public ClusterId Cluster { get; set; }
}
