using Aggregator.Model.Stories;

namespace Aggregator.Content.Clustering;

/// <summary>What the clusterer reads of a story.</summary>
/// <param name="Id">The story.</param>
/// <param name="Title">Its title, plain text.</param>
/// <param name="Body">Its body, plain text; empty when there is none. Only the beginning is read.</param>
/// <param name="Language">BCP 47 language; null when unknown. Stories of different languages are never joined.</param>
/// <param name="At">Its place in time (UTC).</param>
/// <param name="Outlet">Who published it: the feed or the host.</param>
public sealed record ClusterableStory(StoryId Id, string Title, string Body, string? Language, DateTimeOffset At, string Outlet)
{
    /// <summary>Stories with which the user does not want it in one cluster.</summary>
    public IReadOnlyList<StoryId> ApartFrom { get; init; } = [];
}

/// <summary>The cluster a story was put in, and why.</summary>
/// <param name="Cluster">The cluster; named after the story itself when it began one.</param>
/// <param name="Nearest">The story it is most like in that cluster. Null: it began the cluster.</param>
/// <param name="Score">How likely the two tell one event, 0 to 1; 0 when nothing was near.</param>
/// <param name="Shared">The terms that speak most for it, weightiest first, as stems; at most 8. Empty when it joined nothing.</param>
public sealed record ClusterAssignment(ClusterId Cluster, StoryId? Nearest, double Score, IReadOnlyList<string> Shared)
{
    /// <summary>
    /// Clusters that the story showed to tell the same event: their stories belong to <see cref="Cluster"/>, the oldest of them, from now on.
    /// </summary>
    public IReadOnlyList<ClusterId> Absorbed { get; init; } = [];
}
