namespace Aggregator.Content.Querying;

/// <summary>What a query's text gave.</summary>
/// <param name="Query">The query. Null: the text is wrong, or asks for an order only.</param>
/// <param name="Error">What is wrong. Null: nothing.</param>
/// <param name="UnknownSources">Sources that no feed is called by. The query is whole, but matches no feed there is by them.</param>
public sealed record QueryResult(QueryNode? Query, QueryError? Error, IReadOnlyList<QueryError> UnknownSources)
{
    /// <summary>In which order the query wants its stories. Null: it says nothing of it. With nothing but this, <see cref="Query"/> is null as well.</summary>
    public QuerySort? Sort { get; init; }
}

/// <summary>The order that a query asks for.</summary>
/// <param name="Column">Where it says so, in characters from 1.</param>
/// <param name="Order">The order.</param>
public sealed record QuerySort(int Column, StoryOrder Order);

/// <summary>In which order stories are answered.</summary>
public enum StoryOrder
{
    /// <summary>The newest first.</summary>
    New,

    /// <summary>Those first that fit the words asked for best.</summary>
    Relevance,

    /// <summary>Of the 500 newest, those first whose event most outlets report, then those whose reports come fastest.</summary>
    Weight,

    /// <summary>Of the 500 newest, those first that rules give the most weight.</summary>
    Boost,
}

/// <summary>Something wrong in a query.</summary>
/// <param name="Column">Where, in characters from 1.</param>
/// <param name="Message">What was expected and what was found, without a full stop.</param>
/// <param name="Suggestions">What would work, the likeliest first; may be empty.</param>
public sealed record QueryError(int Column, string Message, IReadOnlyList<string> Suggestions)
{
    /// <summary>The whole sentence without a full stop.</summary>
    public override string ToString() => Suggestions.Count == 0
        ? FormattableString.Invariant($"column {Column} of the query: {Message}")
        : FormattableString.Invariant($"column {Column} of the query: {Message}; try {string.Join(", ", Suggestions)}");
}
