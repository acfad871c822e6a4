using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Search;

/// <summary>Counts stories one by one, where no index can.</summary>
internal sealed class FacetCounter
{
    private readonly Dictionary<string, long> _byTopic = [];
    private readonly Dictionary<FeedId, long> _byFeed = [];
    private readonly Dictionary<DateOnly, long> _byDay = [];
    private long _total;

    /// <summary>What was counted so far.</summary>
    public StoryFacets Facets => new(_total, _byTopic, _byFeed, _byDay);

    public void Add(Story story)
    {
        _total++;
        Count(_byTopic, story.Topics.Select(topic => topic.Slug).Distinct());
        Count(_byFeed, story.Feeds.Distinct());
        Count(_byDay, [DateOnly.FromDateTime(story.OrderedAt.UtcDateTime)]);
    }

    private static void Count<T>(Dictionary<T, long> counts, IEnumerable<T> of)
        where T : notnull
    {
        foreach (var one in of)
        {
            counts[one] = counts.GetValueOrDefault(one) + 1;
        }
    }
}
