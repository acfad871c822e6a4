namespace Aggregator.Content.Tagging;

/// <summary>A word of a phrase that leads from one place in the tree of phrases to the next.</summary>
internal readonly record struct PhraseEdge(int From, PhraseWord Word, int To);

/// <summary>A place in the tree of phrases: what ends here, and what kinds of words go on from it.</summary>
internal readonly record struct PhraseNode()
{
    /// <summary>The number of no phrase.</summary>
    public const int NoPhrase = -1;

    private const int LongestTold = 63;

    /// <summary>The phrase that ends here. <see cref="NoPhrase"/>: none does.</summary>
    public int Phrase { get; init; } = NoPhrase;

    /// <summary>Whether words follow whose case does not matter.</summary>
    public bool HasWords { get; init; }

    /// <summary>Whether words follow whose capitals must be as written.</summary>
    public bool HasExactWords { get; init; }

    /// <summary>A bit for each length of the beginnings that follow (<see cref="LengthBit"/>).</summary>
    public ulong Beginnings { get; init; }

    /// <summary>The same with case.</summary>
    public ulong ExactBeginnings { get; init; }

    /// <summary>Whether no phrase goes on from here.</summary>
    public bool IsLeaf => !HasWords && !HasExactWords && (Beginnings | ExactBeginnings) == 0;

    /// <summary>The bit of a length in characters; the last stands for all that are longer.</summary>
    public static ulong LengthBit(int length) => 1UL << Math.Min(length, LongestTold);

    /// <summary>The same node with a word that follows.</summary>
    public PhraseNode With(PhraseWord next) => (next.AnyEnding, next.ExactCase) switch
    {
        (false, false) => this with { HasWords = true },
        (false, true) => this with { HasExactWords = true },
        (true, false) => this with { Beginnings = Beginnings | LengthBit(next.Text.Length) },
        (true, true) => this with { ExactBeginnings = ExactBeginnings | LengthBit(next.Text.Length) },
    };
}
