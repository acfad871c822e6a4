using Aggregator.Service.Hosting;

namespace Aggregator.Service.Web;

/// <summary>
/// Which archive documents of a feed there are (RFC 5005 section 4): those of the times before what a feed shows, as long as they can be without holding more than a
/// document does. They are for readers that were away; one that wants everything goes by pages.
/// </summary>
public sealed class FeedArchives(MergedFeedBuilder builder)
{
    /// <summary>The archive that follows the entries of a feed that has more than it shows. Found from the entries alone, so that the feed does not change with the clock.</summary>
    /// <returns>Null: news come faster than archives could hold them.</returns>
    public static ArchivePeriod? After(CollectedEntries shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        if (shown.BackTo is not { } oldest)
        {
            return null;
        }

        // The newest report of an entry may be one that is not shown, so this is no later than where the first entry stands.
        var newest = shown.Entries[0].Others.Prepend(shown.Entries[0].Lead).Max(story => story.OrderedAt);
        var perHour = shown.Entries.Count / Math.Max((newest - oldest).TotalHours, 1.0 / 3600);

        // Twice as much may have come then as lately.
        return ArchivePeriod.Around(oldest).FirstOrDefault(period => period.End <= newest && period.Length.TotalHours * perHour * 2 <= HostingOptions.MostFeedEntries);
    }

    /// <summary>The archive before another one. Null: there is nothing before it.</summary>
    public async Task<ArchivePeriod?> BeforeAsync(MergedFeedScope scope, ArchivePeriod archive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var last = await builder.CollectAsync(scope, Stories(1) with { Until = archive.Start }, cancellationToken);
        if (last.BackTo is not { } newest)
        {
            return null;
        }

        var candidates = ArchivePeriod.Around(newest).Where(period => period.End <= archive.Start).ToList();
        foreach (var period in candidates)
        {
            var held = await builder.CollectAsync(scope, Stories(HostingOptions.MostFeedEntries) with { Since = period.Start, Until = period.End }, cancellationToken);
            if (held.Next is null)
            {
                return period;
            }
        }

        return candidates[^1];
    }

    private static EntrySpan Stories(int limit) => new(limit, Clustered: false, WithBody: false);
}
