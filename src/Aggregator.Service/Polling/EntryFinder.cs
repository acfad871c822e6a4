using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Rules;

namespace Aggregator.Service.Polling;

/// <summary>Finds the entries of a feed's document that are to be read: step 3 of a poll.</summary>
public sealed class EntryFinder(IStoryStore store, RulesInForce rules, TimeProvider clock)
{
    /// <summary>
    /// Finds those that are not stored, were edited since, or whose page is worth another try. Of an entry that the document holds twice one counts; one that comes back under
    /// another id is still the same story. One that a rule dropped is known too, and counts as edited once that rule is no longer in force; so is one whose story
    /// was dropped, or is too old to be kept. The rest cost two look-ups together.
    /// </summary>
    /// <param name="source">The feed.</param>
    /// <param name="feed">Its document.</param>
    /// <param name="memory">What is remembered of its entries.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<FoundEntries> FindAsync(FeedSource source, ParsedFeed feed, EntryMemory memory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(memory);
        feed = feed with { Entries = memory.Recognise([.. feed.Entries.Where(entry => !entry.IsCopy && !entry.IsEmpty)], source.Id) };
        var ids = feed.Entries.Select(entry => entry.StoryIn(source.Id)).ToList();
        var known = new Dictionary<StoryId, string>(await store.FindFingerprintsAsync(ids, cancellationToken));
        var dropped = await store.FindDroppedAsync([.. ids.Where(id => !known.ContainsKey(id))], cancellationToken);
        foreach (var (id, entry) in dropped)
        {
            known[id] = rules.Rules.StillDrops(entry) ? entry.Fingerprint : "";
        }

        var now = clock.GetUtcNow();
        if (dropped.Values.Where(entry => entry.IsWorthRenewing(now)).Select(entry => entry with { SeenAt = now }).ToList() is { Count: > 0 } seenAgain)
        {
            await store.SaveAsync(new StoryBatch([], null) { Dropped = seenAgain }, cancellationToken);
        }

        if (known.Count < ids.Count && store.Kept.Limits.IsAny)
        {
            // What the feed's last document held was stored then, or was too old for that; a date tells where there was none.
            var had = memory.Stories();
            var since = (await store.CountAsync(cancellationToken)).KeptSince;
            foreach (var (entry, id) in feed.Entries.Zip(ids).Where(one => had.Contains(one.Second) || (one.First.Published ?? one.First.Updated) <= since))
            {
                known.TryAdd(id, entry.Fingerprint);
            }
        }

        return new FoundEntries(source, feed, known, [.. feed.Entries.Where((entry, index) => PageRetries.IsToBeRead(entry.Fingerprint, known.GetValueOrDefault(ids[index]), now))]);
    }
}

/// <summary>What was found in a feed's document.</summary>
/// <param name="Source">The feed.</param>
/// <param name="Feed">The document, with its entries as they are known.</param>
/// <param name="Known">The stories of entries that are known, by the fingerprint they are stored with.</param>
/// <param name="ToRead">The entries to be read.</param>
public sealed record FoundEntries(FeedSource Source, ParsedFeed Feed, IReadOnlyDictionary<StoryId, string> Known, IReadOnlyList<FeedEntry> ToRead)
{
    /// <summary>Those that are too many at once.</summary>
    public Flood Flood { get; init; } = Flood.None;

    /// <summary>Whether the document is the first of its feed.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Whether an entry is not known.</summary>
    public bool IsNew(FeedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return !Known.ContainsKey(entry.StoryIn(Source.Id));
    }
}
