namespace Aggregator.Content.Tagging;

/// <summary>An organisation or product and the names it goes by. Made by <see cref="DefinitionFile"/>.</summary>
public sealed record EntityDefinition
{
    /// <summary>The canonical name, unique whatever its case, for example "OpenAI".</summary>
    public required string Name { get; init; }

    /// <summary>"organisation" or "product".</summary>
    public required string Kind { get; init; }

    /// <summary>The names that can mean nothing else.</summary>
    internal IReadOnlyList<Pattern> Aliases { get; init; } = [];

    /// <summary>Names that are also other words (Apple, Target, X): they count only when <see cref="Needs"/> is met.</summary>
    internal IReadOnlyList<Pattern> Ambiguous { get; init; } = [];

    /// <summary>What must be in the story for an ambiguous name to count; a clear alias in the story is enough too.</summary>
    internal IReadOnlyList<Pattern> Needs { get; init; } = [];

    /// <summary>Phrases in which the names mean something else ("Amazon rainforest").</summary>
    internal IReadOnlyList<Pattern> Ignore { get; init; } = [];
}
