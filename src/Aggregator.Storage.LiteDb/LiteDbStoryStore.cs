using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using Aggregator.Storage.LiteDb.Search;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The embedded store: two LiteDB files in one folder, stories.db (everything that is listed) and bodies.db (the texts), and search.db, which is made
/// of them (<see cref="SearchIndex"/>). There are no secondary indexes; <see cref="Postings"/> takes their place. One process at a time; within it safe for concurrent use.
/// What is reported stored has been flushed to the disk: it survives a killed process and a power cut. When the disk is full, storing
/// fails and reading goes on; storing goes on by itself when there is space again.
/// </summary>
public sealed class LiteDbStoryStore : IStoryStore
{
    /// <summary>The index of texts.</summary>
    internal const string IndexFile = "search.db";

    private readonly FolderLock _lock;
    private readonly StoreFiles _files;
    private readonly FileSizes _sizes;
    private readonly FeedTable _feeds;
    private readonly SubscriptionTable _subscriptions;
    private readonly StoryWriter _writer;
    private readonly IndexKeeper _texts;
    private readonly StoryQueries _queries;
    private readonly WriteLoop _writes;
    private readonly Retention _retention;

    /// <summary>The last commit that the index of texts was told of. The writer's thread only.</summary>
    private long _indexedCommit;
    private bool _backingUp;
    private bool _disposed;

    private LiteDbStoryStore(FolderLock held, StoreFiles files, FileSizes sizes, LiteDbStoryStoreOptions options, TimeProvider clock)
    {
        _lock = held;
        _files = files;
        _sizes = sizes;
        _feeds = new FeedTable(files.FeedStates.FindAll().Select(FeedDocuments.Read));
        _subscriptions = new SubscriptionTable(files.Subscriptions.FindAll().Select(SubscriptionDocuments.Read));
        _writer = new StoryWriter(files, _feeds, _subscriptions, sizes);
        _indexedCommit = _writer.Commits;
        _texts = new IndexKeeper(Path.Combine(options.Folder, IndexFile), sizes.LogBytes, _writer.Commits, _writer.LastSequence, _writer.MissedSince, sequence => files.Find(sequence, withBody: true), files.NumbersAfter);
        _queries = new StoryQueries(files, _texts);
        _writes = new WriteLoop(Commit, Checkpoint, _files.CheckpointInCalm, options, clock);
        _retention = new Retention(files, sizes, _writer, _writes, options.Retention);
    }

    /// <inheritdoc/>
    public bool CanSearchText => _texts.Whole is not null;

    /// <summary>The files, for tests that break them.</summary>
    internal StoreFiles Files => _files;

    /// <summary>Opens the store in a folder, making folder and files where there are none.</summary>
    /// <exception cref="StoreException">
    /// The folder cannot be used or belongs to another process, or a file in it is damaged, foreign or from a newer version. No file is
    /// ever replaced.
    /// </exception>
    public static Task<LiteDbStoryStore> OpenAsync(LiteDbStoryStoreOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Retention.MaxBytes < LiteDbStoryStoreOptions.LeastBytes)
        {
            throw new StoreException($"a store in files needs {LiteDbStoryStoreOptions.LeastBytes >> 20} MB at least, not {options.Retention.MaxBytes} bytes");
        }

