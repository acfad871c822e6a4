using System.Globalization;
using Aggregator.Service.Api;

namespace Aggregator.Service.Cli;

/// <summary>Stories over time as lines of text, a bar each: days, or weeks or months where there would be too many lines.</summary>
internal static class Histogram
{
    /// <summary>Days shown where a question names no time.</summary>
    private const int DefaultDays = 30;

    /// <summary>A terminal's height, twice.</summary>
    private const int MostLines = 100;

    private const int NarrowestBar = 10;

    /// <summary>The lines, the oldest first, none longer than <paramref name="width"/> unless that is less than a bar takes.</summary>
    public static IEnumerable<string> Lines(FacetsAnswer facets, DateTimeOffset now, int width)
    {
        ArgumentNullException.ThrowIfNull(facets);
        var (first, last) = Span(facets, now);
        var (name, start) = last.DayNumber - first.DayNumber < MostLines ? ("", (Func<DateOnly, DateOnly>)(day => day))
            : (last.DayNumber - first.DayNumber) / 7 < MostLines ? ("week of ", day => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)))
            : ("month of ", day => new DateOnly(day.Year, day.Month, 1));
        var counts = facets.Days.Where(day => day.Day >= first && day.Day <= last).GroupBy(day => start(day.Day)).ToDictionary(days => days.Key, days => days.Sum(day => day.Count));
        var most = counts.Values.DefaultIfEmpty(0).Max();
        var digits = most.ToString("N0", CultureInfo.InvariantCulture).Length;
        var room = Math.Max(NarrowestBar, width - name.Length - digits - "2026-11-24    ".Length);
        return Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(day => start(first.AddDays(day))).Distinct().Select(Line);

        string Line(DateOnly day)
        {
            var count = counts.GetValueOrDefault(day);
            var bar = count == 0 ? 0 : Math.Max(1, (int)(count * room / most));
            return $"{name}{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}  {count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(digits)}  {new string('█', bar)}".TrimEnd();
        }
    }

    /// <summary>The days that a question names; where it names no beginning, the last thirty, or back to where stories were counted.</summary>
    private static (DateOnly First, DateOnly Last) Span(FacetsAnswer facets, DateTimeOffset now)
    {
        // What is older than an instant does not reach its day where that is midnight.
        var last = Day(facets.Until is { } until && until < now ? until.AddTicks(-1) : now);
        var first = Day(facets.Since ?? new DateTimeOffset(last, TimeOnly.MinValue, TimeSpan.Zero).AddDays(1 - DefaultDays));
        var counted = facets.LookedBackTo is { } place && Day(place) > first ? Day(place) : first;
        return (counted > last ? last : counted, last);
    }

    private static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);
}
