namespace Aggregator.Model.Stories;

/// <summary>What is remembered of a story that a rule dropped, so that its entry is not read again with every poll.</summary>
/// <param name="Id">The id the story would have.</param>
/// <param name="Fingerprint">The fingerprint of the entry that was dropped; an edited entry is looked at anew.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="RuleKey">Names the rule as it was then; once no rule in force has this key the entry is looked at anew.</param>
public sealed record DroppedStory(StoryId Id, string Fingerprint, string Rule, string RuleKey);
