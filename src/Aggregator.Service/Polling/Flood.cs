using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Polling;

/// <summary>
/// The new entries of a document that are more than a feed brings in an honest poll: its site was moved and gave all it ever published new ids, or somebody wants to push everybody
/// else out of the merged feeds. They are stored, and held back from those. The newest by their own word pass.
/// </summary>
public sealed class Flood
{
    private readonly HashSet<FeedEntry> _entries;

    private Flood(IEnumerable<FeedEntry> entries, string words)
    {
        _entries = new HashSet<FeedEntry>(entries, ReferenceEqualityComparer.Instance);
        Words = words;
    }

    /// <summary>No entry is held back.</summary>
    public static Flood None { get; } = new([], "");

    /// <summary>How many entries are held back.</summary>
    public int Count => _entries.Count;

    /// <summary>What happened, for the operator.</summary>
    public string Words { get; }

    /// <summary>
    /// How many new entries a poll may bring: what piled up while nobody read the feed is no flood. Null: any number, for it was never read before.
    /// </summary>
    public static int? MostOfAPoll(DateTimeOffset? lastRead, PollingOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(options);
        return lastRead is { } before ? (int)(options.MostNewOfAPoll * Math.Clamp((now - before).TotalHours, 1, 1000)) : null;
    }

    /// <summary>What is too much of a document's entries. Those that are not new are no part of it.</summary>
    public static Flood Of(IReadOnlyList<FeedEntry> entries, Func<FeedEntry, bool> isNew, int? most, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (most is not { } pass || entries.Count <= pass)
        {
            return None;
        }

        List<FeedEntry> added = [.. entries.Where(isNew)];
        List<FeedEntry> beyond = [.. added.OrderByDescending(entry => Min(entry.Published ?? entry.Updated ?? now, now)).Skip(pass)];
        return beyond.Count == 0 ? None : new Flood(beyond, string.Create(CultureInfo.InvariantCulture,
            $"{added.Count} new entries at once: {added.Count - beyond.Count} come into merged feeds, {beyond.Count} are stored only and found with is:muted (Polling:MostNewOfAPoll)"));
    }

    /// <summary>What is done to the story of an entry on that account.</summary>
    public IReadOnlyList<RuleEffect> EffectsOn(FeedEntry entry) => _entries.Contains(entry) ? [new RuleEffect("too many new entries at once", RuleAction.HoldBack)] : [];

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
