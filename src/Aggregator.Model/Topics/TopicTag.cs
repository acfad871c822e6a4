namespace Aggregator.Model.Topics;

/// <summary>Which part of a story a piece of evidence was found in.</summary>
public enum StoryPart
{
    /// <summary>The title.</summary>
    Title,

    /// <summary>The first paragraphs.</summary>
    Lead,

    /// <summary>The rest of the text.</summary>
    Body,

    /// <summary>Not the text: a setting of the feed or a correction by the user.</summary>
    Setting,

    /// <summary>Not the text: a rule of the operator, which the feature names.</summary>
    Rule,
}

/// <summary>One reason for a tag.</summary>
/// <param name="Feature">The phrase or feature found, as the definition spells it.</param>
/// <param name="Part">Where it was found.</param>
/// <param name="Count">How often; at least 1.</param>
/// <param name="Weight">What it added to the score; may be negative.</param>
public sealed record Evidence(string Feature, StoryPart Part, int Count, double Weight);

/// <summary>A topic assigned to a story, with its reasons.</summary>
/// <param name="Topic">The topic's full name, for example "IP theft".</param>
/// <param name="Score">How sure the tagger is: 1 is the threshold, more is surer.</param>
/// <param name="Evidence">Why, weightiest first.</param>
public sealed record TopicTag(string Topic, double Score, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>The topic's name in addresses.</summary>
    public string Slug => Text.Slug.Of(Topic);
}

/// <summary>An organisation or product named in a story.</summary>
/// <param name="Name">Its canonical name.</param>
/// <param name="Kind">"organisation" or "product".</param>
/// <param name="Mentions">How often it is named; at least 1.</param>
/// <param name="InTitle">Whether the title names it.</param>
public sealed record EntityTag(string Name, string Kind, int Mentions, bool InTitle);

/// <summary>Everything a tagger found in a story.</summary>
/// <param name="Topics">Surest first.</param>
/// <param name="Entities">Most named first.</param>
public sealed record Tagging(IReadOnlyList<TopicTag> Topics, IReadOnlyList<EntityTag> Entities)
{
    /// <summary>Nothing found.</summary>
    public static Tagging None { get; } = new([], []);
}
