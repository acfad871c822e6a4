using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Stories in all, by topic, by saved feed and by rule: kept by the writer with every commit, because counting afterwards would read
/// everything. Only the writer changes them; a reader sees the counts of the last commit.
/// </summary>
internal sealed class StoreCounters
{
    private const string Id = "counts";

    private readonly Dictionary<string, long> _byTopic = [];
    private readonly Dictionary<string, long> _bySavedFeed = [];
    private readonly Dictionary<string, long> _byRule = [];
    private readonly Dictionary<string, long> _droppedByRule = [];
    private long _stories;
    private long _commits;
    private DateTimeOffset? _keptSince;
    private volatile StoreCounts _published = new(0, new Dictionary<string, long>());

    /// <summary>The counts as of the last commit.</summary>
    public StoreCounts Published => _published;

    /// <summary>How many commits there were.</summary>
    public long Commits => _commits;

    /// <summary>The stories with those of the commit under way.</summary>
    public long Stories => _stories;

    /// <summary>Takes over what is stored.</summary>
    public void Load(ILiteCollection<BsonDocument> meta)
    {
        var document = meta.Get(Id);
        _commits = document?["commits"].IsNumber == true ? document["commits"].AsInt64 : 0;
        _published = new StoreCounts(document?["stories"].AsInt64 ?? 0, Read(document, "topics"))
        {
            BySavedFeed = Read(document, "savedFeeds"),
            ByRule = Read(document, "rules"),
            DroppedByRule = Read(document, "dropped"),
            KeptSince = document?.Instant("keptSince"),
        };
        Revert();
    }

    public void Add(Story story, int direction)
    {
        _stories += direction;
        Count(_byRule, story.Rules.Select(effect => Slug.Of(effect.Rule)), direction);
        if (!story.IsMuted)
        {
            Count(_byTopic, story.Topics.Select(topic => topic.Slug), direction);
            Count(_bySavedFeed, story.SavedFeeds, direction);
        }
    }

    /// <summary>A story of this time was dropped.</summary>
    public void KeepSince(DateTimeOffset dropped) => _keptSince = _keptSince > dropped ? _keptSince : dropped;

    /// <summary>Stories older than this are too old.</summary>
    /// <param name="before">The time. Null: none is.</param>
    /// <param name="mayForget">Whether what was dropped before, for want of room or another limit, does not matter any more.</param>
    public void KeepSince(DateTimeOffset? before, bool mayForget) =>
        _keptSince = mayForget || _keptSince is null || before > _keptSince ? before : _keptSince;

    public void AddDropped(string rule, int direction) => Count(_droppedByRule, [Slug.Of(rule)], direction);

    /// <summary>Writes the counts within the transaction under way.</summary>
    public void Write(ILiteCollection<BsonDocument> meta)
    {
        var document = new BsonDocument
        {
            ["_id"] = Id,
            ["stories"] = _stories,
            ["commits"] = _commits + 1,
            ["topics"] = Write(_byTopic),
            ["savedFeeds"] = Write(_bySavedFeed),
            ["rules"] = Write(_byRule),
            ["dropped"] = Write(_droppedByRule),
        };
        document.Put("keptSince", _keptSince);
        meta.Upsert(document);
    }

    /// <summary>The transaction is through.</summary>
    public void Publish()
    {
        _commits++;
        _published = new StoreCounts(_stories, new Dictionary<string, long>(_byTopic))
        {
            BySavedFeed = new Dictionary<string, long>(_bySavedFeed),
            ByRule = new Dictionary<string, long>(_byRule),
            DroppedByRule = new Dictionary<string, long>(_droppedByRule),
            KeptSince = _keptSince,
        };
    }

    /// <summary>The transaction was given up: back to the last commit.</summary>
    public void Revert()
    {
        _stories = _published.Stories;
        _keptSince = _published.KeptSince;
        Revert(_byTopic, _published.ByTopic);
        Revert(_bySavedFeed, _published.BySavedFeed);
        Revert(_byRule, _published.ByRule);
        Revert(_droppedByRule, _published.DroppedByRule);
    }

    private static void Count(Dictionary<string, long> counts, IEnumerable<string> slugs, int direction)
    {
        foreach (var slug in slugs.Distinct())
        {
            counts[slug] = counts.GetValueOrDefault(slug) + direction;
        }
    }

    private static void Revert(Dictionary<string, long> counts, IReadOnlyDictionary<string, long> to)
    {
        counts.Clear();
        foreach (var (slug, count) in to)
        {
            counts[slug] = count;
        }
    }

    private static Dictionary<string, long> Read(BsonDocument? document, string field) =>
        document?[field] is BsonDocument counts ? counts.ToDictionary(pair => pair.Key, pair => pair.Value.AsInt64) : [];

    private static BsonDocument Write(Dictionary<string, long> counts) =>
        new(counts.ToDictionary(pair => pair.Key, pair => new BsonValue(pair.Value)));
}
