using System.Globalization;
using System.Text.RegularExpressions;

namespace Aggregator.Content.Extraction.Metadata;

/// <summary>Reads dates as people and machines write them: ISO 8601 in all its web variants, RFC 822, and day, month and year in many languages.</summary>
internal static partial class DateText
{
    /// <summary>Month names by their first letters; longer beginnings come first where a shorter one would be wrong.</summary>
    private static readonly (string Start, int Month)[] Months =
    [
        ("jan", 1), ("jän", 1), ("ene", 1), ("gen", 1), ("янв", 1), ("sty", 1), ("led", 1), ("oca", 1), ("tammi", 1), ("ian", 1), ("січ", 1), ("ιαν", 1), ("janv", 1), ("siječ", 1),
        ("feb", 2), ("fév", 2), ("fev", 2), ("фев", 2), ("lut", 2), ("úno", 2), ("şub", 2), ("helmi", 2), ("fév", 2), ("лют", 2), ("φεβ", 2), ("velj", 2),
        ("mär", 3), ("mar", 3), ("mrz", 3), ("maa", 3), ("mrt", 3), ("мар", 3), ("bře", 3), ("mars", 3), ("бер", 3), ("μαρ", 3), ("ožu", 3),
        ("apr", 4), ("avr", 4), ("abr", 4), ("апр", 4), ("kwi", 4), ("dub", 4), ("nis", 4), ("huhti", 4), ("квіт", 4), ("απρ", 4), ("tra", 4), ("ápr", 4),
        ("mai", 5), ("may", 5), ("mag", 5), ("mei", 5), ("maj", 5), ("maio", 5), ("мая", 5), ("май", 5), ("květ", 5), ("touko", 5), ("трав", 5), ("μαΐ", 5), ("μαϊ", 5), ("máj", 5), ("svi", 5),
        ("juni", 6), ("june", 6), ("juin", 6), ("jun", 6), ("giu", 6), ("июн", 6), ("cze", 6), ("červn", 6), ("haz", 6), ("kesä", 6), ("iun", 6), ("черв", 6), ("ιουν", 6), ("jún", 6), ("lip", 0),
        ("juli", 7), ("july", 7), ("juil", 7), ("jul", 7), ("lug", 7), ("июл", 7), ("lipc", 7), ("lipi", 7), ("červenc", 7), ("tem", 7), ("heinä", 7), ("iul", 7), ("лип", 7), ("ιουλ", 7), ("júl", 7), ("srp", 0),
        ("aug", 8), ("aoû", 8), ("aou", 8), ("ago", 8), ("авг", 8), ("sie", 8), ("srpn", 8), ("ağu", 8), ("elo", 8), ("серп", 8), ("αυγ", 8), ("kol", 8),
        ("sep", 9), ("set", 9), ("сен", 9), ("wrz", 9), ("zář", 9), ("eyl", 9), ("syys", 9), ("верес", 9), ("σεπ", 9), ("szept", 9), ("ruj", 9),
        ("okt", 10), ("oct", 10), ("out", 10), ("ott", 10), ("окт", 10), ("paź", 10), ("říj", 10), ("eki", 10), ("loka", 10), ("жовт", 10), ("οκτ", 10),
        ("nov", 11), ("ноя", 11), ("lis", 11), ("kas", 11), ("marras", 11), ("noi", 11), ("листоп", 11), ("νοε", 11), ("stud", 11),
        ("dez", 12), ("dec", 12), ("déc", 12), ("dic", 12), ("дек", 12), ("gru", 12), ("pros", 12), ("ara", 12), ("joulu", 12), ("груд", 12), ("δεκ", 12), ("dek", 12), ("des", 12), ("már", 3), ("agu", 8), ("яну", 1), ("юни", 6), ("юли", 7), ("сеп", 9), ("ное", 11),
        ("يناير", 1), ("فبراير", 2), ("مارس", 3), ("أبريل", 4), ("مايو", 5), ("يونيو", 6), ("يوليو", 7), ("أغسطس", 8), ("سبتمبر", 9), ("أكتوبر", 10), ("نوفمبر", 11), ("ديسمبر", 12),
    ];

