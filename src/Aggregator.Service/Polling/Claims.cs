using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;

namespace Aggregator.Service.Polling;

/// <summary>What else becomes of a claim than the state that a poll leaves.</summary>
internal static class Claims
{
    /// <summary>Ends the claim on a feed and leaves its state as the store has it. Nothing, where the store knows the feed no more.</summary>
    /// <exception cref="StoreException">The store cannot do its work.</exception>
    public static async Task GiveBackAsync(this IStoryStore store, FeedId feed, CancellationToken cancellationToken)
    {
        if (await store.FindFeedStateAsync(feed, cancellationToken) is { } state)
        {
            await store.SaveAsync(new StoryBatch([], state), cancellationToken);
        }
    }
}
