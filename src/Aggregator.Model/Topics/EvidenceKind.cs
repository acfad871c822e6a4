namespace Aggregator.Model.Topics;

/// <summary>What kind of reason a piece of evidence is. The numbers are stored: add at the end, never renumber.</summary>
public enum EvidenceKind
{
    /// <summary>A phrase of the topic's definition stands in the text.</summary>
    Phrase = 0,

    /// <summary>A feature whose weight was learned stands in the text.</summary>
    Learned = 1,

    /// <summary>The operator gives the tag to every story of the feed.</summary>
    Feed = 2,

    /// <summary>One of the operator's rules gives the tag.</summary>
    Rule = 3,

    /// <summary>The user gave the tag to this very story.</summary>
    Correction = 4,

    /// <summary>A language model was asked for its opinion.</summary>
    SecondOpinion = 5,
}
