namespace Aggregator.Model.Topics;

/// <summary>
/// What a language model says of one topic of one story, whose definitions alone could not decide. It is one reason among others: it tips
/// the balance, and gives no topic by itself.
/// </summary>
/// <param name="Topic">The topic's full name, for example "IP theft".</param>
/// <param name="Carries">Whether the story is on the topic, the model says.</param>
/// <param name="Reason">Why, in its words; at most 200 characters.</param>
/// <param name="Model">The model asked, as the settings name it.</param>
/// <param name="At">When it was asked.</param>
public sealed record TopicOpinion(string Topic, bool Carries, string Reason, string Model, DateTimeOffset At);
