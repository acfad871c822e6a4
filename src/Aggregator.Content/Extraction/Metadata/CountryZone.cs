namespace Aggregator.Content.Extraction.Metadata;

/// <summary>
/// The offset from UTC in the country of a host's top-level domain, for countries that have one: enough to tell on which day its readers
/// saw an instant. Summer time is that of the European Union or none; other rules differ by an hour at most.
/// </summary>
internal static class CountryZone
{
    private static readonly Dictionary<string, (double Hours, bool Summer)> Offsets = Build(
        ("gb uk ie pt is", 0, true), ("de at ch li fr it es nl be lu pl cz sk hu si hr ba rs me mk al dk no se mt", 1, true), ("fi ee lv lt ro bg gr cy ua md", 2, true),
        ("za eg ly zw", 2, false), ("ma ng dz tn cm", 1, false), ("by tr ru sa iq ke qa kw", 3, false), ("ir", 3.5, false), ("ae am az ge om", 4, false), ("pk uz", 5, false), ("in lk", 5.5, false),
        ("np", 5.75, false), ("bd", 6, false), ("th vn", 7, false), ("cn hk tw sg my ph", 8, false), ("jp kr", 9, false), ("nz", 12, false),
        ("ar uy br", -3, false), ("bo ve cl py do pr", -4, false), ("co pe ec pa cu jm", -5, false), ("mx cr gt sv hn ni", -6, false));

    /// <summary>The offset at an instant. Null: the address does not tell the country, or the country has several.</summary>
    public static TimeSpan? Of(Uri address, DateTimeOffset instant)
    {
        if (!address.IsAbsoluteUri || !Offsets.TryGetValue(address.Host[(address.Host.LastIndexOf('.') + 1)..], out var zone))
        {
            return null;
        }

        return TimeSpan.FromHours(zone.Hours + (zone.Summer && IsSummer(instant.UtcDateTime) ? 1 : 0));
    }

    /// <summary>From the last Sunday of March to the last of October, at one o'clock UTC (Directive 2000/84/EC).</summary>
    private static bool IsSummer(DateTime utc) => utc >= LastSunday(utc.Year, 3) && utc < LastSunday(utc.Year, 10);

    private static DateTime LastSunday(int year, int month)
    {
        var last = new DateTime(year, month, 31, 1, 0, 0, DateTimeKind.Utc);
        return last.AddDays(-(int)last.DayOfWeek);
    }

    private static Dictionary<string, (double Hours, bool Summer)> Build(params ReadOnlySpan<(string Countries, double Hours, bool Summer)> zones)
    {
        var offsets = new Dictionary<string, (double Hours, bool Summer)>(StringComparer.OrdinalIgnoreCase);
        foreach (var (countries, hours, summer) in zones)
        {
            foreach (var country in countries.Split(' '))
            {
                offsets.Add(country, (hours, summer));
            }
        }

        return offsets;
    }
}
