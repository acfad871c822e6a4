using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The embedded store: two LiteDB files in one folder, stories.db (everything that is listed and searched) and bodies.db (the texts).
/// There are no secondary indexes; <see cref="Postings"/> takes their place. One process at a time; within it safe for concurrent use.
/// What is reported stored has been flushed to the disk: it survives a killed process and a power cut.
/// </summary>
public sealed class LiteDbStoryStore : IStoryStore
{
    private const string Meta = "meta";
    private const string Stories = "stories";
    private const string Keys = "keys";
    private const string PostingLists = "postings";
    private const string FeedStates = "feeds";

    private readonly FolderLock _lock;
    private readonly DatabaseFile _storyFile;
    private readonly DatabaseFile _bodyFile;
    private readonly ILiteCollection<BsonDocument> _meta;
    private readonly ILiteCollection<BsonDocument> _stories;
    private readonly ILiteCollection<BsonDocument> _keys;
    private readonly ILiteCollection<BsonDocument> _postings;
    private readonly ILiteCollection<BsonDocument> _feedStates;
    private readonly BodyFile _bodies;
    private readonly FeedTable _feeds;
    private readonly StoreCounters _counters;
    private readonly WriteLoop _writes;
    private long _lastSequence;
    private bool _disposed;

    private LiteDbStoryStore(FolderLock held, DatabaseFile storyFile, DatabaseFile bodyFile, LiteDbStoryStoreOptions options, TimeProvider clock)
    {
        _lock = held;
        _storyFile = storyFile;
        _bodyFile = bodyFile;
        _meta = storyFile.Database.GetCollection(Meta);
        _stories = storyFile.Database.GetCollection(Stories);
        _keys = storyFile.Database.GetCollection(Keys);
        _postings = storyFile.Database.GetCollection(PostingLists);
        _feedStates = storyFile.Database.GetCollection(FeedStates);
        _bodies = new BodyFile(bodyFile.Database);
        _feeds = new FeedTable(_feedStates.FindAll().Select(FeedDocuments.Read));
        _counters = new StoreCounters(_meta);
        _lastSequence = _stories.Find(Query.All("_id", Query.Descending), 0, 1).Select(last => last["_id"].AsInt64).FirstOrDefault();
        _writes = new WriteLoop(Commit, Checkpoint, options, clock);
    }

