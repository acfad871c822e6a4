using System.Globalization;

namespace Aggregator.Service.Api;

/// <summary>Figures in words, for tables that people read.</summary>
internal static class FigureWords
{
    /// <summary>Stands where nothing is known.</summary>
    public const string Unknown = "–";

    /// <summary>A share as percents: "87 %".</summary>
    public static string Percent(double? share) => share is { } part ? string.Create(CultureInfo.InvariantCulture, $"{part * 100:0} %") : Unknown;

    /// <summary>Bytes: "1.2 MB".</summary>
    public static string Bytes(long? bytes) => bytes switch
    {
        null => Unknown,
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000.0:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000.0:0.#} GB"),
    };

    /// <summary>A number a day: "4.2", "0.07".</summary>
    public static string Rate(double? rate) => rate is { } number ? number.ToString(number < 1 ? "0.##" : "0.#", CultureInfo.InvariantCulture) : Unknown;

    /// <summary>How many of how many: "3 of 120".</summary>
    public static string Of(long part, long whole) => whole == 0 ? Unknown : string.Create(CultureInfo.InvariantCulture, $"{part} of {whole}");

    /// <summary>An instant seen from now: "5 min ago", "in 3 h".</summary>
    public static string From(DateTimeOffset now, DateTimeOffset instant)
    {
        var span = (instant - now).Duration();
        var words = span.TotalMinutes switch
        {
            < 1 => null,
            < 90 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
            < 36 * 60 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
        };
        return words is null ? "now" : instant < now ? words + " ago" : "in " + words;
    }
}
