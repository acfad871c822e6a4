using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace Aggregator.Service.Push;

/// <summary>
/// Who subscribed to which feeds, what there is to push to them and what they took. All of it is in memory, and on the disk in time: a publication before it is pushed,
/// what was taken at once after, for all who took something meanwhile together. Safe for concurrent use.
/// </summary>
public sealed partial class PushBook(IPushStore store, TimeProvider clock, ILogger<PushBook> logger) : IDisposable
{
    /// <summary>Publications of a feed that are kept for those who have not taken them yet, and what those of all feeds may take.</summary>
    private const int MostKept = 1_000;

    private const int MostMegabytesKept = 200;

    private const long MostBytesInMemory = 32 * 1024 * 1024;

    /// <summary>Dead letters that are kept, and what all of them may take: a webhook that is gone for good makes one of everything new.</summary>
    private const int MostDeadLetters = 1_000;

    private const int MostMegabytesOfDeadLetters = 100;

    private const int DaysOfDeadLetters = 30;

    /// <summary>A story has its time from before it is stored: so long one may have been on its way.</summary>
    private static readonly TimeSpan OnTheirWay = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Lock _saving = new();
    private readonly Dictionary<string, Subscriber> _subscribers = store.ListSubscribers().ToDictionary(subscriber => subscriber.Id);
    private readonly Dictionary<string, PublishedTopic> _topics = store.ListTopics().ToDictionary(topic => topic.Topic);
    private readonly HashSet<string> _unsaved = [];
    private readonly List<DeadLetter> _dead = [];

    /// <summary>Recent publications, which most subscribers are given within a second.</summary>
    private readonly MemoryCache _recent = new(new MemoryCacheOptions { SizeLimit = MostBytesInMemory });

    /// <summary>What is kept on the disk. Under <see cref="_saving"/>.</summary>
    private readonly KeptPublications _kept = new(store.ListPublications(), MostKept, MostMegabytesKept * 1024L * 1024);

    /// <summary>Whether it was told that dead letters are dropped, and publications nobody has taken. Under <see cref="_saving"/>.</summary>
    private bool _toldOfDropping, _toldOfForgetting;

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
    public IReadOnlyList<ListedDeadLetter> DeadLetters => store.ListDeadLetters();

    /// <summary>How many there are of those.</summary>
    public int DeadLetterCount => store.CountDeadLetters();

