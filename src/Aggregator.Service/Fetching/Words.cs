using System.Globalization;

namespace Aggregator.Service.Fetching;

/// <summary>Times in words for people.</summary>
internal static class Words
{
    /// <summary>An address as logs and errors show it: cut at "?", because a query may hold a secret.</summary>
    public static string Place(Uri address) => address.GetLeftPart(UriPartial.Path);

    /// <summary>The same for a text that may be an address.</summary>
    public static string Place(string text) => text.Contains("://", StringComparison.Ordinal) ? text.Split('?')[0] : text;

    /// <summary>"45 s", "20 min", "3 h", "2 days".</summary>
    public static string Of(TimeSpan span) => span.TotalSeconds switch
    {
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
        < 90 * 60 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        < 36 * 3600 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} days"),
    };
}
