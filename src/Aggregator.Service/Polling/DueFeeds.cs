using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>The feeds that wait for a poller. Bounded, so that claiming stops while the pollers are busy.</summary>
public sealed class DueFeeds(
    IStoryStore store, FeedCatalog catalog, HostGate gate, PollProgress progress, PollPulse pulse, IOptions<PollingOptions> options, TimeProvider clock) : IDisposable
{
    private const int MostManualPolls = 20;

    /// <summary>Longer due than any other feed, so that a claim of as many feeds as a person named is a claim of those.</summary>
    private static readonly DateTimeOffset BeforeAllOthers = DateTimeOffset.UnixEpoch;

    private readonly Channel<FeedState> _channel = Channel.CreateBounded<FeedState>(options.Value.Concurrency);
    private readonly SemaphoreSlim _dispatching = new(1, 1);
    private readonly SemaphoreSlim _pausing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly HashSet<FeedId> _handedOut = [];
    private readonly List<FeedId> _letGo = [];
    private readonly List<ManualPoll> _manualPolls = [];
    private CancellationTokenSource _polls = new();
    private TaskCompletionSource? _noneHandedOut;

    /// <summary>Ends the polls under way, and nothing else (<see cref="WhilePausedAsync"/>).</summary>
    public CancellationToken Polls => _polls.Token;

    /// <summary>
    /// The feeds to poll, as they come. Ends never. Several pollers may read at once; a poller that asks for its next feed has done
    /// with the one before.
    /// </summary>
    public async IAsyncEnumerable<FeedState> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in _channel.Reader.ReadAllAsync(cancellationToken))
        {
            pulse.Began();
            if (_polls.IsCancellationRequested)
            {
                progress.FeedDone(state.Health);
            }
            else
            {
                yield return state;
            }

            pulse.Ended();
            await EndAsync(state, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _dispatching.Dispose();
        _pausing.Dispose();
        _polls.Dispose();
    }

    /// <summary>Claims every feed that is due and queues it, waiting for room. Returns how many were queued.</summary>
    public async Task<int> EnqueueDueAsync(CancellationToken cancellationToken)
    {
        await _dispatching.WaitAsync(cancellationToken);
        try
        {
            return await ClaimAsync(int.MaxValue, null, cancellationToken);
        }
        finally
        {
            _dispatching.Release();
        }
    }

    /// <summary>
    /// Does something to the store while no feed is handed out: polls under way are broken off without a word to it, and feeds that wait are let go. Where it fails they
    /// are given back, to be due as they were; where it does not, the store knows nothing of them.
    /// </summary>
    public async Task WhilePausedAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(action);
        await _pausing.WaitAsync(cancellationToken);
        try
        {
            await _polls.CancelAsync(); // who looks for due feeds may wait for a poller: those are free at once
            await _dispatching.WaitAsync(cancellationToken);
            try
            {
                await NoneHandedOutAsync(cancellationToken);
                await action();
            }
            finally
            {
                _dispatching.Release();
            }
        }
        catch
        {
            await GiveBackAsync();
            throw;
        }
        finally
        {
            GoOn();
            _pausing.Release();
        }
    }

    /// <summary>
    /// Begins a poll that a person asked for: of <paramref name="feeds"/>, due or not, or of all that is due where that is null. It goes
    /// on until <paramref name="stopping"/>, whether or not the person waits for it: a feed that was claimed is polled.
    /// </summary>
    public ManualPoll Begin(IReadOnlyCollection<FeedId>? feeds, CancellationToken stopping)
    {
        var poll = new ManualPoll();
        lock (_gate)
        {
            _manualPolls.RemoveRange(0, Math.Max(0, _manualPolls.Count - MostManualPolls + 1));
            _manualPolls.Add(poll);
        }

        _ = HandOutAsync(poll, feeds, stopping);
        return poll;
    }

    /// <summary>One of the last polls that a person asked for. Null: there is none of this id, or it was long ago.</summary>
    public ManualPoll? FindManualPoll(string id)
    {
        lock (_gate)
        {
            return _manualPolls.Find(poll => poll.Id == id);
        }
    }

    /// <summary>Whether a feed waits for a poller, or is being polled. Its state is then about to be written.</summary>
    public bool IsUnderWay(FeedId feed)
    {
        lock (_gate)
        {
            return _handedOut.Contains(feed);
        }
    }

    private async Task HandOutAsync(ManualPoll poll, IReadOnlyCollection<FeedId>? feeds, CancellationToken stopping)
    {
        try
        {
            await _dispatching.WaitAsync(stopping);
            try
            {
                var most = feeds is null ? int.MaxValue : await HastenAsync(poll, feeds, stopping);
                poll.Expect(feeds is null ? await CountDueAsync(stopping) : most);
                var queued = await ClaimAsync(most, poll, stopping);
                poll.LeaveAlone(feeds is null ? 0 : most - queued);
            }
            finally
            {
                _dispatching.Release();
            }

            poll.AllHandedOut(null);
        }
#pragma warning disable CA1031 // The boundary of one wish: whoever waits for it is told what broke it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            poll.AllHandedOut(fault.Message);
        }
    }

    /// <summary>
    /// Makes feeds due before all others and returns how many that are, except those polled within
    /// <see cref="PollingOptions.ManualInterval"/> and those whose publisher asked for quiet: a person's impatience must not cost a
    /// publisher more than that. A feed whose poll is under way is not hastened; the person waits for that poll.
    /// </summary>
    private async Task<int> HastenAsync(ManualPoll poll, IReadOnlyCollection<FeedId> feeds, CancellationToken cancellationToken)
    {
        // All at once, so that the store takes them in a few commits.
        var hastened = await Task.WhenAll(feeds.Distinct().Where(feed => !IsUnderWay(feed, poll)).Select(TryHastenAsync).ToList());
        poll.LeaveAlone(hastened.Count(done => !done));
        return hastened.Count(done => done);

        async Task<bool> TryHastenAsync(FeedId feed) =>
            await store.FindFeedStateAsync(feed, cancellationToken) is { } state
            && !IsAtRest(state, clock.GetUtcNow())
            && await store.HastenPollAsync(feed, BeforeAllOthers, "asked for by a person", cancellationToken);
    }

    private async Task<int> CountDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var states = await store.ListFeedStatesAsync(cancellationToken);
        return states.Count(state => state.NextPoll <= now && state.Health != FeedHealth.Gone && catalog.Feeds.ContainsKey(state.Id));
    }

    /// <summary>A poll in the future was made while the clock was wrong, and says nothing.</summary>
    private bool IsAtRest(FeedState state, DateTimeOffset now) =>
        state.QuietUntil > now || gate.HeldUntil(state.FetchAddress.IdnHost) is not null || PollSchedule.EndOfQuiet(state.Wishes, now) is not null || (state.LastPoll <= now && state.LastPoll > now - options.Value.ManualInterval);

    private bool IsUnderWay(FeedId feed, ManualPoll poll)
    {
        lock (_gate)
        {
            var underWay = _handedOut.Contains(feed);
            if (underWay)
            {
                poll.Await(feed);
            }

            return underWay;
        }
    }

    /// <summary>Claims up to <paramref name="most"/> due feeds and queues them. One caller at a time.</summary>
    private async Task<int> ClaimAsync(int most, ManualPoll? poll, CancellationToken cancellationToken)
    {
        pulse.Looked(); // also where the store cannot answer: that is no standstill
        var queued = 0;
        while (queued < most)
        {
            var wanted = Math.Min(most - queued, options.Value.Concurrency);
            var due = await store.ClaimDueFeedsAsync(clock.GetUtcNow(), wanted, options.Value.Lease, cancellationToken);
            pulse.Looked();

            // One whose poll takes longer than its lease is due again, and is being polled all the same.
            foreach (var state in due.Where(state => !IsUnderWay(state.Id)))
            {
                await QueueAsync(state, poll, cancellationToken);
                queued++;
            }

            if (due.Count < wanted || _polls.IsCancellationRequested)
            {
                break;
            }
        }

        return queued;
    }

    private async Task QueueAsync(FeedState state, ManualPoll? poll, CancellationToken cancellationToken)
    {
        // Only one caller writes, so the room that is there stays; what is counted is surely queued.
        using (pulse.WaitForRoom())
        {
            await _channel.Writer.WaitToWriteAsync(cancellationToken);
        }

        lock (_gate)
        {
            _handedOut.Add(state.Id);
            poll?.Await(state.Id);
        }

        progress.FeedQueued();
        pulse.Queued();
        _channel.Writer.TryWrite(state);
    }

    private async Task EndAsync(FeedState before, CancellationToken cancellationToken)
    {
        List<ManualPoll> awaiting;
        lock (_gate)
        {
            _handedOut.Remove(before.Id);
            if (_polls.IsCancellationRequested)
            {
                _letGo.Add(before.Id);
            }

            if (_handedOut.Count == 0)
            {
                _noneHandedOut?.TrySetResult();
            }

            awaiting = _manualPolls.FindAll(poll => poll.Awaits(before.Id));
        }

        if (awaiting.Count > 0)
        {
            var (failed, added) = await JudgeAsync(before, cancellationToken);
            awaiting.ForEach(poll => poll.FeedDone(before.Id, failed, added));
        }
    }

    private Task NoneHandedOutAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _noneHandedOut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_handedOut.Count == 0)
            {
                _noneHandedOut.SetResult();
            }

            return _noneHandedOut.Task.WaitAsync(cancellationToken);
        }
    }

    private async Task GiveBackAsync()
    {
        List<FeedId> letGo;
        lock (_gate)
        {
            letGo = [.. _letGo];
        }

        try
        {
            foreach (var feed in letGo)
            {
                await store.GiveBackAsync(feed, CancellationToken.None);
            }
        }
        catch (StoreException)
        {
            // The caller tells what is wrong with the store; the claims run out by themselves.
        }
    }

    private void GoOn()
    {
        lock (_gate)
        {
            _letGo.Clear();
            _polls = new CancellationTokenSource();
        }
    }

    /// <summary>How a poll went, told from the feed's state before and after.</summary>
    private async Task<(bool Failed, long StoriesAdded)> JudgeAsync(FeedState before, CancellationToken cancellationToken)
    {
        try
        {
            var after = await store.FindFeedStateAsync(before.Id, cancellationToken);
            if (after is null || after.Polls == before.Polls)
            {
                // Broken off; or taken out of feeds.json while it waited, which is no failure.
                return (catalog.Feeds.ContainsKey(before.Id), 0);
            }

            return (after.Health is FeedHealth.Failing or FeedHealth.Gone, after.Stories - before.Stories);
        }
        catch (StoreException)
        {
            return (true, 0); // the poll met the same fault and told it
        }
    }
}
