using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Stories in all and by topic: kept by the writer with every commit, because counting afterwards would read everything. Only the
/// writer changes them; a reader sees the counts of the last commit.
/// </summary>
internal sealed class StoreCounters
{
    private const string Id = "counts";

    private readonly Dictionary<string, long> _byTopic = [];
    private long _stories;
    private volatile StoreCounts _published = new(0, new Dictionary<string, long>());

    /// <summary>The counts as of the last commit.</summary>
    public StoreCounts Published => _published;

    /// <summary>Takes over what is stored.</summary>
    public void Load(ILiteCollection<BsonDocument> meta)
    {
        var document = meta.FindById(Id);
        _published = new StoreCounts(
            document?["stories"].AsInt64 ?? 0,
            document?["topics"].AsDocument.ToDictionary(pair => pair.Key, pair => pair.Value.AsInt64) ?? []);
        Revert();
    }

    public void Add(Story story, int direction)
    {
        _stories += direction;
        foreach (var slug in story.Topics.Select(topic => topic.Slug).Distinct())
        {
            _byTopic[slug] = _byTopic.GetValueOrDefault(slug) + direction;
        }
    }

    /// <summary>Writes the counts within the transaction under way.</summary>
    public void Write(ILiteCollection<BsonDocument> meta) => meta.Upsert(new BsonDocument
    {
        ["_id"] = Id,
        ["stories"] = _stories,
        ["topics"] = new BsonDocument(_byTopic.ToDictionary(pair => pair.Key, pair => new BsonValue(pair.Value))),
    });

    /// <summary>The transaction is through.</summary>
    public void Publish() => _published = new StoreCounts(_stories, new Dictionary<string, long>(_byTopic));

    /// <summary>The transaction was given up: back to the last commit.</summary>
    public void Revert()
    {
        _stories = _published.Stories;
        _byTopic.Clear();
        foreach (var (slug, count) in _published.ByTopic)
        {
            _byTopic[slug] = count;
        }
    }
}
