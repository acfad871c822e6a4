using System.Globalization;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>
/// A story's place in time as one number, by which the text index is ordered: the milliseconds since 1970, then the first 21 bits of the
/// story's id, turned round, because of stories of one instant the smaller id comes first. The newest have the greatest numbers. Two stories may
/// share a slot; of a thousand of one instant, a pair does in one case of four.
/// </summary>
internal static class Slot
{
    private const int IdBits = 21;
    private const long IdMask = (1L << IdBits) - 1;

    /// <summary>Milliseconds beyond this, in the year 2109, would not fit.</summary>
    private const long LastMillisecond = (1L << (63 - IdBits)) - 1;

    /// <summary>The slot of a story.</summary>
    public static long Of(DateTimeOffset orderedAt, StoryId id) => Of(orderedAt.ToUnixTimeMilliseconds(), id.Value);

    /// <summary>The slot of a place among <see cref="Postings"/>, which may be cut off anywhere after the time.</summary>
    public static long Of(string place)
    {
        if (place.Length < 16 || !long.TryParse(place.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var inverted))
        {
            // Before the first place, or after the last.
            return place.Length == 0 ? long.MaxValue : 0;
        }

        var (milliseconds, rest) = Math.DivRem(DateTime.MaxValue.Ticks - inverted - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMillisecond);

        // Between two milliseconds: all stories of the first come after it.
        return rest > 0 ? From(milliseconds + 1) : Of(milliseconds, place.Length > 17 ? place[17..] : "");
    }

    /// <summary>The first slot of an instant or after it.</summary>
    public static long From(DateTimeOffset instant) => From((long)Math.Ceiling((instant - DateTimeOffset.UnixEpoch).TotalMilliseconds));

    /// <summary>The instant of a slot.</summary>
    public static DateTimeOffset Instant(long slot) => DateTimeOffset.FromUnixTimeMilliseconds(slot >> IdBits);

    private static long From(long milliseconds) => Math.Clamp(milliseconds, 0, LastMillisecond) << IdBits;

    private static long Of(long milliseconds, string id)
    {
        // The end of all ids of an instant, "~", has the least number; what is cut off before its id, the greatest.
        var bits = id.Length >= 6 && uint.TryParse(id.AsSpan(0, 6), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var first)
            ? first >> 3
            : id.Length > 0 ? IdMask : 0;
        return From(milliseconds) | (IdMask - bits);
    }
}
