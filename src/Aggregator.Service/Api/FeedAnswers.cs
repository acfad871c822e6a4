using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;

namespace Aggregator.Service.Api;

/// <summary>The feeds of feeds.json with what the store knows of them, for the API and the page.</summary>
internal static class FeedAnswers
{
    /// <summary>All of them, in the order of feeds.json.</summary>
    public static async Task<IReadOnlyList<FeedAnswer>> ListAsync(FeedCatalog catalog, IStoryStore store, bool toOperator, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var states = (await store.ListFeedStatesAsync(cancellationToken)).ToDictionary(state => state.Id);
        var subscriptions = (await store.ListSubscriptionsAsync(cancellationToken))
            .Where(subscription => subscription.State != HubState.Ending).ToDictionary(subscription => subscription.Feed);
        return [.. catalog.Feeds.Values.Select(feed => FeedAnswer.Of(feed, states.GetValueOrDefault(feed.Id), subscriptions.GetValueOrDefault(feed.Id), toOperator, now))];
    }

    /// <summary>One of them.</summary>
    public static async Task<FeedAnswer> FindAsync(FeedSource feed, IStoryStore store, bool toOperator, DateTimeOffset now, CancellationToken cancellationToken) => FeedAnswer.Of(
        feed, await store.FindFeedStateAsync(feed.Id, cancellationToken), await store.FindSubscriptionAsync(feed.Id, cancellationToken), toOperator, now);
}
