using System.Diagnostics;
using System.Threading.Channels;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The one writer. Callers queue what they want stored; a thread of its own gathers what has queued up meanwhile into one commit,
/// because LiteDB binds a transaction to its thread and a commit costs the same for one story as for a hundred.
/// </summary>
internal sealed class WriteLoop : IAsyncDisposable
{
    /// <summary>How soon a full commit, or the end, is noticed while more is waited for.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>A commit with less than this part of the most it may hold is one of calm times.</summary>
    private const int BusyShare = 4;

    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly Func<IReadOnlyList<Write>, Action<Action>> _commit;
    private readonly Action _checkpoint;
    private readonly Action _tidy;
    private readonly LiteDbStoryStoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly Task _loop;
    private volatile bool _closing;

    /// <param name="commit">
    /// Stores writes. What it returns is then given what tells the callers, to be called when what hangs on the commit is done too; the next commit
    /// does not wait for that.
    /// </param>
    /// <param name="checkpoint">Writes the logs back.</param>
    /// <param name="tidy">Does what is better done while there is little to do.</param>
    /// <param name="options">How the store is opened.</param>
    /// <param name="clock">The clock.</param>
    public WriteLoop(Func<IReadOnlyList<Write>, Action<Action>> commit, Action checkpoint, Action tidy, LiteDbStoryStoreOptions options, TimeProvider clock)
    {
        _commit = commit;
        _checkpoint = checkpoint;
        _tidy = tidy;
        _options = options;
        _clock = clock;
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Stores a batch together with whatever else waits; returns once it is stored for good.</summary>
    public Task<SaveResult> SaveAsync(StoryBatch batch, CancellationToken cancellationToken) => SaveAsync(new Write(batch), cancellationToken);

    /// <summary>Stores whatever a write holds, likewise.</summary>
    public async Task<SaveResult> SaveAsync(Write write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException fault)
        {
            throw new StoreException("the store is closed", fault);
        }

        // Not cancellable from here: the caller must know whether it was stored.
        return await write.Done.Task;
    }

    /// <summary>Does something between two commits, on the writer's thread.</summary>
    public Task DoAsync(Action action, CancellationToken cancellationToken) => SaveAsync(new Write(StoryBatch.Empty) { Instead = action }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _queue.Writer.TryComplete();
        await _loop;
    }

    private void Run()
    {
        var checkpointed = _clock.GetTimestamp();
        long? committed = null;
        var dirty = false;
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            LetMoreCome(committed);
            var writes = Gather();
            Commit(writes);
            committed = Stopwatch.GetTimestamp();
            dirty = true;
            if (writes.Sum(Weight) * BusyShare < _options.StoriesPerCommit)
            {
                Attempt(_tidy);
            }

            if (_clock.GetElapsedTime(checkpointed) >= _options.CheckpointEvery)
            {
                checkpointed = _clock.GetTimestamp();
                dirty = !Attempt(_checkpoint);
            }
        }

        if (dirty)
        {
            Attempt(_checkpoint);
        }
    }

    /// <summary>This is about the disk's time, not about what time it is: no clock but the machine's will do.</summary>
    private void LetMoreCome(long? lastCommit)
    {
        while (!_closing && lastCommit is { } last && _queue.Reader.Count < _options.StoriesPerCommit && _options.CommitsApart - Stopwatch.GetElapsedTime(last) is var wait && wait > TimeSpan.Zero)
        {
            Thread.Sleep(wait < LookEvery ? wait : LookEvery);
        }
    }

    private List<Write> Gather()
    {
        var writes = new List<Write>();
        for (var stories = 0; stories < _options.StoriesPerCommit && _queue.Reader.TryPeek(out var next) && (next.Instead is null || writes.Count == 0) && _queue.Reader.TryRead(out var write);)
        {
            writes.Add(write);
            if (write.Instead is not null)
            {
                break;
            }

            stories += Weight(write);
        }

        return writes;
    }

    /// <summary>As how many stories a write counts.</summary>
    private static int Weight(Write write) => Math.Max(1, write.Batch.Stories.Count + write.Changes.Count + write.Deleted.Count);

    private void Commit(List<Write> writes)
    {
        try
        {
            if (writes is [{ Instead: { } action } alone])
            {
                action();
                alone.Done.SetResult(default);
                return;
            }

            _commit(writes)(() => writes.ForEach(write => write.Done.SetResult(write.Result)));
        }
        catch (UnstorableException) when (writes.Count > 1)
        {
            // One of them is to blame: each alone, so that it fails alone.
            foreach (var write in writes)
            {
                Commit([write]);
            }
        }
#pragma warning disable CA1031 // Whatever the engine throws belongs to the callers who wait; the loop must go on for the next ones.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            var told = fault as StoreException ?? new StoreException(fault.Message, fault) { IsOfWhatWasGiven = fault is UnstorableException };
            foreach (var write in writes)
            {
                write.Done.TrySetException(told);
            }
        }
    }

    /// <summary>A checkpoint that fails is tried again with the next one: the log still holds everything.</summary>
    private static bool Attempt(Action action)
    {
        try
        {
            action();
            return true;
        }
#pragma warning disable CA1031 // A damaged engine throws whatever it stumbles over; if the loop ended, later saves would wait for ever.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}

/// <summary>A batch on its way into the store.</summary>
internal sealed class Write(StoryBatch batch)
{
    public StoryBatch Batch { get; } = batch;

    /// <summary>The stories' bodies as they are stored: compressed by the caller, of whom there are many, and not while others wait for the writer.</summary>
    public IReadOnlyList<PackedBody> Bodies { get; } = [.. batch.Stories.Select(story => PackedBody.Of(story.Body ?? StoryBody.Empty))];

    /// <summary>A subscription to store as well. Null: none.</summary>
    public HubSubscription? Subscription { get; init; }

    /// <summary>The token of a subscription to forget. Null: none.</summary>
    public string? EndedSubscription { get; init; }

    /// <summary>Stories of which something else is said while their text stays.</summary>
    public IReadOnlyCollection<StoryChange> Changes { get; init; } = [];

    /// <summary>Stories to delete.</summary>
    public IReadOnlyCollection<StoryId> Deleted { get; init; } = [];

    /// <summary>What becomes of those.</summary>
    public StoryEnd End { get; init; }

    /// <summary>A feed whose state is to be forgotten. Null: none.</summary>
    public FeedId? ForgottenFeed { get; init; }

    /// <summary>A feed to be polled sooner than planned. Null: none.</summary>
    public HastenedPoll? Hastened { get; init; }

    /// <summary>A step of dropping what is not to be kept. Null: none.</summary>
    public RetentionPass? Retention { get; init; }

    /// <summary>Something to do between two commits; nothing is stored. Null: it is a write.</summary>
    public Action? Instead { get; init; }

    /// <summary>Set by the commit, told to the caller after it.</summary>
    public SaveResult Result { get; set; }

    public TaskCompletionSource<SaveResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>That a feed is to be polled sooner than planned (<see cref="IStoryStore.HastenPollAsync"/>): applied to its state as it is when the writer comes to it.</summary>
internal sealed record HastenedPoll(FeedId Feed, DateTimeOffset At, string Reason);
