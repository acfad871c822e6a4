using Aggregator.Model.Feeds;

namespace Aggregator.Model.Stories;

/// <summary>How the stories that a query finds divide.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="ByTopic">By topic slug; a story counts for each topic it carries.</param>
/// <param name="ByFeed">By feed; a story that several carried counts for each of them.</param>
/// <param name="ByDay">By the UTC day of <see cref="Story.OrderedAt"/>.</param>
public sealed record StoryFacets(
    long Total, IReadOnlyDictionary<string, long> ByTopic, IReadOnlyDictionary<FeedId, long> ByFeed, IReadOnlyDictionary<DateOnly, long> ByDay);
