using Aggregator.Model.Feeds;
using Aggregator.Model.Text;

namespace Aggregator.Content.Querying;

/// <summary>
/// A condition on stories: what a query's text means. A tree of values that knows nothing of how it is answered, so that it can be held
/// against a story in memory (<see cref="QueryMatcher"/>) and put to a database alike.
/// </summary>
/// <param name="Column">Where it begins in the query's text, in characters from 1.</param>
public abstract record QueryNode(int Column)
{
    /// <summary>All parts hold; at least two.</summary>
    public sealed record AllOf(int Column, IReadOnlyList<QueryNode> Parts) : QueryNode(Column);

    /// <summary>At least one part holds; at least two.</summary>
    public sealed record AnyOf(int Column, IReadOnlyList<QueryNode> Parts) : QueryNode(Column);

    /// <summary>The part does not hold.</summary>
    public sealed record NotThat(int Column, QueryNode Part) : QueryNode(Column);

    /// <summary>
    /// These words, or other forms of them, stand one after the other in the title or, unless <paramref name="TitleOnly"/>, in one block of the
    /// body. They are cut and folded as <see cref="SearchWords"/> does. Where <paramref name="IsPrefix"/>, the last is the beginning of a word.
    /// </summary>
    public sealed record Phrase(int Column, bool TitleOnly, IReadOnlyList<string> Words, bool IsPrefix) : QueryNode(Column)
    {
        /// <summary>What to look up for them: any of these is what is meant.</summary>
        public IReadOnlyList<TermPhrase> Asked { get; } = SearchTerms.Asked(Words, IsPrefix);
    }

    /// <summary>The story carries the topic of this slug.</summary>
    public sealed record Topic(int Column, string Slug) : QueryNode(Column);

    /// <summary>The story names the organisation or product whose name has this slug.</summary>
    public sealed record Entity(int Column, string Slug) : QueryNode(Column);

    /// <summary>The story comes from one of these feeds, or from one whose name has this slug.</summary>
    public sealed record Source(int Column, string Slug, IReadOnlyList<FeedId> Feeds) : QueryNode(Column);

    /// <summary>The feed's category has this slug.</summary>
    public sealed record Category(int Column, string Slug) : QueryNode(Column);

    /// <summary>These words stand one after the other in the name of an author.</summary>
    public sealed record Author(int Column, IReadOnlyList<string> Words, bool IsPrefix) : QueryNode(Column);

    /// <summary>The story's language is this BCP 47 tag, lower case, or one below it ("en" holds "en-us").</summary>
    public sealed record Language(int Column, string Tag) : QueryNode(Column);

    /// <summary>The story's place in time is <paramref name="Time"/> or later (<see cref="Model.Text.TimeExpression"/>).</summary>
    public sealed record Since(int Column, string Time) : QueryNode(Column);

    /// <summary>The story's place in time is earlier than <paramref name="Time"/>.</summary>
    public sealed record Until(int Column, string Time) : QueryNode(Column);

    /// <summary>So many feeds tell the event, or more.</summary>
    public sealed record MinSources(int Column, int Count) : QueryNode(Column);

    /// <summary>A trait that a story has or has not.</summary>
    public sealed record Trait(int Column, StoryTrait Which) : QueryNode(Column);
}

/// <summary>What a story is or has.</summary>
public enum StoryTrait
{
    /// <summary>It speaks for its cluster.</summary>
    Lead,

    /// <summary>A rule hides it.</summary>
    Muted,

    /// <summary>The user pinned it.</summary>
    Pinned,

    /// <summary>It has a lead image.</summary>
    Image,
}
