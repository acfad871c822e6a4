using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;

namespace Aggregator.Service.Polling;

/// <summary>Keeps the store's active feeds equal to the enabled ones of feeds.json, at start and after every edit.</summary>
public sealed class CatalogActivation(FeedCatalog catalog, IStoryStore store, TimeProvider clock)
{
    /// <summary>Tells the store what is kept of the feeds, so that no poll passes over an entry that its feed keeps longer than others, and which to hand out. A new feed is due at once; its second poll spreads them (<see cref="PollSchedule"/>).</summary>
    public Task ApplyAsync(CancellationToken cancellationToken)
    {
        store.Keep(catalog.WithKept(store.Kept.Limits));
        var now = clock.GetUtcNow();
        var activations = catalog.Feeds.Values.Where(feed => feed.Enabled).Select(feed => new FeedActivation(feed.Id, feed.Address, now) { PlannedAt = now });
        return store.ActivateFeedsAsync([.. activations], cancellationToken);
    }
}
