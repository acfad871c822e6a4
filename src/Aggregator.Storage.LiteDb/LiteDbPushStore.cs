using System.Globalization;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// What is pushed to whom, in a file of its own beside the stories: it changes with every delivery, and a backup of the stories is none of it. Where the stories lie on
/// a server, each process has its own subscribers, and this file too.
/// </summary>
public sealed class LiteDbPushStore : IPushStore
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "push.db";

    private const string Subscribers = "subscribers", Topics = "topics", Publications = "publications", DeadLetters = "deadLetters";

    /// <summary>Of a dead letter, all but its body.</summary>
    private const string ListedFields = "{ _id, topic, number, at, subscriber, givenUp, reason, bytes }";

    /// <summary>Of a publication, the same.</summary>
    private const string ListedPublicationFields = "{ topic, number, at, bytes: LENGTH(body) }";

    private const long LogBytes = 8 * 1024 * 1024;

    private readonly Lock _turn = new();
    private readonly DatabaseFile _file;

    private LiteDbPushStore(DatabaseFile file) => _file = file;

    /// <summary>Opens the file in a data folder that this process holds, making it if there is none.</summary>
    /// <exception cref="StoreException">The file is damaged, foreign or newer, or the disk or its rights stand in the way.</exception>
    public static LiteDbPushStore Open(string folder) =>
        new(DatabaseFile.Open(Path.Combine(folder, FileName), LogBytes, Subscribers, Topics, Publications, DeadLetters));

    /// <inheritdoc/>
    public IReadOnlyList<Subscriber> ListSubscribers() => Read(() => _file.Collection(Subscribers).FindAll().Select(ReadSubscriber).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<PublishedTopic> ListTopics() => Read(() => _file.Collection(Topics).FindAll().Select(ReadTopic).ToList());

    /// <inheritdoc/>
    public void Save(IReadOnlyCollection<Subscriber> saved, IReadOnlyCollection<string> removed, IReadOnlyCollection<DeadLetter> dead) => Write(() =>
    {
        _file.Collection(Subscribers).Upsert(saved.Select(Write));
        foreach (var id in removed)
        {
            _file.Collection(Subscribers).Delete(id);
        }

        _file.Collection(DeadLetters).Upsert(dead.Select(Write));
    });

    /// <inheritdoc/>
    public void Publish(PublishedTopic topic, IReadOnlyCollection<Publication> publications) => Write(() =>
    {
        _file.Collection(Publications).Upsert(publications.Select(publication => Write(publication, IdOf(publication.Topic, publication.Number))));
        _file.Collection(Topics).Upsert(Write(topic));
    });

    /// <inheritdoc/>
    public IReadOnlyList<ListedPublication> ListPublications() => Read(() =>
        _file.Collection(Publications).Query().Select(ListedPublicationFields).ToEnumerable()
            .Select(document => new ListedPublication(document["topic"].AsString, document["number"].AsInt64, document.Instant("at")!.Value, document["bytes"].AsInt32)).ToList());

    /// <inheritdoc/>
    public Publication? FindPublication(string topic, long number) => Read(() => _file.Collection(Publications).FindById(IdOf(topic, number)) is { } document ? ReadPublication(document) : null);

    /// <inheritdoc/>
    public void ForgetPublications(string topic, long last) => Write(() => _file.Collection(Publications).DeleteMany(Query.Between("_id", IdOf(topic, 0), IdOf(topic, last))));

    /// <inheritdoc/>
    public void ForgetTopic(string topic) => Write(() =>
    {
        _file.Collection(Publications).DeleteMany(Query.Between("_id", IdOf(topic, 0), IdOf(topic, long.MaxValue)));
        _file.Collection(Topics).Delete(topic);
    });

    /// <inheritdoc/>
    public int CountDeadLetters() => Read(() => _file.Collection(DeadLetters).Count());

    /// <inheritdoc/>
    public IReadOnlyList<ListedDeadLetter> ListDeadLetters() => Read(() =>
        _file.Collection(DeadLetters).Query().Select(ListedFields).ToEnumerable().Select(ReadListed).OrderByDescending(letter => letter.GivenUp).ToList());

    /// <inheritdoc/>
    public DeadLetter? FindDeadLetter(string id) => Read(() => _file.Collection(DeadLetters).FindById(id) is { } document ? ReadDeadLetter(document) : null);

    /// <inheritdoc/>
    public int ForgetDeadLetters(IReadOnlyCollection<string> ids)
    {
        var found = 0;
        Write(() => found = ids.Count(id => _file.Collection(DeadLetters).Delete(id)));
        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_turn)
        {
            _file.Dispose();
        }
    }

    private static string IdOf(string topic, long number) => string.Create(CultureInfo.InvariantCulture, $"{ContentHash.Of(12, topic)}-{number:D19}");

    private T Read<T>(Func<T> read)
    {
        lock (_turn)
        {
            try
            {
                return read();
            }
#pragma warning disable CA1031 // On a damaged file LiteDB throws whatever its reader stumbles over.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                throw _file.Explain(fault);
            }
        }
    }

    /// <summary>One commit, on the disk when this returns; or none, and the file as it was.</summary>
    private void Write(Action write)
    {
        lock (_turn)
        {
            try
            {
                _file.Begin();
                write();
                _file.Commit();
                _file.Secure();
            }
#pragma warning disable CA1031 // LiteDB closes the file after a fault, whatever it was.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _file.Reopen();
                throw _file.Explain(fault);
            }
        }
    }

    private static BsonDocument Write(Subscriber subscriber)
    {
        var document = new BsonDocument
        {
            ["_id"] = subscriber.Id,
            ["kind"] = subscriber.Kind.ToString(),
            ["topic"] = subscriber.Topic,
            ["callback"] = subscriber.Callback.OriginalString,
            ["delivered"] = subscriber.Delivered,
            ["failures"] = subscriber.FailuresInARow,
        };
        document.Put("secret", subscriber.Secret);
        document.Put("leaseEnd", subscriber.LeaseEnd);
        document.Put("lastDelivery", subscriber.LastDelivery);
        document.Put("failingSince", subscriber.FailingSince);
        document.Put("nextTry", subscriber.NextTry);
        document.Put("error", subscriber.LastError);
        return document;
    }

    private static Subscriber ReadSubscriber(BsonDocument document) => new()
    {
        Id = document["_id"].AsString,
        Kind = Enum.Parse<SubscriberKind>(document["kind"].AsString),
        Topic = document["topic"].AsString,
        Callback = document.Address("callback")!,
        Secret = document.Text("secret"),
        LeaseEnd = document.Instant("leaseEnd"),
        Delivered = document["delivered"].AsInt64,
        LastDelivery = document.Instant("lastDelivery"),
        FailuresInARow = document["failures"].AsInt32,
        FailingSince = document.Instant("failingSince"),
        NextTry = document.Instant("nextTry"),
        LastError = document.Text("error"),
    };

    private static BsonDocument Write(PublishedTopic topic) => new()
    {
        ["_id"] = topic.Topic,
        ["since"] = Documents.Instant(topic.Since),
        ["last"] = topic.Last,
        ["looked"] = Documents.Instant(topic.LookedAt),
        ["told"] = new BsonDocument(topic.Told.ToDictionary(entry => entry.Key, entry => new BsonValue(entry.Value))),
    };

    private static PublishedTopic ReadTopic(BsonDocument document) => new(
        document["_id"].AsString, document.Instant("since")!.Value, document["last"].AsInt64, document["told"].AsDocument.ToDictionary(entry => entry.Key, entry => entry.Value.AsInt64))
    {
        LookedAt = document.Instant("looked")!.Value,
    };

    private static BsonDocument Write(Publication publication, string id) => new()
    {
        ["_id"] = id,
        ["topic"] = publication.Topic,
        ["number"] = publication.Number,
        ["at"] = Documents.Instant(publication.At),
        ["type"] = publication.MediaType,
        ["body"] = publication.Body.ToArray(),
    };

    private static Publication ReadPublication(BsonDocument document) =>
        new(document["topic"].AsString, document["number"].AsInt64, document.Instant("at")!.Value, document["type"].AsString, document["body"].AsBinary);

    private static BsonDocument Write(DeadLetter letter)
    {
        var document = Write(letter.Publication, letter.Id);
        document["subscriber"] = letter.Subscriber;
        document["givenUp"] = Documents.Instant(letter.GivenUp);
        document["reason"] = letter.Reason;
        document["bytes"] = letter.Publication.Body.Length;

        // Last, so that a list stops reading before it.
        document.Remove("body", out var body);
        document["body"] = body;
        return document;
    }

    private ListedDeadLetter ReadListed(BsonDocument document)
    {
        var id = document["_id"].AsString;

        // Earlier versions did not note the size.
        var bytes = document["bytes"].IsNull ? _file.Collection(DeadLetters).FindById(id)["body"].AsBinary.Length : document["bytes"].AsInt32;
        return new ListedDeadLetter(
            id, document["subscriber"].AsString, document["topic"].AsString, document["number"].AsInt64, document.Instant("at")!.Value, document.Instant("givenUp")!.Value, document["reason"].AsString, bytes);
    }

    private static DeadLetter ReadDeadLetter(BsonDocument document) =>
        new(document["_id"].AsString, document["subscriber"].AsString, document.Instant("givenUp")!.Value, document["reason"].AsString, ReadPublication(document));
}
