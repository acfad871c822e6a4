using Aggregator.Model.Storage;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>What hosts taught, as LiteDB documents, one a host. There are few of them.</summary>
internal static class HostDocuments
{
    public static BsonDocument Write(HostLesson lesson)
    {
        var document = new BsonDocument
        {
            ["_id"] = lesson.Host,
            ["spacing"] = lesson.Spacing.TotalSeconds,
            ["learnedAt"] = Documents.Instant(lesson.LearnedAt),
        };
        document.Put("heldUntil", lesson.HeldUntil);
        return document;
    }

    public static HostLesson Read(BsonDocument document) => new(document["_id"].AsString)
    {
        HeldUntil = document.Instant("heldUntil"),
        Spacing = TimeSpan.FromSeconds(document["spacing"].AsDouble),
        LearnedAt = document.Instant("learnedAt")!.Value,
    };
}
