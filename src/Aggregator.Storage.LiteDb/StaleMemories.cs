using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>Some of what is remembered beside stories and means nothing any more.</summary>
/// <param name="At">The time it meant nothing at.</param>
internal sealed record StaleMemories(DateTimeOffset At)
{
    /// <summary>Since when it is known when the entries of dropped stories were last seen (s), in the file of counts.</summary>
    private const string DroppedId = "dropped";

    /// <summary>How many documents are read while others wait: some milliseconds' work.</summary>
    private const int ReadAtOnce = 500;

    /// <summary>The hosts whose lessons are over.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The ids of dropped stories whose entries were not seen for long.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Walks through the files and gathers what means nothing any more.</summary>
    /// <param name="files">The files.</param>
    /// <param name="now">The time.</param>
    /// <param name="atOnce">How many to gather for one commit.</param>
    public static IEnumerable<StaleMemories> Find(StoreFiles files, DateTimeOffset now, int atOnce)
    {
        foreach (var hosts in Walk(files, () => files.Hosts, atOnce, document => HostDocuments.Read(document).IsOver(now)))
        {
            yield return new StaleMemories(now) { Hosts = hosts };
        }

        // Those that an earlier program dropped count as seen when this one first looked at them.
        if (files.Read(() => files.Meta.Get(DroppedId)?.Instant("s")) is not { } since)
        {
            yield return new StaleMemories(now);
            yield break;
        }

        foreach (var dropped in Walk(files, () => files.Dropped, atOnce, document => IsUnseen(document, since, now)))
        {
            yield return new StaleMemories(now) { Dropped = dropped };
        }
    }

    /// <summary>Forgets these, but for those that were written anew meanwhile. A piece of the writer's work.</summary>
    public void Forget(StoreFiles files, StoryEdits edits)
    {
        if (files.Meta.Get(DroppedId)?.Instant("s") is not { } since)
        {
            files.Meta.Upsert(new BsonDocument { ["_id"] = DroppedId, ["s"] = Documents.Instant(At) });
            since = At;
        }

        foreach (var dropped in Dropped.Where(dropped => files.Dropped.Get(dropped) is { } document && IsUnseen(document, since, At)))
        {
            edits.Forget(new StoryId(dropped));
        }

        foreach (var host in Hosts.Where(host => files.Hosts.Get(host) is { } document && HostDocuments.Read(document).IsOver(At)))
        {
            files.Hosts.Delete(host);
        }
    }

    private static bool IsUnseen(BsonDocument dropped, DateTimeOffset since, DateTimeOffset now) => DroppedStory.IsOver(dropped.Instant("s") ?? since, now);

    /// <summary>The ids of the documents of a collection that are stale, some at once.</summary>
    private static IEnumerable<string[]> Walk(StoreFiles files, Func<ILiteCollection<BsonDocument>> collection, int atOnce, Func<BsonDocument, bool> isStale)
    {
        var last = "";
        List<BsonDocument> some;
        do
        {
            some = files.Read(() => collection().Find(Query.GT("_id", last), 0, ReadAtOnce).ToList());
            foreach (var stale in some.Where(isStale).Select(document => document["_id"].AsString).Chunk(atOnce))
            {
                yield return stale;
            }

            last = some.Count > 0 ? some[^1]["_id"].AsString : last;
        }
        while (some.Count == ReadAtOnce);
    }
}
