using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling.Rhythm;

/// <summary>Keeps the instants at which a feed brought something new: what publishers state, as far as it agrees with what was seen. Pure.</summary>
public static class PublicationWatch
{
    /// <summary>Entries that come together are one publication: a page of imported posts says nothing of a rhythm.</summary>
    private const int TogetherSeconds = 5 * 60;

    /// <summary>A history of so many entries that all bear the same time of day bears dates, not times.</summary>
    private const int DateOnlyAtLeast = 4;

    private const int Day = 24 * 3600;

    /// <summary>The times after a poll at <paramref name="now"/>.</summary>
    /// <param name="before">What was known.</param>
    /// <param name="published">What each entry that was not known yet states as its date; null where it states none.</param>
    /// <param name="lastLook">The last poll that succeeded: a new entry came after it, whatever it states. Null: this was the first.</param>
    /// <param name="now">The instant of the poll; nothing was published later, whatever it states.</param>
    public static PublicationTimes After(PublicationTimes before, IReadOnlyList<DateTimeOffset?> published, DateTimeOffset? lastLook, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(published);
        if (published.Count == 0)
        {
            return before;
        }

        var found = lastLook is { } look && look < now ? Witnessed(published, look, now) : History(published, now);
        var times = Together(before.Seconds, found);
        return times.Length == before.Seconds.Length && times.AsSpan().SequenceEqual(before.Seconds)
            ? before
            : PeriodFinder.Learn(new PublicationTimes(times));
    }

    /// <summary>An entry that was not there at the last look came since, in the middle where it states no time between.</summary>
    private static IEnumerable<uint> Witnessed(IReadOnlyList<DateTimeOffset?> published, DateTimeOffset lastLook, DateTimeOffset now)
    {
        var middle = lastLook + ((now - lastLook) / 2);
        return published.Select(stated => Seconds(stated > lastLook && stated <= now ? stated.Value : middle));
    }

    /// <summary>The first document tells a past that nobody watched. Dates without a time of day are spread over their day.</summary>
    private static IEnumerable<uint> History(IReadOnlyList<DateTimeOffset?> published, DateTimeOffset now)
    {
        var past = published.OfType<DateTimeOffset>().Where(at => at <= now && at > DateTimeOffset.UnixEpoch).Select(Seconds).ToList();
        return past.Count >= DateOnlyAtLeast && past.TrueForAll(at => at % Day == past[0] % Day)
            ? past.Select((at, index) => (uint)Math.Min(at + (long)(index * 0.618 % 1 * Day), now.ToUnixTimeSeconds()))
            : past;
    }

    private static uint[] Together(ReadOnlySpan<uint> known, IEnumerable<uint> found)
    {
        var all = new List<uint>(known.Length + 16);
        all.AddRange(known);
        all.AddRange(found);
        all.Sort();
        var kept = new List<uint>(all.Count);
        foreach (var at in all)
        {
            if (kept.Count == 0 || at - kept[^1] >= TogetherSeconds)
            {
                kept.Add(at);
            }
        }

        return [.. kept.Skip(Math.Max(0, kept.Count - PublicationTimes.Most))];
    }

    private static uint Seconds(DateTimeOffset at) => (uint)Math.Clamp(at.ToUnixTimeSeconds(), 0, uint.MaxValue);
}
