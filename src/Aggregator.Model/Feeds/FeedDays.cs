namespace Aggregator.Model.Feeds;

/// <summary>
/// What a feed's polls came to on each of the last <see cref="Most"/> days (UTC), packed: some 15 bytes a day, because tens of thousands of feeds are held in
/// memory. What is older falls out, so that the figures tell of the feed as it is, whether it has been polled for a week or for years.
/// </summary>
public sealed class FeedDays
{
    /// <summary>So many days are kept, today among them.</summary>
    public const int Most = 30;

    private const int FieldsOfADay = 10;

    private readonly byte[] _packed;

    private FeedDays(byte[] packed) => _packed = packed;

    /// <summary>Nothing was counted yet.</summary>
    public static FeedDays None { get; } = new([]);

    /// <summary>The same as bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _packed;

    /// <summary>What <see cref="Bytes"/> were. Bytes that are something else are as none.</summary>
    public static FeedDays FromBytes(ReadOnlySpan<byte> bytes) => bytes.IsEmpty || Unpack(bytes) is null ? None : new FeedDays(bytes.ToArray());

    /// <summary>The days with what was counted at <paramref name="now"/>.</summary>
    public FeedDays With(FeedDay counted, DateTimeOffset now)
    {
        var (began, days) = Unpack(_packed) ?? (now.ToUnixTimeSeconds(), []);
        var today = DayOf(now);
        foreach (var day in days.Keys.Where(day => day <= today - Most || day > today).ToList())
        {
            days.Remove(day); // too old, or counted while the clock was wrong
        }

        days[today] = days.GetValueOrDefault(today).Plus(counted);
        return new FeedDays(Pack(Math.Min(began, now.ToUnixTimeSeconds()), days));
    }

    /// <summary>All that is kept, added up, as of <paramref name="now"/>, and since when it was counted. Null: nothing was.</summary>
    public (FeedDay Sum, DateTimeOffset Since)? Sum(DateTimeOffset now)
    {
        if (Unpack(_packed) is not { } kept)
        {
            return null;
        }

        var first = DayOf(now) - Most + 1;
        var sum = kept.Days.Where(day => day.Key >= first).Aggregate(default(FeedDay), (all, day) => all.Plus(day.Value));
        return (sum, DateTimeOffset.FromUnixTimeSeconds(Math.Max(kept.Began, first * (long)TimeSpan.SecondsPerDay)));
    }

    private static int DayOf(DateTimeOffset instant) => (int)Math.Floor(instant.ToUnixTimeSeconds() / (double)TimeSpan.SecondsPerDay);

    /// <summary>When counting began, then each day's number and figures; all as integers of seven bits a byte.</summary>
    private static byte[] Pack(long began, SortedDictionary<int, FeedDay> days)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write7BitEncodedInt64(began);
        foreach (var (number, day) in days)
        {
            writer.Write7BitEncodedInt64(number);
            ReadOnlySpan<long> fields = [day.Polls, day.Failed, day.NotModified, day.SentAgain, day.Documents, day.Repaired, day.Bytes, day.Items, day.PagesRead, day.PagesMissed];
            foreach (var field in fields)
            {
                writer.Write7BitEncodedInt64(field);
            }
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static (long Began, SortedDictionary<int, FeedDay> Days)? Unpack(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        using var stream = new MemoryStream(bytes.ToArray());
        using var reader = new BinaryReader(stream);
        try
        {
            var began = reader.Read7BitEncodedInt64();
            var days = new SortedDictionary<int, FeedDay>();
            Span<long> fields = stackalloc long[FieldsOfADay];
            while (stream.Position < stream.Length)
            {
                var number = checked((int)reader.Read7BitEncodedInt64());
                for (var i = 0; i < fields.Length; i++)
                {
                    fields[i] = reader.Read7BitEncodedInt64();
                }

                days[number] = new FeedDay
                {
                    Polls = fields[0],
                    Failed = fields[1],
                    NotModified = fields[2],
                    SentAgain = fields[3],
                    Documents = fields[4],
                    Repaired = fields[5],
                    Bytes = fields[6],
                    Items = fields[7],
                    PagesRead = fields[8],
                    PagesMissed = fields[9],
                };
            }

            return (began, days);
        }
        catch (Exception fault) when (fault is EndOfStreamException or FormatException or OverflowException)
        {
            return null;
        }
    }
}
