namespace Aggregator.Model.Topics;

/// <summary>The user's word on one topic of one story. It holds whatever a tagger finds, until it is taken back.</summary>
/// <param name="Topic">The topic's full name, for example "IP theft".</param>
/// <param name="Carries">Whether the story is on the topic, the user says.</param>
/// <param name="At">When it was said.</param>
public sealed record TopicCorrection(string Topic, bool Carries, DateTimeOffset At)
{
    /// <summary>The topic's name in addresses.</summary>
    public string Slug => Text.Slug.Of(Topic);
}