    /// <summary>A date in a machine's field. Null: unreadable or impossible.</summary>
    /// <param name="text">The field as it stands.</param>
    /// <param name="dayFirst">03/02 is the third of February.</param>
    public static Stamp? ReadMachine(string? text, bool dayFirst)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 120)
        {
            return null;
        }

        text = text.Trim();
        dayFirst = dayFirst && !HalfDay().IsMatch(text);
        if (Iso().Match(text) is { Success: true } iso)
        {
            return FromIso(iso);
        }

        if (text.Length is 10 or 13 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unix))
        {
            return Sane(DateTimeOffset.FromUnixTimeSeconds(text.Length == 13 ? unix / 1000 : unix), hasZone: true);
        }

        // A year that the text does not say would be this year's: pages are read the same on every day.
        if (FullYear().Match(text) is { Success: true } year && text.Length > 7 && !SlashedStart().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var other) && other.Year == Number(year, 0))
        {
            return Sane(other, hasZone: Zone().IsMatch(text));
        }

        return ReadHuman(text, dayFirst);
    }

    /// <summary>The first date in a line of text. Null: none.</summary>
    public static Stamp? ReadHuman(string? text, bool dayFirst)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (text.Length > 300)
        {
            text = text[..300];
        }

        if (Iso().Match(text) is { Success: true } iso && FromIso(iso) is { } stamped)
        {
            return stamped;
        }

        if (Ideographic().Match(text) is { Success: true } east)
        {
            return Day(Number(east, 1), Number(east, 2), Number(east, 3));
        }

        foreach (Match match in DayMonthYear().Matches(text))
        {
            if (MonthOf(match.Groups[2].Value) is var month and > 0 && Day(Year(match, 3), month, Number(match, 1)) is { } day)
            {
                return day;
            }
        }

        foreach (Match match in MonthDayYear().Matches(text))
        {
            if (MonthOf(match.Groups[1].Value) is var month and > 0 && Day(Year(match, 3), month, Number(match, 2)) is { } day)
            {
                return day;
            }
        }

        foreach (Match match in YearMonthDay().Matches(text))
        {
            if (MonthOf(match.Groups[2].Value) is var month and > 0 && Day(Number(match, 1), month, Number(match, 3)) is { } day)
            {
                return day;
            }
        }

        if (Numeric().Match(text) is { Success: true } numeric)
        {
            int a = Number(numeric, 1), b = Number(numeric, 3);
            var year = Year(numeric, 4);

            // 13/02 can only be read one way; 03/02 with slashes is month first for some, with dots or hyphens day first for all.
            return numeric.Groups[2].Value == "/" && a <= 12 && !dayFirst ? Day(year, a, b) ?? Day(year, b, a) : Day(year, b, a) ?? Day(year, a, b);
        }

        return null;
    }

    /// <summary>The day written in an address ("/2024/03/01/", "/20240301-", "2024-03-01"). Null: none.</summary>
    public static Stamp? ReadAddress(Uri address) =>
        address.IsAbsoluteUri && AddressDay().Match(address.AbsolutePath) is { Success: true } match
            ? Day(Number(match, 1), Number(match, 2), Number(match, 3))
            : null;

    private static Stamp? FromIso(Match match)
    {
        int year = Number(match, 1), month = Number(match, 2), day = Number(match, 3);
        if (Day(year, month, day) is not { } start)
        {
            return null;
        }

        int hour = Number(match, 4), minute = Number(match, 5), second = Number(match, 6);
        if (!match.Groups[4].Success || hour > 23 || minute > 59)
        {
            return start;
        }

        var offset = TimeSpan.Zero;
        if (match.Groups[7].Success)
        {
            offset = new TimeSpan(Number(match, 8), Number(match, 9), 0) * (match.Groups[7].Value is "-" or "−" ? -1 : 1);
            offset = offset.Duration() > TimeSpan.FromHours(14) ? TimeSpan.Zero : offset;
        }

        return new Stamp(new DateTimeOffset(year, month, day, hour, minute, Math.Min(second, 59), offset), HasTime: hour + minute + second > 0 || offset != TimeSpan.Zero, HasZone: match.Groups[7].Success || match.Groups[10].Success);
    }

    private static Stamp? Sane(DateTimeOffset date, bool hasZone) => date.Year is >= 1990 and <= 2100 ? new Stamp(date, date.TimeOfDay != TimeSpan.Zero, hasZone) : null;

    private static Stamp? Day(int year, int month, int day) =>
        year is >= 1990 and <= 2100 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new Stamp(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero), HasTime: false, HasZone: false)
            : null;

    private static int MonthOf(string name)
    {
        var lower = name.ToLowerInvariant();
        var best = 0;
        var length = 0;
        foreach (var (start, month) in Months)
        {
            if (month > 0 && start.Length > length && lower.StartsWith(start, StringComparison.Ordinal))
            {
                (best, length) = (month, start.Length);
            }
        }

        return best;
    }

    private static int Number(Match match, int group) =>
        match.Groups[group].Success && int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static int Year(Match match, int group)
    {
        var year = Number(match, group);
        return match.Groups[group].Length == 2 ? 2000 + year : year;
    }

    [GeneratedRegex(@"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:([+\-−])(\d{2}):?(\d{2})?|(Z))?)?", RegexOptions.CultureInvariant)]
    private static partial Regex Iso();

    [GeneratedRegex(@"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")]
    private static partial Regex Ideographic();

    [GeneratedRegex(@"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.|-)?[\s-]*(?:of\s+|de\s+|d[’'])?([\p{L}]{3,12})\.?,?[\s-]*(?:de\s+|del\s+)?,?\s*[’']?(\d{4})(?!\d)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex DayMonthYear();

    [GeneratedRegex(@"(?<!\p{L})([\p{L}]{3,12})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(\d{4})(?!\d)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex MonthDayYear();

    [GeneratedRegex(@"(?<!\d)(\d{4})\.?\s+(\p{L}{3,12})\.?\s+(\d{1,2})(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex YearMonthDay();

    [GeneratedRegex(@"(?<![\d.])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d.]*\d)")]
    private static partial Regex Numeric();

    [GeneratedRegex(@"(?<![\d+-])(?:19|20)\d{2}(?!\d)")]
    private static partial Regex FullYear();

    /// <summary>Where the day has two halves of twelve hours, in a machine's field, the month comes first as well.</summary>
    [GeneratedRegex(@"\d\s?[AP]M\b")]
    private static partial Regex HalfDay();

    [GeneratedRegex(@"(?:GMT|UTC|Z|[+\-]\d{2}:?\d{2})\s*$")]
    private static partial Regex Zone();

    [GeneratedRegex(@"^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")]
    private static partial Regex SlashedStart();

    [GeneratedRegex(@"(?<!\d)((?:19|20)\d{2})[/_.-]?([01]\d|(?<=/)[1-9](?=/))[/_.-]?([0-3]\d|(?<=/)[1-9](?=/))(?!\d)")]
    private static partial Regex AddressDay();
}