    /// <summary>Publications that subscribers are yet to be brought, those counted once for each.</summary>
    public long Undelivered
    {
        get
        {
            lock (_gate)
            {
                return _subscribers.Values.Sum(subscriber => _topics.TryGetValue(subscriber.Topic, out var topic) ? Math.Max(0, topic.Last - subscriber.Delivered) : 0);
            }
        }
    }

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
    /// <param name="listed">What its feed held, if nobody subscribed to it before, and when that was looked up.</param>
    /// <exception cref="StoreException">It cannot be remembered, and is not added.</exception>
    public void Add(Subscriber subscriber, (IReadOnlyDictionary<string, long> Told, DateTimeOffset At) listed)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_saving)
        {
            if (FindTopic(subscriber.Topic) is not { } topic)
            {
                // Numbers go on after the topic was forgotten: whoever remembers some from before never sees one twice.
                topic = new PublishedTopic(subscriber.Topic, listed.At - OnTheirWay, clock.GetUtcNow().ToUnixTimeMilliseconds(), listed.Told);
                store.Publish(topic, []);
            }

            store.Save([Continue(subscriber, topic)], [], []);
            lock (_gate)
            {
                // It may have taken something meanwhile.
                _topics.TryAdd(topic.Topic, topic);
                _subscribers[subscriber.Id] = Continue(subscriber, topic);
                _unsaved.Add(subscriber.Id);
            }
        }
    }

    /// <summary>Forgets a subscriber, if it is still as somebody saw it.</summary>
    /// <returns>Whether there was such a one.</returns>
    /// <exception cref="StoreException">That cannot be remembered.</exception>
    public bool Remove(string id, Predicate<Subscriber>? condition = null)
    {
        lock (_saving)
        {
            if (Find(id) is not { } subscriber || condition?.Invoke(subscriber) == false)
            {
                return false;
            }

            store.Save([], [id], []);
            lock (_gate)
            {
                _subscribers.Remove(id);
                _unsaved.Remove(id);
            }

            return true;
        }
    }

    /// <summary>Takes in what is new in a feed.</summary>
    /// <param name="before">The feed as it was when that was looked for.</param>
    /// <param name="found">What is told with the publications, and when it was looked for.</param>
    /// <param name="publications">What is new.</param>
    /// <returns>Who is to be told. Nobody, where the feed was forgotten meanwhile.</returns>
    /// <exception cref="StoreException">It cannot be remembered, and nobody is told.</exception>
    public IReadOnlyList<Subscriber> Publish(PublishedTopic before, News found, IReadOnlyList<Publication> publications)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(publications);
        lock (_saving)
        {
            if (!ReferenceEquals(FindTopic(before.Topic), before))
            {
                return [];
            }

            var topic = before with { Told = found.Told, LookedAt = found.At, Last = before.Last + publications.Count };
            store.Publish(topic, publications);
            foreach (var publication in publications)
            {
                _kept.Add(publication);
                Keep(publication);
            }

            lock (_gate)
            {
                _topics[topic.Topic] = topic;
                return [.. _subscribers.Values.Where(subscriber => subscriber.Topic == topic.Topic)];
            }
        }
    }

    /// <summary>The publication that a subscriber gets next. Null: it has them all.</summary>
    /// <returns>Its number, and what it is; where that is not kept any more, no publication and the number of the last.</returns>
    /// <exception cref="StoreException">It cannot be read now.</exception>
    public (long Number, Publication? Publication)? Next(Subscriber subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        var number = subscriber.Delivered + 1;
        if (FindTopic(subscriber.Topic) is not { } topic || topic.Last < number)
        {
            return null;
        }

        if (_recent.TryGetValue((subscriber.Topic, number), out Publication? recent) && recent is not null)
        {
            return (number, recent);
        }

        return number > topic.Last - MostKept && store.FindPublication(subscriber.Topic, number) is { } kept ? (number, Keep(kept)) : (topic.Last, null);
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

            if (dead.Count > 0)
            {
                DropDeadLetters();
            }

            return true;
        }
    }

    /// <summary>Forgets what everybody took, what is too much or too old, and feeds that nobody subscribes to any more.</summary>
    /// <exception cref="StoreException">That cannot be remembered.</exception>
    public void ForgetTaken()
    {
        lock (_saving)
        {
            // What was taken is on the disk before what it was is not.
            Save();
            DropDeadLetters();
            var taken = Subscribers.ToLookup(subscriber => subscriber.Topic, subscriber => subscriber.Delivered);
            foreach (var topic in Topics)
            {
                if (taken.Contains(topic.Topic))
                {
                    Forget(topic.Topic, Math.Max(taken[topic.Topic].Min(), _kept.TooMany(topic.Topic) ?? 0));
                    continue;
                }

                store.ForgetTopic(topic.Topic);
                _kept.Forget(topic.Topic, long.MaxValue);
                lock (_gate)
                {
                    _topics.Remove(topic.Topic);
                }
            }

            foreach (var (topic, last) in _kept.TooLarge())
            {
                Forget(topic, last);
                if (!_toldOfForgetting)
                {
                    _toldOfForgetting = true;
                    LogForgotten(MostMegabytesKept);
                }
            }
        }
    }

    /// <summary>A dead letter, with what it holds. Null: there is none of this id.</summary>
    public DeadLetter? FindDeadLetter(string id) => store.FindDeadLetter(id);

    /// <summary>Forgets a dead letter.</summary>
    /// <returns>Whether there was one.</returns>
    public bool ForgetDeadLetter(string id) => store.ForgetDeadLetters([id]) > 0;

    /// <inheritdoc/>
    public void Dispose() => _recent.Dispose();

    private void Forget(string topic, long last)
    {
        if (_kept.Holds(topic, last))
        {
            store.ForgetPublications(topic, last);
            _kept.Forget(topic, last);
        }
    }

    /// <summary>Drops the oldest dead letters where there are too many, or too large ones, and those of long ago.</summary>
    private void DropDeadLetters()
    {
        var longAgo = clock.GetUtcNow().AddDays(-DaysOfDeadLetters);
        var (letters, bytes) = (0, 0L);
        var dropped = new List<string>();
        foreach (var letter in store.ListDeadLetters())
        {
            bytes += letter.Bytes;
            if (++letters > MostDeadLetters || bytes > MostMegabytesOfDeadLetters * 1024L * 1024 || letter.GivenUp < longAgo)
            {
                dropped.Add(letter.Id);
            }
        }

        if (dropped.Count == 0)
        {
            return;
        }

        store.ForgetDeadLetters(dropped);
        if (!_toldOfDropping)
        {
            _toldOfDropping = true;
            LogDropped(dropped.Count, MostDeadLetters, MostMegabytesOfDeadLetters, DaysOfDeadLetters);
        }
    }

    private Publication Keep(Publication publication) =>
        _recent.Set((publication.Topic, publication.Number), publication, new MemoryCacheEntryOptions { Size = publication.Body.Length + 200, SlidingExpiration = TimeSpan.FromMinutes(5) });

    /// <summary>A subscriber that goes on where one of its id is now, with the same failures behind it.</summary>
    private Subscriber Continue(Subscriber subscriber, PublishedTopic topic) => Find(subscriber.Id) is { } known && known.Topic == subscriber.Topic
        ? subscriber with { Delivered = Math.Min(known.Delivered, topic.Last), LastDelivery = known.LastDelivery, FailuresInARow = known.FailuresInARow, FailingSince = known.FailingSince, LastError = known.LastError }
        : subscriber with { Delivered = topic.Last };

    [LoggerMessage(921, LogLevel.Warning, "{Dropped} dead letters are dropped, the oldest: {Most} are kept, {Megabytes} MB of them, for {Days} days. More that are dropped are not told until the next start")]
    private partial void LogDropped(int dropped, int most, int megabytes, int days);

    [LoggerMessage(923, LogLevel.Warning, "What subscribers have not taken yet is more than {Megabytes} MB: the oldest is forgotten, and whoever lags behind is told what came since as one. More of this is not told until the next start")]
    private partial void LogForgotten(int megabytes);
}
