namespace Aggregator.Model.Stories;

/// <summary>Why a story is in its cluster.</summary>
/// <param name="Nearest">The story of the cluster it was most like when it came.</param>
/// <param name="Score">How likely the two tell one event, 0 to 1, as the words told by then.</param>
/// <param name="Shared">The terms that speak most for it, weightiest first, as stems; at most 8.</param>
public sealed record ClusterReason(StoryId Nearest, double Score, IReadOnlyList<string> Shared);
