namespace Aggregator.Content.Publishing;

/// <summary>The times that an entry tells.</summary>
public static class EntryTimes
{
    /// <summary>When an entry was last updated, which is never before it was published.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="withNewReports">Whether it counts as updated when another outlet reports it.</param>
    public static DateTimeOffset UpdatedAt(PublishedEntry entry, bool withNewReports)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var changes = withNewReports ? entry.Others.Select(other => other.FirstSeen).Append(entry.Lead.Updated) : [entry.Lead.Updated];
        return changes.Append(entry.Lead.OrderedAt).Max();
    }
}
