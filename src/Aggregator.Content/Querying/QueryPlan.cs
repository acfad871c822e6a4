using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Content.Querying;

/// <summary>How a query is answered from stored stories: what an index can find of it, and what must be read to hold the rest against a story.</summary>
public static class QueryPlan
{
    /// <summary>
    /// A question that finds every story that the query matches within <paramref name="range"/>, and as few others as an index allows: of the
    /// conditions that must all hold, topics, sources and times. What it finds is still to be held against the query.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="range">Where to look; its order, place and limit stay.</param>
    /// <param name="now">The instant that times such as "7d" count back from.</param>
    public static StoryQuery Narrow(QueryNode query, StoryQuery range, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(range);
        if (range.Muted == MutedStories.LeftOut && Contains(query, node => node is QueryNode.Trait { Which: StoryTrait.Muted }))
        {
            range = range with { Muted = MutedStories.Included };
        }

        foreach (var part in query is QueryNode.AllOf all ? all.Parts : [query])
        {
            range = part switch
            {
                QueryNode.AllOf inner => Narrow(inner, range, now),
                QueryNode.Topic topic => range with { Topics = [.. range.Topics.Append(topic.Slug).Distinct()] },
                QueryNode.Source { Feeds.Count: > 0 } source => range with { Feeds = range.Feeds is null ? source.Feeds : [.. range.Feeds.Intersect(source.Feeds)] },
                QueryNode.Since since when TimeExpression.Read(since.Time, now) is { } time && !(range.Since >= time) => range with { Since = time },
                QueryNode.Until until when TimeExpression.Read(until.Time, now) is { } time && !(range.Until <= time) => range with { Until = time },
                _ => range,
            };
        }

        return range;
    }

    /// <summary>Whether stories' bodies must be read for it.</summary>
    public static bool ReadsBodies(QueryNode query) => Contains(query, node => node is QueryNode.Phrase { TitleOnly: false });

    /// <summary>Whether stories' clusters must be looked at for it.</summary>
    public static bool ReadsClusters(QueryNode query) => Contains(query, node => node is QueryNode.MinSources or QueryNode.Trait { Which: StoryTrait.Lead });

    private static bool Contains(QueryNode query, Func<QueryNode, bool> wanted) => wanted(query) || query switch
    {
        QueryNode.AllOf all => all.Parts.Any(part => Contains(part, wanted)),
        QueryNode.AnyOf any => any.Parts.Any(part => Contains(part, wanted)),
        QueryNode.NotThat not => Contains(not.Part, wanted),
        _ => false,
    };
}
