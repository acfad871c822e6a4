namespace Aggregator.Model.Stories;

/// <summary>What is remembered of a story that a rule dropped, so that its entry is not read again with every poll.</summary>
/// <param name="Id">The id the story would have.</param>
/// <param name="Fingerprint">The fingerprint of the entry that was dropped; an edited entry is looked at anew.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="RuleKey">Names the rule as it was then; once no rule in force has this key the entry is looked at anew.</param>
public sealed record DroppedStory(StoryId Id, string Fingerprint, string Rule, string RuleKey)
{
    /// <summary>How long it is remembered after its entry was last seen.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>So that not every poll writes what it saw again.</summary>
    private static readonly TimeSpan SeenToWithin = TimeSpan.FromDays(7);

    /// <summary>When its entry was last seen in its feed's document, to within a week. Null: not known.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Whether it is worth remembering that its entry was seen again at <paramref name="now"/>. So it is where the clock was wrong the last time.</summary>
    public bool IsWorthRenewing(DateTimeOffset now) => SeenAt is not { } seen || (now - seen).Duration() > SeenToWithin;

    /// <summary>Whether its entry, if last seen at <paramref name="seen"/>, was not seen for so long at <paramref name="now"/> that it is forgotten; likewise.</summary>
    public static bool IsOver(DateTimeOffset seen, DateTimeOffset now) => (now - seen).Duration() > Lifetime;
}
