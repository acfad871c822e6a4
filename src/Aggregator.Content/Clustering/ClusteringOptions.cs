namespace Aggregator.Content.Clustering;

/// <summary>How stories are grouped.</summary>
public sealed class ClusteringOptions
{
    /// <summary>How far back a story may lie to be joined. Default: 7 days; most follow-ups appear within three.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);
}