        cancellationToken.ThrowIfCancellationRequested();
        var held = FolderLock.Take(options.Folder);
        StoreFiles? files = null;
        try
        {
            var sizes = new FileSizes(options.Folder, options.Retention.MaxBytes);
            files = StoreFiles.Open(options.Folder, sizes.LogBytes);
            return Task.FromResult(new LiteDbStoryStore(held, files, sizes, options, clock));
        }
        catch (Exception fault)
        {
            files?.Dispose();
            held.Dispose();
            throw files?.Listing.Explain(fault) ?? fault;
        }
    }

    /// <inheritdoc/>
    public async Task ActivateFeedsAsync(IReadOnlyCollection<FeedActivation> feeds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feeds);
        await Task.WhenAll(_feeds.PlanActivation(feeds).Select(state => _writes.SaveAsync(new StoryBatch([], state), cancellationToken)));
        _feeds.Activate(feeds.Select(feed => feed.Id));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedState>> ListFeedStatesAsync(CancellationToken cancellationToken) => Task.FromResult(_feeds.All());

    /// <inheritdoc/>
    public Task<FeedState?> FindFeedStateAsync(FeedId feed, CancellationToken cancellationToken) => Task.FromResult(_feeds.Find(feed));

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedState>> ClaimDueFeedsAsync(DateTimeOffset now, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        Task.FromResult(_feeds.Claim(now, limit, lease));

    /// <inheritdoc/>
    public async Task<bool> HastenPollAsync(FeedId feed, DateTimeOffset at, string reason, CancellationToken cancellationToken)
    {
        if (!_feeds.IsActive(feed))
        {
            return false;
        }

        await _writes.SaveAsync(new Write(StoryBatch.Empty) { Hastened = new HastenedPoll(feed, at, reason) }, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<HubSubscription>> ListSubscriptionsAsync(CancellationToken cancellationToken) => Task.FromResult(_subscriptions.All());

    /// <inheritdoc/>
    public Task<HubSubscription?> FindSubscriptionAsync(string token, CancellationToken cancellationToken) => Task.FromResult(_subscriptions.Find(token));

    /// <inheritdoc/>
    public Task<HubSubscription?> FindSubscriptionAsync(FeedId feed, CancellationToken cancellationToken) => Task.FromResult(_subscriptions.Find(feed));

    /// <inheritdoc/>
    public Task SaveSubscriptionAsync(HubSubscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return _writes.SaveAsync(new Write(StoryBatch.Empty) { Subscription = subscription }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RemoveSubscriptionAsync(string token, CancellationToken cancellationToken) =>
        _writes.SaveAsync(new Write(StoryBatch.Empty) { EndedSubscription = token }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<StoryId, string>> FindFingerprintsAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        return Task.FromResult(_queries.FindFingerprints(stories));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<StoryId, DroppedStory>> FindDroppedAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        return Task.FromResult(_queries.FindDropped(stories));
    }

    /// <inheritdoc/>
    public Task<SaveResult> SaveAsync(StoryBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _writes.SaveAsync(batch, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> RetagAsync(IReadOnlyCollection<StoryTagging> stories, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        var changes = stories.Select(tags => new StoryChange(
            tags.Story, story => story.Updated == tags.Updated ? story.WithFound(tags.Topics, tags.Entities) with { Rules = tags.Rules, Opinions = tags.Opinions ?? story.Opinions } : null, at));
        return await ChangeAsync([.. changes], cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> CorrectAsync(StoryId story, TopicCorrection correction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return await ChangeAsync([new StoryChange(story, known => known.WithCorrection(correction), correction.At)], cancellationToken) > 0;
    }

    /// <inheritdoc/>
    public async Task<bool> UndoCorrectionAsync(StoryId story, string slug, DateTimeOffset at, CancellationToken cancellationToken) =>
        await ChangeAsync([new StoryChange(story, known => known.WithoutCorrection(slug), at)], cancellationToken) > 0;

    /// <inheritdoc/>
    public async Task<bool> PinAsync(StoryId story, bool pinned, DateTimeOffset at, CancellationToken cancellationToken) =>
        await ChangeAsync([new StoryChange(story, known => known.IsPinned == pinned ? known : known with { PinnedAt = pinned ? at : null }, at)], cancellationToken) > 0;

    /// <inheritdoc/>
    public async Task<int> JoinClustersAsync(ClusterId joined, ClusterId into, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var query = new StoryQuery { Cluster = joined, Limit = StoryQuery.MaxLimit, Muted = MutedStories.Included };
        var moving = new List<StoryChange>();
        StoryPage page;
        do
        {
            page = await QueryAsync(query, cancellationToken);
            moving.AddRange(page.Stories.Select(found => new StoryChange(found.Id, story => story.Cluster == joined ? story with { Cluster = into } : null, at)));
            query = query with { After = page.Next };
        }
        while (page.Next is not null);

        return await ChangeAsync(moving, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> SplitClusterAsync(ClusterSplit split, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(split);
        var changes = split.Stories.Select(id => new StoryChange(
            id,
            story => story.Cluster == split.From
                ? story with { Cluster = split.Into, Joined = null, ApartFrom = [.. story.ApartFrom.Union(split.ApartFrom)] }
                : null,
            at));
        return await ChangeAsync([.. changes], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> ReclusterAsync(IReadOnlyCollection<StoryClustering> stories, DateTimeOffset at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        var changes = stories.Select(found => new StoryChange(
            found.Story, story => story.Cluster == found.From ? story with { Cluster = found.Cluster, Joined = found.Joined } : null, at));
        return ChangeAsync([.. changes], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostLesson>> ListHostLessonsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_files.Read<IReadOnlyList<HostLesson>>(() => [.. _files.Hosts.FindAll().Select(HostDocuments.Read)]));

    /// <inheritdoc/>
    public Task<Story?> FindStoryAsync(StoryId story, CancellationToken cancellationToken) =>
        Task.FromResult(_queries.Find(story));

    /// <inheritdoc/>
    public Task<Story?> FindSameArticleAsync(Story story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        return Task.FromResult(_queries.FindSameArticle(story));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoryVersion>> ListVersionsAsync(StoryId story, CancellationToken cancellationToken) =>
        Task.FromResult(_queries.ListVersions(story));

    /// <inheritdoc/>
    public Task<StoryPage> QueryAsync(StoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, StoryQuery.MaxLimit);
        return Task.FromResult(_queries.Find(query, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<StoryFacets> CountFacetsAsync(StoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Cluster is not null || query.SavedFeed is not null || query.Corrected || query.Pinned
            ? throw new InvalidOperationException("stories of a cluster, a saved feed, with corrections or pinned cannot be counted so")
            : Task.FromResult(_queries.Count(query, cancellationToken));
    }

    /// <inheritdoc/>
    public Task RebuildTextIndexAsync(IProgress<long>? progress, CancellationToken cancellationToken) =>
        _queries.RebuildIndexAsync(() => _writer.LastSequence, progress, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> DeleteStoriesAsync(IReadOnlyCollection<StoryId> stories, StoryEnd fate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        return stories.Count == 0 ? 0 : (await _writes.SaveAsync(new Write(StoryBatch.Empty) { Deleted = stories, End = fate }, cancellationToken)).Replaced;
    }

    /// <inheritdoc/>
    public async Task<bool> ForgetFeedAsync(FeedId feed, CancellationToken cancellationToken)
    {
        if (_feeds.IsActive(feed) || _feeds.Find(feed) is null)
        {
            return false;
        }

        await _writes.SaveAsync(new Write(StoryBatch.Empty) { ForgottenFeed = feed }, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public KeepRules Kept => _retention.Kept;

    /// <inheritdoc/>
    public void Keep(StoryRetention limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _retention.Keep(limits);
    }

    /// <inheritdoc/>
    public Task<int> RetainAsync(DateTimeOffset now, CancellationToken cancellationToken) => _retention.ApplyAsync(now, cancellationToken);

    /// <inheritdoc/>
    public Task<KeptAmounts> MeasureKeptAsync(CancellationToken cancellationToken) => Task.FromResult(_retention.Measure());

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptStory>> ListKeptAsync(KeptQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.FromResult(_retention.List(query, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task BackUpAsync(Func<string, Stream, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (Interlocked.Exchange(ref _backingUp, true))
        {
            throw new InvalidOperationException("the store is being copied already");
        }

        try
        {
            // From here on the files stay as they are, and what is stored goes into their logs.
            await _writes.DoAsync(_files.HoldCheckpoints, cancellationToken);
            foreach (var name in StoreFiles.Databases)
            {
                await using var file = new FileStream(Path.Combine(_files.Folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                await write(name, file);
            }
        }
        finally
        {
            try
            {
                await _writes.DoAsync(_files.ReleaseCheckpoints, CancellationToken.None);
            }
            finally
            {
                Volatile.Write(ref _backingUp, false);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<string?> ReplaceAsync(string source, string aside, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _backingUp, true))
        {
            throw new InvalidOperationException("the store is being copied: wait until that is done");
        }

        try
        {
            string? old = null;
            await _writes.DoAsync(() => Replace(() => old = StoreReplacement.Move(_files.Folder, source, aside)), cancellationToken);
            return old;
        }
        finally
        {
            Volatile.Write(ref _backingUp, false);
        }
    }

    /// <inheritdoc/>
    public Task<OthersChanges> TakeOthersChangesAsync(CancellationToken cancellationToken) => Task.FromResult(OthersChanges.None);

    /// <inheritdoc/>
    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => Task.FromResult(_writer.Counts with { Bytes = _sizes.Bytes, LogBytes = _sizes.LogBytesNow });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await _writes.DisposeAsync();
            _texts.Dispose();
            _files.Dispose();
            _lock.Dispose();
        }
    }

    private async Task<int> ChangeAsync(List<StoryChange> changes, CancellationToken cancellationToken) =>
        changes.Count == 0 ? 0 : (await _writes.SaveAsync(new Write(StoryBatch.Empty) { Changes = changes }, cancellationToken)).Replaced;

    private Action<Action> Commit(IReadOnlyList<Write> writes)
    {
        var changes = _writer.Commit(writes, _texts.SecuredCommit);
        var commit = _writer.Commits;
        if (commit != _indexedCommit + 1)
        {
            // A commit that failed late is in the files all the same, and the index has not heard of it.
            _texts.GiveUp();
        }

        _indexedCommit = commit;
        return announce => _texts.Take(changes, commit, announce);
    }

    /// <summary>On the writer's thread: whatever became of the move, the store goes on with the files that are there then.</summary>
    private void Replace(Action move)
    {
        _texts.Close();
        try
        {
            _files.Replace(move);
        }
        finally
        {
            _writer.Reload();
            _indexedCommit = _writer.Commits;
            _texts.StartOver(_indexedCommit);
            _feeds.Replace(_files.Read(() => _files.FeedStates.FindAll().Select(FeedDocuments.Read).ToList()));
            _subscriptions.Replace(_files.Read(() => _files.Subscriptions.FindAll().Select(SubscriptionDocuments.Read).ToList()));
        }
    }

    private void Checkpoint()
    {
        _files.Checkpoint();
        _texts.Checkpoint();
    }
}
