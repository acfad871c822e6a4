namespace Aggregator.Content.Tagging;

/// <summary>A topic and how to recognise it. Made by <see cref="DefinitionFile"/>.</summary>
public sealed record TopicDefinition
{
    /// <summary>The full name, unique whatever its case, for example "IP theft".</summary>
    public required string Name { get; init; }

    /// <summary>What counts and what does not, in a sentence or two for readers.</summary>
    public string Description { get; init; } = "";

    /// <summary>The closest IPTC Media Topic, as "medtop:20001298". Null: none fits.</summary>
    public string? MediaTopic { get; init; }

    /// <summary>What the words found must add up to; 1 unless set, above 0. More is stricter.</summary>
    public double Threshold { get; init; } = 1;

    /// <summary>How much a part of the story counts.</summary>
    public PartWeights Parts { get; init; } = PartWeights.Default;

    /// <summary>Titles that must get this topic; checked when the file is read.</summary>
    public IReadOnlyList<string> Matches { get; init; } = [];

    /// <summary>Titles that must not get this topic; checked when the file is read.</summary>
    public IReadOnlyList<string> MustNotMatch { get; init; } = [];

    /// <summary>BCP 47 languages of the stories it is for ("en" serves "en-GB" too); empty: all. A story of unknown language is served by all.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Words whose weights were learned from labelled stories; they add to what the rules find, within bounds.</summary>
    internal IReadOnlyList<PhraseRule> Learned { get; init; } = [];

    /// <summary>The words and what they add.</summary>
    internal IReadOnlyList<PhraseRule> Rules { get; init; } = [];

    /// <summary>One of these must be somewhere in the story; empty: nothing is asked for.</summary>
    internal IReadOnlyList<Pattern> Needs { get; init; } = [];

    /// <summary>None of these may be in the story.</summary>
    internal IReadOnlyList<Pattern> Unless { get; init; } = [];

    /// <summary>Phrases whose words are not what they seem ("tortilla chips"): words inside them do not count.</summary>
    internal IReadOnlyList<Pattern> Ignore { get; init; } = [];
}

/// <summary>How much a phrase of weight 1 adds by where it stands. Each is 0 or more.</summary>
/// <param name="Title">Once or more in the title.</param>
/// <param name="Lead">Once in the first words of the body; twice adds half as much again, four times as much again.</param>
/// <param name="Body">When it goes through the rest of the body, about once in 150 words; less often, proportionally less.</param>
public sealed record PartWeights(double Title, double Lead, double Body)
{
    /// <summary>A phrase of weight 1 in the title is enough alone; in the lead alone it is half of what is needed.</summary>
    public static PartWeights Default { get; } = new(1, 0.5, 0.4);
}

/// <summary>What one pattern adds to a topic's score.</summary>
/// <param name="Pattern">What to find.</param>
/// <param name="Weight">What it adds, in thresholds, when it stands in the title; negative takes away.</param>
/// <param name="Needs">Counts only when one of these is in the story too; empty: always.</param>
/// <param name="Unless">Does not count when one of these is in the story.</param>
internal sealed record PhraseRule(Pattern Pattern, double Weight, IReadOnlyList<Pattern> Needs, IReadOnlyList<Pattern> Unless)
{
    /// <summary>BCP 47 languages of the stories in which it counts; empty: all.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];
}
