using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Content.Querying;

/// <summary>
/// Holds queries against stories in memory. What is not known of a story (its language, its cluster) is neither true nor false, so a
/// story matches neither lang:en nor -lang:en when its language is unknown (Kleene's three-valued logic).
/// </summary>
public static class QueryMatcher
{
    /// <summary>Whether a story is one the query asks for.</summary>
    public static bool Matches(QueryNode query, QueriedStory story)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(story);
        return Holds(query, story) == true;
    }

    /// <summary>Whether a story may be one, once all is known of it.</summary>
    public static bool MayMatch(QueryNode query, QueriedStory story)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(story);
        return Holds(query, story) != false;
    }

    private static bool? Holds(QueryNode query, QueriedStory queried)
    {
        var story = queried.Story;
        return query switch
        {
            QueryNode.AllOf and => All(and.Parts, queried),
            QueryNode.AnyOf or => Any(or.Parts, queried),
            QueryNode.NotThat not => !Holds(not.Part, queried),
            QueryNode.Phrase phrase => queried.Title.ContainsAny(phrase.Asked)
                || (!phrase.TitleOnly && queried.Body.ContainsAny(phrase.Asked)),
            QueryNode.Topic topic => story.Topics.Any(tag => tag.Slug == topic.Slug),
            QueryNode.Entity entity => story.Entities.Any(tag => Slug.Of(tag.Name) == entity.Slug),
            QueryNode.Source source => story.Feeds.Any(source.Feeds.Contains) || NamesOf(story).Any(name => Slug.Of(name) == source.Slug),
            QueryNode.Category category => CategoriesOf(story).Any(name => Slug.Of(name) == category.Slug),
            QueryNode.Author author => story.Authors.Any(name => new WordIndex(SearchWords.Of(name)).Contains(new TermPhrase(author.Words, author.IsPrefix))),
            QueryNode.Language language => story.Language is { } tag ? IsWithin(tag, language.Tag) : null,
            QueryNode.Since since => story.OrderedAt >= TimeExpression.Read(since.Time, queried.Now),
            QueryNode.Until until => story.OrderedAt < TimeExpression.Read(until.Time, queried.Now),
            QueryNode.MinSources least => queried.Sources is { } sources ? sources >= least.Count : null,
            QueryNode.Trait trait => trait.Which switch
            {
                StoryTrait.Lead => queried.IsLead,
                StoryTrait.Muted => story.IsMuted,
                StoryTrait.Pinned => story.IsPinned,
                _ => story.Image is not null,
            },
            _ => throw new ArgumentException($"{query.GetType().Name} is no condition this matcher knows", nameof(query)),
        };
    }

    private static IEnumerable<string> NamesOf(Story story) => story.Carriers.Select(carrier => carrier.FeedName).Prepend(story.FeedName);

    private static IEnumerable<string> CategoriesOf(Story story) => story.Carriers.Select(carrier => carrier.Category).Prepend(story.Category).OfType<string>();

    private static bool? All(IReadOnlyList<QueryNode> parts, QueriedStory story)
    {
        bool? all = true;
        foreach (var part in parts)
        {
            all &= Holds(part, story);
            if (all == false)
            {
                break;
            }
        }

        return all;
    }

    private static bool? Any(IReadOnlyList<QueryNode> parts, QueriedStory story)
    {
        bool? any = false;
        foreach (var part in parts)
        {
            any |= Holds(part, story);
            if (any == true)
            {
                break;
            }
        }

        return any;
    }

    private static bool IsWithin(string tag, string wanted) =>
        tag.Equals(wanted, StringComparison.OrdinalIgnoreCase)
        || (tag.Length > wanted.Length && tag[wanted.Length] == '-' && tag.StartsWith(wanted, StringComparison.OrdinalIgnoreCase));
}
