namespace Aggregator.Content.Clustering;

/// <summary>What a story is compared by. All lists of terms are in rising order.</summary>
internal sealed class StoryFeatures
{
    /// <summary>The weightiest terms of title and body.</summary>
    public required uint[] Terms { get; init; }

    /// <summary>Their weights, of unit length.</summary>
    public required float[] Weights { get; init; }

    /// <summary>The telling words of the title.</summary>
    public required uint[] TitleTerms { get; init; }

    /// <summary>How rare each is (<see cref="DocumentFrequencies.Rarity"/>).</summary>
    public required float[] TitleRarities { get; init; }

    /// <summary>The same, of unit length.</summary>
    public required float[] TitleWeights { get; init; }

    /// <summary>The numbers in the title: an issue, a version, a date.</summary>
    public required uint[] TitleNumbers { get; init; }

    /// <summary>The names and telling numbers of the body: who, where, how many. They tell an event from its subject.</summary>
    public required uint[] Names { get; init; }

    /// <summary>The names that weigh most in the text: what it is mostly about. The terms that do, where there are no names, as in scripts without
    /// capital letters. Weightiest first.</summary>
    public required uint[] MainNames { get; init; }

    /// <summary>Their weights in the text.</summary>
    public required float[] MainNameWeights { get; init; }

    /// <summary>The weightiest terms, weightiest first.</summary>
    public required uint[] Keys { get; init; }

    /// <summary>The wording (<see cref="Clustering.Sketch"/>).</summary>
    public required uint[] Sketch { get; init; }

    /// <summary>Whether the body has enough telling words to be compared.</summary>
    public required bool HasBody { get; init; }

    /// <summary>Whether the title announces a collection of many events; such a story stays alone.</summary>
    public required bool IsDigest { get; init; }

    /// <summary>Whether the title promises advice (<see cref="Advice"/>).</summary>
    public required bool IsAdvice { get; init; }

    /// <summary>Words that speak to the reader, in a hundred.</summary>
    public required double Addresses { get; init; }
}
