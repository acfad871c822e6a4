using System.Collections.Concurrent;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;

namespace Aggregator.Service.Push;

/// <summary>
/// Who subscribed to which feeds, what there is to push to them and what they took. All of it is in memory, and on the disk in time: a publication before it is pushed,
/// what was taken at once after, for all who took something meanwhile together. Safe for concurrent use.
/// </summary>
public sealed class PushBook(IPushStore store, TimeProvider clock)
{
    /// <summary>Publications of a feed that are kept for those who have not taken them yet.</summary>
    private const int MostKept = 1_000;

    private readonly Lock _gate = new();
    private readonly Lock _saving = new();
    private readonly Dictionary<string, Subscriber> _subscribers = store.ListSubscribers().ToDictionary(subscriber => subscriber.Id);
    private readonly Dictionary<string, PublishedTopic> _topics = store.ListTopics().ToDictionary(topic => topic.Topic);
    private readonly HashSet<string> _unsaved = [];
    private readonly List<DeadLetter> _dead = [];

    /// <summary>The last publications, which most subscribers are given within a second.</summary>
    private readonly ConcurrentDictionary<string, Publication> _lastOf = new();

    /// <summary>All subscribers.</summary>
    public IReadOnlyList<Subscriber> Subscribers
    {
        get
        {
            lock (_gate)
            {
                return [.. _subscribers.Values];
            }
        }
    }

    /// <summary>All feeds that somebody subscribed to.</summary>
    public IReadOnlyList<PublishedTopic> Topics
    {
        get
        {
            lock (_gate)
            {
                return [.. _topics.Values];
            }
        }
    }

    /// <summary>What webhooks did not take, the last given up first.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters => store.ListDeadLetters();

    /// <summary>A subscriber. Null: there is none of this id.</summary>
    public Subscriber? Find(string id)
    {
        lock (_gate)
        {
            return _subscribers.GetValueOrDefault(id);
        }
    }

    /// <summary>A feed that somebody subscribed to. Null: nobody did.</summary>
    public PublishedTopic? FindTopic(string topic)
    {
        lock (_gate)
        {
            return _topics.GetValueOrDefault(topic);
        }
    }

    /// <summary>Adds a subscriber, or puts it in the place of one of the same id, which is then told on from where that one was.</summary>
    /// <param name="subscriber">The subscriber.</param>
    /// <param name="told">What its feed holds, if nobody subscribed to it before.</param>
    /// <exception cref="StoreException">It cannot be remembered, and is not added.</exception>
    public void Add(Subscriber subscriber, IReadOnlyDictionary<string, long> told)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_saving)
        {
            if (FindTopic(subscriber.Topic) is not { } topic)
            {
                topic = new PublishedTopic(subscriber.Topic, clock.GetUtcNow(), 0, told);
                store.Publish(topic, []);
            }

            var before = Find(subscriber.Id);
            var added = subscriber with { Delivered = before?.Topic == subscriber.Topic ? before.Delivered : topic.Last };
            store.Save([added], [], []);
            lock (_gate)
            {
                _topics.TryAdd(topic.Topic, topic);
                _subscribers[added.Id] = added;
            }
        }
    }

    /// <summary>Forgets a subscriber.</summary>
    /// <exception cref="StoreException">That cannot be remembered.</exception>
    public void Remove(string id)
    {
        lock (_saving)
        {
            store.Save([], [id], []);
            lock (_gate)
            {
                _subscribers.Remove(id);
                _unsaved.Remove(id);
            }

            ForgetTaken();
        }
    }

    /// <summary>Takes in what is new in a feed.</summary>
    /// <returns>Who is to be told.</returns>
    /// <exception cref="StoreException">It cannot be remembered, and nobody is told.</exception>
    public IReadOnlyList<Subscriber> Publish(PublishedTopic topic, IReadOnlyList<Publication> publications)
    {
        ArgumentNullException.ThrowIfNull(topic);
        lock (_saving)
        {
            store.Publish(topic, publications);
            foreach (var publication in publications)
            {
                _lastOf[publication.Topic] = publication;
            }

            if (topic.Last > MostKept)
            {
                store.ForgetPublications(topic.Topic, topic.Last - MostKept);
            }
        }

        lock (_gate)
        {
            _topics[topic.Topic] = topic;
            return [.. _subscribers.Values.Where(subscriber => subscriber.Topic == topic.Topic)];
        }
    }

    /// <summary>The publication that a subscriber gets next. Null: it has them all.</summary>
    /// <returns>Its number, and what it is; no publication where it is not kept any more.</returns>
    /// <exception cref="StoreException">It cannot be read now.</exception>
    public (long Number, Publication? Publication)? Next(Subscriber subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        var number = subscriber.Delivered + 1;
        if (FindTopic(subscriber.Topic) is not { } topic || topic.Last < number)
        {
            return null;
        }

        return _lastOf.TryGetValue(subscriber.Topic, out var last) && last.Number == number
            ? (number, last)
            : number > topic.Last - MostKept ? (number, store.FindPublication(subscriber.Topic, number)) : (topic.Last, null);
    }

    /// <summary>Changes what is remembered of a subscriber; saved by the next <see cref="Save"/>.</summary>
    /// <param name="id">The subscriber.</param>
    /// <param name="change">What becomes of it.</param>
    /// <param name="dead">What it did not take in the end. Null: nothing.</param>
    public void Change(string id, Func<Subscriber, Subscriber> change, DeadLetter? dead = null)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_gate)
        {
            if (_subscribers.TryGetValue(id, out var known))
            {
                _subscribers[id] = change(known);
                _unsaved.Add(id);
            }

            if (dead is not null)
            {
                _dead.Add(dead);
            }
        }
    }

    /// <summary>Saves what was changed.</summary>
    /// <returns>Whether anything was.</returns>
    /// <exception cref="StoreException">It cannot be saved now; the next time it is.</exception>
    public bool Save()
    {
        lock (_saving)
        {
            List<Subscriber> changed;
            List<DeadLetter> dead;
            lock (_gate)
            {
                changed = [.. _unsaved.Select(id => _subscribers.GetValueOrDefault(id)).OfType<Subscriber>()];
                dead = [.. _dead];
            }

            if (changed.Count == 0 && dead.Count == 0)
            {
                return false;
            }

            store.Save(changed, [], dead);
            lock (_gate)
            {
                // What was changed again meanwhile is saved the next time.
                _unsaved.ExceptWith(changed.Where(subscriber => ReferenceEquals(_subscribers.GetValueOrDefault(subscriber.Id), subscriber)).Select(subscriber => subscriber.Id));
                _dead.RemoveRange(0, dead.Count);
            }

            return true;
        }
    }

    /// <summary>Forgets what everybody took, and feeds that nobody subscribes to any more.</summary>
    /// <exception cref="StoreException">That cannot be remembered.</exception>
    public void ForgetTaken()
    {
        lock (_saving)
        {
            var taken = Subscribers.ToLookup(subscriber => subscriber.Topic, subscriber => subscriber.Delivered);
            foreach (var topic in Topics)
            {
                if (taken.Contains(topic.Topic))
                {
                    store.ForgetPublications(topic.Topic, taken[topic.Topic].Min());
                    continue;
                }

                store.ForgetTopic(topic.Topic);
                _lastOf.TryRemove(topic.Topic, out _);
                lock (_gate)
                {
                    _topics.Remove(topic.Topic);
                }
            }
        }
    }

    /// <summary>Forgets a dead letter.</summary>
    /// <returns>Whether there was one.</returns>
    public bool ForgetDeadLetter(string id) => store.ForgetDeadLetter(id);
}
