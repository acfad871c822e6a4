using System.Diagnostics;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;

namespace Aggregator.Service.Watching;

/// <summary>A store, measured and watched: it does what the store behind it does, and tells how long that took and whether it could.</summary>
public sealed class WatchedStore(IStoryStore store, StoreMetrics metrics, StoreWatch watch) : IStoryStore
{
    /// <inheritdoc/>
    public bool CanSearchText => store.CanSearchText;

    /// <inheritdoc/>
    public KeepRules Kept => store.Kept;

    /// <inheritdoc/>
    public void Keep(StoryRetention limits) => store.Keep(limits);

    /// <inheritdoc/>
    public Task<KeptAmounts> MeasureKeptAsync(CancellationToken cancellationToken) => ReadAsync("measure_kept", () => store.MeasureKeptAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptStory>> ListKeptAsync(KeptQuery query, CancellationToken cancellationToken) => ReadAsync("list_kept", () => store.ListKeptAsync(query, cancellationToken));

    /// <inheritdoc/>
    public Task ActivateFeedsAsync(IReadOnlyCollection<FeedActivation> feeds, CancellationToken cancellationToken) =>
        SaveAsync("change", () => store.ActivateFeedsAsync(feeds, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedState>> ListFeedStatesAsync(CancellationToken cancellationToken) =>
        ReadAsync("list_feeds", () => store.ListFeedStatesAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<FeedState?> FindFeedStateAsync(FeedId feed, CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.FindFeedStateAsync(feed, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedState>> ClaimDueFeedsAsync(DateTimeOffset now, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        ReadAsync("claim_feeds", () => store.ClaimDueFeedsAsync(now, limit, lease, cancellationToken));

    /// <inheritdoc/>
    public Task<bool> HastenPollAsync(FeedId feed, DateTimeOffset at, string reason, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.HastenPollAsync(feed, at, reason, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<HubSubscription>> ListSubscriptionsAsync(CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.ListSubscriptionsAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<HubSubscription?> FindSubscriptionAsync(string token, CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.FindSubscriptionAsync(token, cancellationToken));

    /// <inheritdoc/>
    public Task<HubSubscription?> FindSubscriptionAsync(FeedId feed, CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.FindSubscriptionAsync(feed, cancellationToken));

    /// <inheritdoc/>
    public Task SaveSubscriptionAsync(HubSubscription subscription, CancellationToken cancellationToken) =>
        SaveAsync("change", () => store.SaveSubscriptionAsync(subscription, cancellationToken));

    /// <inheritdoc/>
    public Task RemoveSubscriptionAsync(string token, CancellationToken cancellationToken) =>
        SaveAsync("change", () => store.RemoveSubscriptionAsync(token, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<StoryId, string>> FindFingerprintsAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.FindFingerprintsAsync(stories, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<StoryId, DroppedStory>> FindDroppedAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.FindDroppedAsync(stories, cancellationToken));

    /// <inheritdoc/>
    public Task<SaveResult> SaveAsync(StoryBatch batch, CancellationToken cancellationToken) =>
        SaveAsync("save", () => store.SaveAsync(batch, cancellationToken));

    /// <inheritdoc/>
    public Task<int> RetagAsync(IReadOnlyCollection<StoryTagging> stories, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.RetagAsync(stories, at, cancellationToken));

    /// <inheritdoc/>
    public Task<bool> CorrectAsync(StoryId story, TopicCorrection correction, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.CorrectAsync(story, correction, cancellationToken));

    /// <inheritdoc/>
    public Task<bool> UndoCorrectionAsync(StoryId story, string slug, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.UndoCorrectionAsync(story, slug, at, cancellationToken));

    /// <inheritdoc/>
    public Task<bool> PinAsync(StoryId story, bool pinned, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.PinAsync(story, pinned, at, cancellationToken));

    /// <inheritdoc/>
    public Task<int> JoinClustersAsync(ClusterId joined, ClusterId into, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.JoinClustersAsync(joined, into, at, cancellationToken));

    /// <inheritdoc/>
    public Task<int> SplitClusterAsync(ClusterSplit split, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.SplitClusterAsync(split, at, cancellationToken));

    /// <inheritdoc/>
    public Task<int> ReclusterAsync(IReadOnlyCollection<StoryClustering> stories, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.ReclusterAsync(stories, at, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostLesson>> ListHostLessonsAsync(CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.ListHostLessonsAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<Story?> FindStoryAsync(StoryId story, CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.FindStoryAsync(story, cancellationToken));

    /// <inheritdoc/>
    public Task<Story?> FindSameArticleAsync(Story story, CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.FindSameArticleAsync(story, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoryVersion>> ListVersionsAsync(StoryId story, CancellationToken cancellationToken) =>
        ReadAsync("find", () => store.ListVersionsAsync(story, cancellationToken));

    /// <inheritdoc/>
    public Task<StoryPage> QueryAsync(StoryQuery query, CancellationToken cancellationToken) =>
        ReadAsync("query", () => store.QueryAsync(query, cancellationToken));

    /// <inheritdoc/>
    public Task<StoryFacets> CountFacetsAsync(StoryQuery query, CancellationToken cancellationToken) =>
        ReadAsync("count_facets", () => store.CountFacetsAsync(query, cancellationToken));

    /// <inheritdoc/>
    public Task RebuildTextIndexAsync(IProgress<long>? progress, CancellationToken cancellationToken) => store.RebuildTextIndexAsync(progress, cancellationToken);

    /// <inheritdoc/>
    public Task<int> DeleteStoriesAsync(IReadOnlyCollection<StoryId> stories, StoryEnd fate, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.DeleteStoriesAsync(stories, fate, cancellationToken));

    /// <inheritdoc/>
    public Task<bool> ForgetFeedAsync(FeedId feed, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.ForgetFeedAsync(feed, cancellationToken));

    /// <inheritdoc/>
    public Task<int> RetainAsync(DateTimeOffset now, CancellationToken cancellationToken) => store.RetainAsync(now, cancellationToken);

    /// <inheritdoc/>
    public Task BackUpAsync(Func<string, Stream, Task> write, CancellationToken cancellationToken) => store.BackUpAsync(write, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> ReplaceAsync(string source, string aside, CancellationToken cancellationToken) => store.ReplaceAsync(source, aside, cancellationToken);

    /// <inheritdoc/>
    public Task<OthersChanges> TakeOthersChangesAsync(CancellationToken cancellationToken) => store.TakeOthersChangesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => ReadAsync("count", () => store.CountAsync(cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => store.DisposeAsync();

    private Task<bool> SaveAsync(string operation, Func<Task> save) => SaveAsync(operation, async () =>
    {
        await save();
        return true;
    });

    private Task<T> ChangeAsync<T>(Func<Task<T>> change) => SaveAsync("change", change);

    private async Task<T> SaveAsync<T>(string operation, Func<Task<T>> save)
    {
        var began = Stopwatch.GetTimestamp();
        var failed = true;
        metrics.SaveBegins();
        try
        {
            var result = await save();
            failed = false;
            watch.Stored();
            return result;
        }
        catch (StoreException fault) when (!fault.IsOfWhatWasGiven)
        {
            watch.StoringFailed(fault);
            throw;
        }
        finally
        {
            metrics.SaveEnds();
            metrics.Done(operation, began, failed);
        }
    }

    private async Task<T> ReadAsync<T>(string operation, Func<Task<T>> read)
    {
        var began = Stopwatch.GetTimestamp();
        var failed = true;
        try
        {
            var result = await read();
            failed = false;
            watch.WasRead();
            return result;
        }
        catch (StoreException fault)
        {
            watch.ReadingFailed(fault);
            throw;
        }
        finally
        {
            metrics.Done(operation, began, failed);
        }
    }
}
