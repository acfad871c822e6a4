using Aggregator.Content.Publishing;

namespace Aggregator.Service.Web;

/// <summary>How long a reader of a feed may well wait before it asks again.</summary>
public static class FeedRhythm
{
    /// <summary>News that are looked back on.</summary>
    private const int Looked = 10;

    /// <summary>What is said of a feed that tells nothing of its rhythm.</summary>
    private const int Usual = 10;

    /// <summary>The minutes that can be said. A feed that is slow today may be fast tomorrow, so nobody is told to wait longer than the last.</summary>
    private static readonly int[] Minutes = [1, 2, 5, 10, 15, 30];

    /// <summary>As long as it takes on average until something new is there, going by the last few; told from the entries alone.</summary>
    public static TimeSpan Of(IReadOnlyList<PublishedEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var times = entries.Take(Looked).Select(entry => entry.Lead.OrderedAt).Order().ToList();
        var apart = times.Count < 2 ? Usual : (times[^1] - times[0]).TotalMinutes / (times.Count - 1);
        return TimeSpan.FromMinutes(Minutes.LastOrDefault(minutes => minutes <= apart, Minutes[0]));
    }
}