    /// <summary>Opens the store in a folder, making folder and files where there are none.</summary>
    /// <exception cref="StoreException">
    /// The folder cannot be used or belongs to another process, or a file in it is damaged, foreign or from a newer version. No file is
    /// ever replaced.
    /// </exception>
    public static Task<LiteDbStoryStore> OpenAsync(LiteDbStoryStoreOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var held = FolderLock.Take(options.Folder);
        DatabaseFile? stories = null;
        DatabaseFile? bodies = null;
        try
        {
            stories = DatabaseFile.Open(Path.Combine(options.Folder, "stories.db"), Meta, Stories, Keys, PostingLists, FeedStates);
            bodies = DatabaseFile.Open(Path.Combine(options.Folder, "bodies.db"), BodyFile.Collection);
            return Task.FromResult(new LiteDbStoryStore(held, stories, bodies, options, clock));
        }
        catch
        {
            stories?.Dispose();
            bodies?.Dispose();
            held.Dispose();
            throw;
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
    public async Task<bool> HastenPollAsync(FeedId feed, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!_feeds.IsActive(feed) || _feeds.Find(feed) is not { } state)
        {
            return false;
        }

        var earliest = state.QuietUntil > at ? state.QuietUntil.Value : at;
        if (state.NextPoll > earliest || state.Health == FeedHealth.Gone)
        {
            var health = state.Health == FeedHealth.Gone ? FeedHealth.Failing : state.Health;
            await _writes.SaveAsync(new StoryBatch([], state with { Health = health, NextPoll = earliest, NextPollReason = "asked for by a person" }), cancellationToken);
        }

        return true;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<StoryId, string>> FindFingerprintsAsync(IReadOnlyCollection<StoryId> stories, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        var found = new Dictionary<StoryId, string>();
        foreach (var story in stories)
        {
            if (_keys.FindById(story.Value) is { } key)
            {
                found[story] = key["j"].AsString;
            }
        }

        return Task.FromResult<IReadOnlyDictionary<StoryId, string>>(found);
    }

    /// <inheritdoc/>
    public Task<SaveResult> SaveAsync(StoryBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _writes.SaveAsync(batch, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Story?> FindStoryAsync(StoryId story, CancellationToken cancellationToken) => Task.FromResult(Find(story, withBody: true)?.Story);

    /// <inheritdoc/>
    public Task<StoryPage> QueryAsync(StoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, StoryQuery.MaxLimit);
        var stories = new List<Story>(query.Limit);
        var cursor = Postings.Open(_postings, query);
        for (; cursor.Current is not null && stories.Count < query.Limit; cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A posting without its story was removed while this page was read.
            if (_stories.FindById(cursor.Sequence) is { } document)
            {
                var story = StoryDocuments.Read(document);
                stories.Add(query.WithBody ? story with { Body = _bodies.Find(cursor.Sequence) } : story);
            }
        }

        var next = cursor.Current is not null ? StoryCursor.After(stories[^1]) : null;
        return Task.FromResult(new StoryPage(stories, next));
    }

    /// <inheritdoc/>
    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => Task.FromResult(_counters.Published);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await _writes.DisposeAsync();
            _storyFile.Dispose();
            _bodyFile.Dispose();
            _lock.Dispose();
        }
    }

    private (Story Story, long Sequence)? Find(StoryId id, bool withBody)
    {
        if (_keys.FindById(id.Value) is not { } key || _stories.FindById(key["q"].AsInt64) is not { } document)
        {
            return null;
        }

        var story = StoryDocuments.Read(document);
        var sequence = key["q"].AsInt64;
        return (withBody ? story with { Body = _bodies.Find(sequence) } : story, sequence);
    }

    /// <summary>Stores everything that waits in one commit, bodies first. Runs on the writer's thread only.</summary>
    private void Commit(IReadOnlyList<Write> writes)
    {
        var sequenceBefore = _lastSequence;
        try
        {
            var bodies = new List<(long Sequence, StoryBody Body)>();
            _storyFile.Begin();
            foreach (var write in writes)
            {
                Apply(write, bodies);
            }

            _counters.Write(_meta);
            if (bodies.Count > 0)
            {
                _bodyFile.Begin();
                foreach (var (sequence, body) in bodies)
                {
                    _bodies.Put(sequence, body);
                }

                _bodyFile.Commit();
            }

            _storyFile.Commit();
        }
        catch
        {
            _bodyFile.Rollback();
            _storyFile.Rollback();
            _counters.Revert();
            _lastSequence = sequenceBefore;
            throw;
        }

        _counters.Publish();
        foreach (var state in writes.Select(write => write.Batch.Feed).OfType<FeedState>())
        {
            _feeds.Put(state);
        }
    }

    private void Apply(Write write, List<(long Sequence, StoryBody Body)> bodies)
    {
        int added = 0, replaced = 0;
        foreach (var given in write.Batch.Stories)
        {
            var known = Find(given.Id, withBody: false);
            var story = known is { } old ? given with { FirstSeen = old.Story.FirstSeen } : given;
            var sequence = known?.Sequence ?? ++_lastSequence;
            if (known is { } before)
            {
                replaced++;
                _counters.Add(before.Story, -1);
                var place = Postings.Place(before.Story.OrderedAt, before.Story.Id);
                foreach (var list in Postings.ListsOf(before.Story))
                {
                    _postings.Delete(Postings.Key(list, place));
                }
            }
            else
            {
                added++;
            }

            _counters.Add(story, 1);
            _stories.Upsert(StoryDocuments.Write(story, sequence));
            _keys.Upsert(new BsonDocument { ["_id"] = story.Id.Value, ["q"] = sequence, ["j"] = story.Fingerprint });
            var newPlace = Postings.Place(story.OrderedAt, story.Id);
            foreach (var list in Postings.ListsOf(story))
            {
                _postings.Upsert(new BsonDocument { ["_id"] = Postings.Key(list, newPlace), ["q"] = sequence });
            }

            bodies.Add((sequence, story.Body ?? StoryBody.Empty));
        }

        if (write.Batch.Feed is { } state)
        {
            _feedStates.Upsert(FeedDocuments.Write(state));
        }

        write.Result = new SaveResult(added, replaced);
    }

    private void Checkpoint()
    {
        _bodyFile.Database.Checkpoint();
        _storyFile.Database.Checkpoint();
    }
}
