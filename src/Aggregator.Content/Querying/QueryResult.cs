namespace Aggregator.Content.Querying;

/// <summary>What a query's text gave.</summary>
/// <param name="Query">The query. Null: the text is wrong.</param>
/// <param name="Error">What is wrong. Null: nothing.</param>
/// <param name="UnknownSources">Sources that no feed is called by. The query is whole, but matches no feed there is by them.</param>
public sealed record QueryResult(QueryNode? Query, QueryError? Error, IReadOnlyList<QueryError> UnknownSources);

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
