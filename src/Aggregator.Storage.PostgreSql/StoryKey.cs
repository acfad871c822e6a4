using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Storage.PostgreSql;

/// <summary>Ids, places and hashes as the tables hold them.</summary>
internal static class StoryKey
{
    private const long MillisecondTicks = TimeSpan.TicksPerMillisecond;

    /// <summary>The id's 12 bytes: they order as its text does. Null: it is no id, and nothing is stored under it.</summary>
    public static byte[]? Bytes(StoryId id) => StoryId.TryParse(id.Value, out _) ? Convert.FromHexString(id.Value) : null;

    /// <summary>The bytes of those that are ids.</summary>
    public static byte[][] Bytes(IEnumerable<StoryId> ids) => [.. ids.Select(Bytes).OfType<byte[]>()];

    public static StoryId Id(byte[] bytes) => new(Convert.ToHexStringLower(bytes));

    /// <summary>The hash under which an article's address is kept (<see cref="Story.ArticleKeys"/>), 10 bytes in hex.</summary>
    public static string Address(string articleKey) => ContentHash.Of(10, articleKey);

    /// <summary>Where a story stands: ascending order is newest first.</summary>
    public static long Place(DateTimeOffset orderedAt) => -orderedAt.ToUnixTimeMilliseconds();

    /// <summary>The place of the earliest millisecond that is <paramref name="instant"/> or later.</summary>
    public static long PlaceFrom(DateTimeOffset instant) =>
        Place(instant.UtcTicks % MillisecondTicks == 0 || instant > DateTimeOffset.MaxValue.AddMilliseconds(-1) ? instant : instant.AddMilliseconds(1));

    public static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
