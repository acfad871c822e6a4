using System.Globalization;

namespace Aggregator.Model.Text;

/// <summary>
/// Points in time as people and programs write them: an ISO 8601 date ("2026-11-24") or instant ("2026-11-24T08:00:00Z", UTC where no
/// zone is given), "now", "today", "yesterday" (UTC midnights), or a span back from now ("90m", "24h", "7d", "2w").
/// </summary>
public static class TimeExpression
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>One of each kind.</summary>
    public static IReadOnlyList<string> Examples { get; } = ["2026-11-24", "2026-11-24T08:00:00Z", "today", "24h", "7d"];

    /// <summary>The point in time meant, in UTC. Null: not understood.</summary>
    public static DateTimeOffset? Read(string text, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim().ToLowerInvariant();
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return text switch
        {
            "now" => now,
            "today" => today,
            "yesterday" => today.AddDays(-1),
            _ => ReadSpan(text) is { } span && span <= now - DateTimeOffset.UnixEpoch ? now - span : ReadDate(text),
        };
    }

    private static TimeSpan? ReadSpan(string text)
    {
        if (text.Length is < 2 or > 6 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        return text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            'w' => TimeSpan.FromDays(7L * count),
            _ => null,
        };
    }

    private static DateTimeOffset? ReadDate(string text) =>
        DateTimeOffset.TryParseExact(
            text.ToUpperInvariant(),
            Formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var date) ? date : null;
}
