using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Polling;

namespace Aggregator.Service.Retention;

/// <summary>Drops what a feed left behind that is polled no more.</summary>
public sealed class FeedPurge(IStoryStore store, StoreChanges changes)
{
    /// <summary>
    /// Drops the stories that only this feed carries and nobody pinned, and forgets the feed. Nothing is remembered of either: a feed that is listed again begins anew.
    /// </summary>
    /// <returns>What was done. Null: there is nothing of such a feed.</returns>
    /// <exception cref="StoreException">The store cannot do its work; what was dropped so far is gone.</exception>
    public async Task<PurgedFeed?> ApplyAsync(FeedId feed, CancellationToken cancellationToken)
    {
        int dropped = 0, kept = 0;
        var query = new StoryQuery { Feeds = [feed], Limit = StoryQuery.MaxLimit, Muted = MutedStories.Included };
        StoryPage page;
        do
        {
            page = await store.QueryAsync(query, cancellationToken);
            var own = page.Stories.Where(story => !story.IsPinned && story.Feeds.All(carrier => carrier == feed)).Select(story => story.Id).ToList();
            dropped += await store.DeleteStoriesAsync(own, StoryEnd.Forgotten, cancellationToken);
            kept += page.Stories.Count - own.Count;
            query = query with { After = page.Next };
        }
        while (page.Next is not null);

        var forgotten = await store.ForgetFeedAsync(feed, cancellationToken);
        if (dropped > 0)
        {
            changes.Happened();
        }

        return dropped + kept > 0 || forgotten ? new PurgedFeed(dropped, kept) : null;
    }
}

/// <summary>What a purge did.</summary>
/// <param name="Dropped">Stories dropped.</param>
/// <param name="Kept">Stories kept because another feed carries them too, or because they are pinned.</param>
public sealed record PurgedFeed(int Dropped, int Kept);
