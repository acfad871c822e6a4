using System.Globalization;

namespace Aggregator.Service.Polling;

/// <summary>
/// When a page that was out of reach is asked for again: hours later, with the next new document of its feed, and three times at most.
/// What is to be remembered for that lies in the story's fingerprint: "fingerprint", or "fingerprint~tries~minute of the last try" while
/// the page is still wanted. Pure.
/// </summary>
internal static class PageRetries
{
    private const int MostTries = 3;
    private const char Mark = '~';

    private static readonly TimeSpan Pause = TimeSpan.FromHours(2);

    /// <summary>Whether an entry with this fingerprint is to be read: it is new, it was edited, or its page is wanted again.</summary>
    /// <param name="fingerprint">The entry's fingerprint.</param>
    /// <param name="stored">What the entry's story was stored with. Null: there is no story yet.</param>
    /// <param name="now">The instant.</param>
    public static bool IsToBeRead(string fingerprint, string? stored, DateTimeOffset now) =>
        stored is null || (stored != fingerprint && (TriesOf(fingerprint, stored) is not { } tries || now - tries.Last >= Pause));

    /// <summary>Whether the entry differs from the one a story was made of.</summary>
    public static bool IsEdited(string fingerprint, string stored) => stored.Split(Mark)[0] != fingerprint;

    /// <summary>What to store a story with.</summary>
    /// <param name="fingerprint">The entry's fingerprint.</param>
    /// <param name="stored">What the entry's story was stored with before. Null: there was none.</param>
    /// <param name="wanted">The page is still wanted: it was out of reach for the moment.</param>
    /// <param name="now">The instant.</param>
    public static string Remember(string fingerprint, string? stored, bool wanted, DateTimeOffset now)
    {
        var tries = 1 + (stored is null ? 0 : TriesOf(fingerprint, stored)?.Count ?? 0);
        return wanted && tries <= MostTries
            ? string.Create(CultureInfo.InvariantCulture, $"{fingerprint}{Mark}{tries}{Mark}{now.ToUnixTimeSeconds() / 60}")
            : fingerprint;
    }

    /// <summary>The tries that failed for this very version of the entry. Null: none is open.</summary>
    private static (int Count, DateTimeOffset Last)? TriesOf(string fingerprint, string stored) =>
        stored.Split(Mark) is [var of, var count, var minute] && of == fingerprint
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var tries)
            && long.TryParse(minute, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            ? (tries, DateTimeOffset.UnixEpoch.AddMinutes(minutes))
            : null;
}
