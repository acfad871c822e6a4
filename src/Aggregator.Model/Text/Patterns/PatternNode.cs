namespace Aggregator.Model.Text.Patterns;

/// <summary>A part of a pattern as it was read.</summary>
internal abstract record PatternNode
{
    private PatternNode()
    {
    }

    /// <summary>One character.</summary>
    public sealed record One(CharacterTest Test) : PatternNode;

    /// <summary>Parts that follow each other. None: nothing, which always matches.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>Any of several.</summary>
    public sealed record Either(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>A part several times; <paramref name="Most"/> is null where there is no end.</summary>
    public sealed record Repeated(PatternNode Part, int Least, int? Most) : PatternNode;

    /// <summary>A place that is to be as said.</summary>
    public sealed record Place(PlaceKind Kind) : PatternNode;
}

/// <summary>What a place in the text is to be.</summary>
internal enum PlaceKind
{
    /// <summary>The beginning of the text: <c>^</c>.</summary>
    Beginning,

    /// <summary>The end of the text, or before the line break that ends it: <c>$</c>.</summary>
    End,

    /// <summary>The beginning or end of a word: <c>\b</c>.</summary>
    WordBoundary,

    /// <summary>Neither: <c>\B</c>.</summary>
    NoWordBoundary,
}
