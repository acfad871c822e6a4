using System.Globalization;

namespace Aggregator.Service.Fetching;

/// <summary>Reads Retry-After (RFC 9110 section 10.2.3) and the lifetime of an answer (RFC 9111 section 4.2).</summary>
internal static class AnswerTimes
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestFreshness = TimeSpan.FromHours(24);

    /// <summary>How long to stay away: seconds or a date, at most a week. Null: not stated, or not readable.</summary>
    public static TimeSpan? RetryAfter(WebAnswer answer, DateTimeOffset now)
    {
        var value = answer.Raw("Retry-After")?.Trim();
        TimeSpan? wait = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, (long)LongestWait.TotalSeconds))
            : ReadDate(value) is { } date ? date - (ReadDate(answer.Raw("Date")) ?? now) : null;
        return wait is { } stated ? TimeSpan.FromTicks(Math.Clamp(stated.Ticks, 0, LongestWait.Ticks)) : null;
    }

    /// <summary>How long the answer stays fresh, at most a day. Null: nothing stated, or no wish.</summary>
    public static TimeSpan? Freshness(WebAnswer answer)
    {
        var control = (answer.Raw("Cache-Control") ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (Array.Exists(control, directive => directive.Equals("no-store", StringComparison.OrdinalIgnoreCase) || directive.Equals("no-cache", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        TimeSpan? lifetime = MaxAge(control) is { } maxAge
            ? maxAge - (long.TryParse(answer.Raw("Age"), NumberStyles.None, CultureInfo.InvariantCulture, out var age) ? TimeSpan.FromSeconds(Math.Min(age, int.MaxValue)) : TimeSpan.Zero)
            : ReadDate(answer.Raw("Expires")) is { } expires && ReadDate(answer.Raw("Date")) is { } date ? expires - date : null;
        return lifetime is { } stated && stated > TimeSpan.Zero ? stated < LongestFreshness ? stated : LongestFreshness : null;
    }

    /// <summary>The first max-age (RFC 9111 section 5.2.2.1), quoted or not; larger than a day is no matter how much larger.</summary>
    private static TimeSpan? MaxAge(string[] control)
    {
        const string Name = "max-age=";
        var directive = Array.Find(control, directive => directive.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        var digits = directive?[Name.Length..].Trim('"');
        return string.IsNullOrEmpty(digits) || !digits.All(char.IsAsciiDigit)
            ? null
            : TimeSpan.FromSeconds(int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : int.MaxValue);
    }

    /// <summary>
    /// A date with its time, in the three forms of RFC 9110 section 5.6.7 and what comes near them. "1.5" is none, though the runtime would
    /// read a fifth of January in it.
    /// </summary>
    private static DateTimeOffset? ReadDate(string? text) =>
        DateTimeOffset.TryParseExact(text, "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var date)
        || (text?.Contains(':', StringComparison.Ordinal) == true && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date))
            ? date
            : null;
}
