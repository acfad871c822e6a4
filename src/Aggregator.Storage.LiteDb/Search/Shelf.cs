using System.Globalization;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>
/// How stories are numbered in the index of texts: by shelves of six hours of their place in time, and on a shelf in the order in which they came.
/// So numbers are dense, which is what an index of words takes its space by (a number that is the exact time takes five times as much), and
/// the newest are found by going through the shelves backwards, each to be put into order when it is read.
/// </summary>
internal static class Shelf
{
    /// <summary>A million stories fit on a shelf.</summary>
    private const int NumberBits = 20;

    private static readonly long Milliseconds = (long)TimeSpan.FromHours(6).TotalMilliseconds;

    /// <summary>The shelf of an instant, in milliseconds since 1970.</summary>
    public static long Of(long instant) => Math.Max(0, instant) / Milliseconds;

    /// <summary>The shelf of a number.</summary>
    public static long OfNumber(long number) => number >> NumberBits;

    /// <summary>The smallest number of a shelf.</summary>
    public static long First(long shelf) => shelf << NumberBits;

    /// <summary>The greatest number of a shelf.</summary>
    public static long Last(long shelf) => First(shelf + 1) - 1;

    /// <summary>The shelf of a place among <see cref="Postings"/>; of what comes after every place, shelf 0.</summary>
    public static long OfPlace(string place)
    {
        if (place.Length < 16 || !long.TryParse(place.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var inverted))
        {
            return place.Length == 0 ? long.MaxValue >> NumberBits : 0;
        }

        return Of((DateTime.MaxValue.Ticks - inverted - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
    }
}
