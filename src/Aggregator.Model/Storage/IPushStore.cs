using Aggregator.Model.Push;

namespace Aggregator.Model.Storage;

/// <summary>
/// Remembers who is told of news, what is to be told them, and what they took, so that a process that ends in the middle goes on where it was. What a call stored is on
/// the disk when it returns. Safe for concurrent use.
/// </summary>
/// <remarks>Every member may throw <see cref="StoreException"/>: the disk or the file stands in the way.</remarks>
public interface IPushStore : IDisposable
{
    /// <summary>All subscribers, in no order.</summary>
    IReadOnlyList<Subscriber> ListSubscribers();

    /// <summary>All feeds that somebody subscribed to, in no order.</summary>
    IReadOnlyList<PublishedTopic> ListTopics();

    /// <summary>Saves some subscribers, forgets others, and keeps what was given up; all of it or nothing.</summary>
    void Save(IReadOnlyCollection<Subscriber> saved, IReadOnlyCollection<string> removed, IReadOnlyCollection<DeadLetter> dead);

    /// <summary>Saves the state of a feed with the publications that led to it; all of it or nothing.</summary>
    void Publish(PublishedTopic topic, IReadOnlyCollection<Publication> publications);

    /// <summary>The publications that are kept, in no order.</summary>
    IReadOnlyList<ListedPublication> ListPublications();

    /// <summary>A publication. Null: it is not kept any more.</summary>
    Publication? FindPublication(string topic, long number);

    /// <summary>Forgets the publications of a feed up to a number.</summary>
    void ForgetPublications(string topic, long last);

    /// <summary>Forgets a feed, with all its publications: nobody subscribes to it any more.</summary>
    void ForgetTopic(string topic);

    /// <summary>What webhooks did not take, the last given up first. Reads nothing of what the letters hold.</summary>
    IReadOnlyList<ListedDeadLetter> ListDeadLetters();

    /// <summary>A dead letter, with what it holds. Null: there is none of this id.</summary>
    DeadLetter? FindDeadLetter(string id);

    /// <summary>How many there are.</summary>
    int CountDeadLetters();

    /// <summary>Forgets dead letters; all of them or none.</summary>
    /// <returns>How many there were.</returns>
    int ForgetDeadLetters(IReadOnlyCollection<string> ids);
}
