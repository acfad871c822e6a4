namespace Aggregator.Simulation;

/// <summary>How long after its publication an article was in the store, for those published while the simulation ran.</summary>
/// <param name="Published">Articles published.</param>
/// <param name="Found">Those of them that were stored by the end.</param>
/// <param name="Median">Half of the found ones were stored within this time.</param>
/// <param name="Percentile95">95 of 100 were.</param>
/// <param name="Longest">All were.</param>
internal sealed record Lateness(int Published, int Found, TimeSpan Median, TimeSpan Percentile95, TimeSpan Longest)
{
    public static Lateness Of(
        IReadOnlyDictionary<string, DateTimeOffset> published, IReadOnlyDictionary<string, DateTimeOffset> seen, DateTimeOffset start, DateTimeOffset end)
    {
        var during = published.Where(article => article.Value > start && article.Value <= end).ToList();
        List<TimeSpan> delays = [.. during.Where(article => seen.ContainsKey(article.Key)).Select(article => seen[article.Key] - article.Value).Order()];
        return delays.Count == 0
            ? new Lateness(during.Count, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)
            : new Lateness(during.Count, delays.Count, delays[delays.Count / 2], delays[delays.Count * 95 / 100], delays[^1]);
    }
}
