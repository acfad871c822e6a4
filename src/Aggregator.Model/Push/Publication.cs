namespace Aggregator.Model.Push;

/// <summary>What was new in a merged feed at one time, to be pushed to whoever subscribed to it.</summary>
/// <param name="Topic">The feed's address.</param>
/// <param name="Number">Each one greater than the one before; they are delivered in this order.</param>
/// <param name="At">When it was made.</param>
/// <param name="MediaType">What it is, as the Content-Type header has it.</param>
/// <param name="Body">The feed with only the new entries.</param>
public sealed record Publication(string Topic, long Number, DateTimeOffset At, string MediaType, ReadOnlyMemory<byte> Body);

/// <summary>What is told of a <see cref="Publication"/> in a list, without what it holds.</summary>
/// <param name="Topic">The feed's address.</param>
/// <param name="Number">Its number.</param>
/// <param name="At">When it was made.</param>
/// <param name="Bytes">How large it is.</param>
public readonly record struct ListedPublication(string Topic, long Number, DateTimeOffset At, int Bytes);

/// <summary>A merged feed that somebody subscribed to, and what of it was told.</summary>
/// <param name="Topic">Its address.</param>
/// <param name="Since">When the first one subscribed: what is older is no news.</param>
/// <param name="Last">The number of the last publication, or of none, where there was none yet.</param>
/// <param name="Told">The entries that were told, by what names them, with their last update in Unix seconds.</param>
public sealed record PublishedTopic(string Topic, DateTimeOffset Since, long Last, IReadOnlyDictionary<string, long> Told)
{
    /// <summary>When it was last looked through for news.</summary>
    public DateTimeOffset LookedAt { get; init; } = Since;
}

/// <summary>A publication that a webhook did not take in the end.</summary>
/// <param name="Id">What names it.</param>
/// <param name="Subscriber">The subscriber's id.</param>
/// <param name="GivenUp">When it was given up.</param>
/// <param name="Reason">What went wrong last, in words.</param>
/// <param name="Publication">What it is.</param>
public sealed record DeadLetter(string Id, string Subscriber, DateTimeOffset GivenUp, string Reason, Publication Publication);

/// <summary>What is told of a <see cref="DeadLetter"/> in a list, without what it holds.</summary>
/// <param name="Id">What names it.</param>
/// <param name="Subscriber">The subscriber's id.</param>
/// <param name="Topic">The feed's address.</param>
/// <param name="Number">The number of the publication.</param>
/// <param name="Made">When the publication was made.</param>
/// <param name="GivenUp">When it was given up.</param>
/// <param name="Reason">What went wrong last, in words.</param>
/// <param name="Bytes">How large the publication is.</param>
public sealed record ListedDeadLetter(string Id, string Subscriber, string Topic, long Number, DateTimeOffset Made, DateTimeOffset GivenUp, string Reason, int Bytes);
