using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>Small things all documents share: absent fields for nulls, instants as Unix milliseconds, spans as seconds.</summary>
internal static class Documents
{
    /// <summary>The greatest id of a collection whose ids are numbers. 0: it is empty.</summary>
    public static long LastNumber(ILiteCollection<BsonDocument> collection) =>
        collection.Find(Query.All("_id", Query.Descending), 0, 1).Select(document => document["_id"].AsInt64).FirstOrDefault();

    public static BsonValue Instant(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    public static void Put(this BsonDocument document, string field, string? value)
    {
        if (value is not null)
        {
            document[field] = value;
        }
    }

    public static void Put(this BsonDocument document, string field, DateTimeOffset? value)
    {
        if (value is { } instant)
        {
            document[field] = Instant(instant);
        }
    }

    public static void Put(this BsonDocument document, string field, TimeSpan? value)
    {
        if (value is { } span)
        {
            document[field] = span.TotalSeconds;
        }
    }

    public static void Put(this BsonDocument document, string field, bool value)
    {
        if (value)
        {
            document[field] = true;
        }
    }

    public static void PutList(this BsonDocument document, string field, IEnumerable<BsonValue> values)
    {
        var array = new BsonArray(values);
        if (array.Count > 0)
        {
            document[field] = array;
        }
    }

    public static string? Text(this BsonDocument document, string field) => document[field].IsString ? document[field].AsString : null;

    public static DateTimeOffset? Instant(this BsonDocument document, string field) =>
        document[field].IsNumber ? DateTimeOffset.FromUnixTimeMilliseconds(document[field].AsInt64) : null;

    public static TimeSpan? Span(this BsonDocument document, string field) =>
        document[field].IsNumber ? TimeSpan.FromSeconds(document[field].AsDouble) : null;

    public static Uri? Address(this BsonDocument document, string field) =>
        document.Text(field) is { } text ? new Uri(text) : null;

    public static IReadOnlyList<T> List<T>(this BsonDocument document, string field, Func<BsonValue, T> read) =>
        document[field].IsArray ? [.. document[field].AsArray.Select(read)] : [];
}
