using Aggregator.Model.Text;

namespace Aggregator.Model.Stories;

/// <summary>What a story's text must hold, in the terms of <see cref="SearchTerms"/>: what is put to a store's text index.</summary>
public abstract record TextCondition
{
    /// <summary>
    /// Any of these phrases stands in the title or, unless <paramref name="TitleOnly"/>, in one block of the body.
    /// </summary>
    public sealed record Phrase(IReadOnlyList<TermPhrase> Asked, bool TitleOnly) : TextCondition;

    /// <summary>All parts hold; at least two.</summary>
    public sealed record AllOf(IReadOnlyList<TextCondition> Parts) : TextCondition;

    /// <summary>At least one part holds; at least two.</summary>
    public sealed record AnyOf(IReadOnlyList<TextCondition> Parts) : TextCondition;
}
