using Aggregator.Service.Hosting;

namespace Aggregator.Service.Web;

/// <summary>
/// Which archive documents of a feed there are (RFC 5005 section 4): those of the times before what a feed shows, as long as they can be without holding more than a
/// document does. They are for readers that were away; one that wants everything goes by pages.
/// </summary>
public sealed class FeedArchives(MergedFeedBuilder builder)
{
    /// <summary>
    /// The archive that follows the entries of a feed that has more than it shows. Found from the entries alone, so that the feed does not change with the clock. Where
    /// they lie close together it is one that is not over yet.
    /// </summary>
    public static ArchivePeriod? After(CollectedEntries shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        if (shown.BackTo is not { } oldest)
        {
            return shown.Next is { } place ? ArchivePeriod.Around(place.OrderedAt).Last() : null;
        }

        // An entry may link a later report that the feed is not about: what counts is that something came after.
        var newest = shown.Entries[0].Others.Prepend(shown.Entries[0].Lead).Max(story => story.OrderedAt);
        var perHour = shown.Entries.Count / Math.Max((newest - oldest).TotalHours, 1.0 / 3600);

        // Twice as much may have come then as lately.
        return ArchivePeriod.Around(oldest).FirstOrDefault(period => period.End <= newest && period.Length.TotalHours * perHour * 2 <= HostingOptions.MostFeedEntries) ?? ArchivePeriod.Around(oldest).Last();
    }

    /// <summary>The archive before another one. Null: there is nothing before it.</summary>
    public async Task<ArchivePeriod?> BeforeAsync(MergedFeedScope scope, ArchivePeriod archive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var last = await builder.CollectAsync(scope, Stories(1) with { Until = archive.Start }, cancellationToken);

        // Much may have been looked at in vain: the search, and the archives, go on from there.
        if ((last.BackTo ?? last.Next?.OrderedAt) is not { } newest)
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

        return candidates.LastOrDefault() ?? ArchivePeriod.Around(newest).Last();
    }

    /// <summary>Whether stories have come from after the time of an archive, so that it is not to change any more.</summary>
    public async Task<bool> IsOverAsync(MergedFeedScope scope, ArchivePeriod archive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archive);
        return (await builder.CollectAsync(scope, Stories(1) with { Since = archive.End }, cancellationToken)).BackTo is not null;
    }

    private static EntrySpan Stories(int limit) => new(limit, Clustered: false, WithBody: false);
}
