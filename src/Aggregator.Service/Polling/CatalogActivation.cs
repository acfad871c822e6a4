using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;

namespace Aggregator.Service.Polling;

/// <summary>Keeps the store's active feeds equal to the enabled ones of feeds.json, at start and after every edit.</summary>
public sealed class CatalogActivation(FeedCatalog catalog, IStoryStore store, TimeProvider clock)
{
    /// <summary>
    /// The longest a new feed waits for its first poll. New feeds are spread over it, so that a long list does not begin with a
    /// thundering herd, and stay spread in every interval after.
    /// </summary>
    private static readonly TimeSpan FirstPollsWithin = TimeSpan.FromSeconds(10);

    /// <summary>Tells the store which feeds to hand out.</summary>
    public Task ApplyAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var enabled = catalog.Feeds.Values.Where(feed => feed.Enabled).ToList();
        var step = enabled.Count <= 1 ? TimeSpan.Zero : FirstPollsWithin / enabled.Count;
        var activations = enabled.Select((feed, index) => new FeedActivation(feed.Id, feed.Address, now + (step * index)));
        return store.ActivateFeedsAsync([.. activations], cancellationToken);
    }
}
