using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// Looks documents up by their ids. LiteDB's own FindById reads the text of its question anew each time, which takes longer than the answer. One
/// thread at a time, as everything that is asked of LiteDB.
/// </summary>
internal static class Lookup
{
    private static readonly BsonExpression ById = BsonExpression.Create("$._id = @id", new BsonDocument { ["id"] = BsonValue.Null });

    /// <summary>The document of an id. Null: there is none.</summary>
    public static BsonDocument? Get(this ILiteCollection<BsonDocument> collection, BsonValue id)
    {
        lock (ById)
        {
            ById.Parameters["id"] = id;
            return collection.FindOne(ById);
        }
    }
}
