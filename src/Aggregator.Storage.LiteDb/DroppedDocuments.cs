using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>What is remembered of dropped stories as LiteDB documents: j fingerprint, r rule, k the rule's key, s when its entry was last seen.</summary>
internal static class DroppedDocuments
{
    public static BsonDocument Write(DroppedStory dropped)
    {
        var document = new BsonDocument
        {
            ["_id"] = dropped.Id.Value,
            ["j"] = dropped.Fingerprint,
            ["r"] = dropped.Rule,
            ["k"] = dropped.RuleKey,
        };
        document.Put("s", dropped.SeenAt);
        return document;
    }

    public static DroppedStory Read(BsonDocument document) =>
        new(new StoryId(document["_id"].AsString), document["j"].AsString, document["r"].AsString, document["k"].AsString) { SeenAt = document.Instant("s") };
}
