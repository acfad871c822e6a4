using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Content.Querying;

/// <summary>How a query is answered from stored stories: what an index can find of it, and what must be read to hold the rest against a story.</summary>
public static class QueryPlan
{
    /// <summary>
    /// A question that finds every story that the query matches within <paramref name="range"/>, and as few others as an index allows: of the
    /// conditions that must all hold, topics, sources, times and pins. What it finds is still to be held against the query.
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
                QueryNode.Trait { Which: StoryTrait.Pinned } => range with { Pinned = true },
                QueryNode.Since since when TimeExpression.Read(since.Time, now) is { } time && !(range.Since >= time) => range with { Since = time },
                QueryNode.Until until when TimeExpression.Read(until.Time, now) is { } time && !(range.Until <= time) => range with { Until = time },
                _ => range,
            };
        }

        return range;
    }

    /// <summary>
    /// Divides a query for a store that has an index of texts: what that index can answer exactly, of the conditions that must all hold those
    /// that are made of words and phrases alone; and what is left to be held against the stories it finds. Either may be null, not both.
    /// </summary>
    public static (TextCondition? Text, QueryNode? Left) Divide(QueryNode query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var texts = new List<TextCondition>();
        var rest = new List<QueryNode>();
        foreach (var part in Parts(query))
        {
            if (TextOf(part) is { } text)
            {
                texts.Add(text);
            }
            else
            {
                rest.Add(part);
            }
        }

        return (
            texts.Count switch { 0 => null, 1 => texts[0], _ => new TextCondition.AllOf(texts) },
            rest.Count switch { 0 => null, 1 => rest[0], _ => new QueryNode.AllOf(rest[0].Column, rest) });
    }

    /// <summary>
    /// What of a query is left once <see cref="Narrow"/> has been asked for it: without the conditions that must all hold and that an index answers
    /// exactly. Null: nothing.
    /// </summary>
    public static QueryNode? WithoutNarrowed(QueryNode query)
    {
        ArgumentNullException.ThrowIfNull(query);

        // A source may also be meant by the name of a feed that is gone, and "muted" is asked for by including those stories.
        var rest = Parts(query).Where(part => part is not (QueryNode.Topic or QueryNode.Since or QueryNode.Until or QueryNode.Trait { Which: StoryTrait.Pinned })).ToList();
        return rest.Count switch { 0 => null, 1 => rest[0], _ => new QueryNode.AllOf(rest[0].Column, rest) };
    }

    /// <summary>Whether stories' bodies must be read for it.</summary>
    public static bool ReadsBodies(QueryNode query) => Contains(query, node => node is QueryNode.Phrase { TitleOnly: false });

    /// <summary>Whether stories' clusters must be looked at for it.</summary>
    public static bool ReadsClusters(QueryNode query) => Contains(query, node => node is QueryNode.MinSources or QueryNode.Trait { Which: StoryTrait.Lead });

    /// <summary>The conditions that must all hold.</summary>
    private static IEnumerable<QueryNode> Parts(QueryNode query) => query is QueryNode.AllOf all ? all.Parts.SelectMany(Parts) : [query];

    /// <summary>A condition of words and phrases alone. Null: there is something else in it.</summary>
    private static TextCondition? TextOf(QueryNode query) => query switch
    {
        QueryNode.Phrase phrase => new TextCondition.Phrase(phrase.Asked, phrase.TitleOnly),
        QueryNode.AllOf all => TextOf(all.Parts) is { } parts ? new TextCondition.AllOf(parts) : null,
        QueryNode.AnyOf any => TextOf(any.Parts) is { } parts ? new TextCondition.AnyOf(parts) : null,
        _ => null,
    };

    private static List<TextCondition>? TextOf(IReadOnlyList<QueryNode> parts)
    {
        var texts = parts.Select(TextOf).ToList();
        return texts.Contains(null) ? null : texts.ConvertAll(text => text!);
    }

    private static bool Contains(QueryNode query, Func<QueryNode, bool> wanted) => wanted(query) || query switch
    {
        QueryNode.AllOf all => all.Parts.Any(part => Contains(part, wanted)),
        QueryNode.AnyOf any => any.Parts.Any(part => Contains(part, wanted)),
        QueryNode.NotThat not => Contains(not.Part, wanted),
        _ => false,
    };
}
