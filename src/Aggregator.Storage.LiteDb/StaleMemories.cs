using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>Some of what is remembered beside stories and means nothing any more.</summary>
/// <param name="At">The time it meant nothing at.</param>
internal sealed record StaleMemories(DateTimeOffset At)
{
    /// <summary>How many documents are read while others wait: some milliseconds' work.</summary>
    private const int ReadAtOnce = 500;

    /// <summary>How many are deleted with one commit.</summary>
    private const int DeletedAtOnce = 100;

    /// <summary>The hosts whose lessons are over.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Walks through the files and gathers what means nothing any more.</summary>
    public static IEnumerable<StaleMemories> Find(StoreFiles files, DateTimeOffset now)
    {
        foreach (var hosts in Walk(files, files.Hosts, document => HostDocuments.Read(document).IsOver(now)))
        {
            yield return new StaleMemories(now) { Hosts = hosts };
        }
    }

    /// <summary>Deletes these, but for those that were written anew meanwhile. A piece of the writer's work.</summary>
    public void Delete(StoreFiles files)
    {
        foreach (var host in Hosts.Where(host => files.Hosts.Get(host) is { } document && HostDocuments.Read(document).IsOver(At)))
        {
            files.Hosts.Delete(host);
        }
    }

    /// <summary>The ids of the documents of a collection that are stale, some at once.</summary>
    private static IEnumerable<string[]> Walk(StoreFiles files, ILiteCollection<BsonDocument> collection, Func<BsonDocument, bool> isStale)
    {
        var last = "";
        List<BsonDocument> some;
        do
        {
            some = files.Read(() => collection.Find(Query.GT("_id", last), 0, ReadAtOnce).ToList());
            foreach (var stale in some.Where(isStale).Select(document => document["_id"].AsString).Chunk(DeletedAtOnce))
            {
                yield return stale;
            }

            last = some.Count > 0 ? some[^1]["_id"].AsString : last;
        }
        while (some.Count == ReadAtOnce);
    }
}
