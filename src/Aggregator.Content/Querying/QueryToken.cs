namespace Aggregator.Content.Querying;

/// <summary>What a piece of a query is.</summary>
internal enum QueryTokenKind
{
    /// <summary>"(".</summary>
    Open,

    /// <summary>")".</summary>
    Close,

    /// <summary>AND.</summary>
    And,

    /// <summary>OR.</summary>
    Or,

    /// <summary>NOT, or a "-" that stands right before something.</summary>
    Not,

    /// <summary>"field:" right before "(".</summary>
    Field,

    /// <summary>A word, a phrase in quotes, or either after "field:".</summary>
    Term,
}

/// <summary>A piece of a query.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Column">Where it begins, in characters from 1.</param>
/// <param name="Field">The field's name as written. Null: none.</param>
/// <param name="Value">A term's word or phrase, without quotes.</param>
/// <param name="ValueColumn">Where the value begins.</param>
internal sealed record QueryToken(QueryTokenKind Kind, int Column, string? Field = null, string Value = "", int ValueColumn = 0);
