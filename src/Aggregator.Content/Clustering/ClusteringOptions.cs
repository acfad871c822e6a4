namespace Aggregator.Content.Clustering;

/// <summary>How stories are grouped.</summary>
public sealed class ClusteringOptions
{
    /// <summary>How far back a story may lie to be joined. Default: 7 days; most follow-ups appear within three.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The least likeness, 0 to 1, at which two stories are one event. Higher: fewer wrong clusters, more missed ones. Default: 0.15,
    /// measured together with the values of <see cref="Likeness"/>; at 0.13 the first wrong clusters appear.
    /// </summary>
    public double Threshold { get; init; } = 0.15;
}
