using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Polling;

/// <summary>The queue between the schedule, people's wishes and the pollers; the test plays the pollers.</summary>
public sealed class DueFeedsTests
{
    private static readonly FeedSource[] Sources = [.. "abcde".Select(name => new FeedSource { Address = new Uri($"https://{name}.example/feed") })];

    [Fact]
    public async Task ManualPoll_NamesAFeed_HandsOutAndWaitsForThatOneOnly()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 8);

        var poll = queue.Due.Begin([Sources[3].Id], TestContext.Current.CancellationToken);
        await queue.PollAsync(1, Failing);
        await Eventually.HoldsAsync(() => Task.FromResult(poll.Snapshot().Ended));

        var done = poll.Snapshot();
        Assert.Equal((1, 1, 1), (done.Feeds, done.FeedsDone, done.FeedsFailed));
        Assert.Equal([Sources[3].Id], queue.Polled);
    }

    [Fact]
    public async Task ManualPoll_HostAskedForNoRequests_IsLeftAlone()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 8);
        queue.Gate.Hold("d.example", new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

        var poll = queue.Due.Begin([Sources[3].Id], TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => Task.FromResult(poll.Snapshot().Ended));

        Assert.Equal((0, 1), (poll.Snapshot().Feeds, poll.Snapshot().LeftAlone));
    }

    [Fact]
    public async Task ManualPoll_OthersFailMeanwhile_IsNotHeldAgainstIt()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 8);
        await queue.Due.EnqueueDueAsync(TestContext.Current.CancellationToken);

        // All five are under way already, so the wish waits for the poll of its feed instead of asking for a second one.
        var poll = queue.Due.Begin([Sources[0].Id], TestContext.Current.CancellationToken);
        await queue.PollAsync(5, state => state.Id == Sources[0].Id ? Healthy(state) : Failing(state));
        await Eventually.HoldsAsync(() => Task.FromResult(poll.Snapshot().Ended));

        var done = poll.Snapshot();
        Assert.Equal((1, 0, 3), (done.FeedsDone, done.FeedsFailed, done.StoriesAdded));
        Assert.Equal(5, queue.Polled.Count);
    }

    [Fact]
    public async Task ManualPoll_OfWhatIsDue_EndsWhenAllOfItIsDoneAlsoPastTheQueuesRoom()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 1);

        var poll = queue.Due.Begin(null, TestContext.Current.CancellationToken);
        await queue.PollAsync(4, Healthy);
        Assert.False(poll.Snapshot().Ended);
        await queue.PollAsync(1, Healthy);
        await Eventually.HoldsAsync(() => Task.FromResult(poll.Snapshot().Ended));

        Assert.Equal((5, 15), (poll.Snapshot().FeedsDone, poll.Snapshot().StoriesAdded));
        Assert.Equal(5, queue.Progress.Snapshot().FeedsQueued);
    }

    [Fact]
    public async Task ManualPoll_FeedPolledAMomentAgoOrUnknown_IsLeftAlone()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 8);
        await queue.Due.EnqueueDueAsync(TestContext.Current.CancellationToken);
        await queue.PollAsync(5, Healthy);

        var poll = queue.Due.Begin([Sources[0].Id, new FeedId("0123456789abcdef")], TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => Task.FromResult(poll.Snapshot().Ended));

        Assert.Equal((2, 0), (poll.Snapshot().LeftAlone, poll.Snapshot().FeedsDone));
    }

    [Fact]
    public async Task EnqueueDue_StoppedWhileTheQueueIsFull_CountsOnlyWhatIsQueued()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 1);
        using var stop = new CancellationTokenSource();

        var enqueuing = queue.Due.EnqueueDueAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => enqueuing);

        Assert.Equal(1, queue.Progress.Snapshot().FeedsQueued);
    }

    /// <summary>A feed whose lease has run out is due again for the store; it is polled all the same.</summary>
    [Fact]
    public async Task EnqueueDue_PollTakesLongerThanItsLease_IsNotPolledTwiceAtOnce()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 8);
        await queue.Due.EnqueueDueAsync(TestContext.Current.CancellationToken);
        queue.Clock.Advance(new PollingOptions().Lease + TimeSpan.FromMinutes(1));

        Assert.Equal(0, await queue.Due.EnqueueDueAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WhilePaused_BreaksOffPolls_AndLetsGoWhatWaits()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 8);
        await queue.Due.EnqueueDueAsync(TestContext.Current.CancellationToken);
        await queue.TakeAsync();
        var (polls, isDone) = (queue.Due.Polls, false);

        var pausing = queue.Due.WhilePausedAsync(() => Task.FromResult(isDone = true), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => Task.FromResult(polls.IsCancellationRequested));
        Assert.False(isDone);
        queue.EndPoll();
        await pausing;

        Assert.True(isDone);
        Assert.False(queue.Due.Polls.IsCancellationRequested);
        Assert.All(Sources, source => Assert.False(queue.Due.IsUnderWay(source.Id)));
        Assert.Equal((5, 4), (queue.Progress.Snapshot().FeedsQueued, queue.Progress.Snapshot().FeedsDone)); // the test's own poll counts when its poller says so
    }

    [Fact]
    public async Task WhilePaused_WhatIsDoneFails_FeedsAreDueAsTheyWere()
    {
        await using var queue = await Queue.OpenAsync(concurrency: 8);
        await queue.Due.EnqueueDueAsync(TestContext.Current.CancellationToken);
        await queue.TakeAsync();

        var pausing = queue.Due.WhilePausedAsync(() => throw new StoreException("the disk is full"), TestContext.Current.CancellationToken);
        queue.EndPoll();
        await Assert.ThrowsAsync<StoreException>(() => pausing);

        Assert.Equal(5, await queue.Due.EnqueueDueAsync(TestContext.Current.CancellationToken));
    }

    private static FeedState Healthy(FeedState state) => state with { Health = FeedHealth.Healthy, Stories = state.Stories + 3 };

    private static FeedState Failing(FeedState state) => state with { Health = FeedHealth.Failing };

    /// <summary>A queue over a store with five feeds that are due.</summary>
    private sealed class Queue : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
        private IStoryStore _store = null!;
        private IAsyncEnumerator<FeedState> _poller = null!;
        private Task<bool>? _next;

        public FakeTimeProvider Clock => _clock;

        public PollProgress Progress { get; } = new();

        public HostGate Gate { get; private set; } = null!;

        public DueFeeds Due { get; private set; } = null!;

        public List<FeedId> Polled { get; } = [];

        public static async Task<Queue> OpenAsync(int concurrency)
        {
            var queue = new Queue();
            var catalog = new FeedCatalog();
            catalog.Replace(new FeedList(Sources, []));
            queue._store = await StorageRegistration.OpenAsync(queue._folder.Data, new StoryRetention(), TimeSpan.Zero, queue._clock, TestContext.Current.CancellationToken);
            await new CatalogActivation(catalog, queue._store, queue._clock).ApplyAsync(TestContext.Current.CancellationToken);
            queue.Gate = new HostGate(Options.Create(new FetchingOptions()), queue._clock);
            queue.Due = new DueFeeds(queue._store, catalog, queue.Gate, queue.Progress, new PollPulse(queue._clock), Options.Create(new PollingOptions { Concurrency = concurrency }), queue._clock);
            queue._poller = queue.Due.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
            return queue;
        }

        /// <summary>Polls so many feeds; <paramref name="outcome"/> is how each is afterwards.</summary>
        public async Task PollAsync(int feeds, Func<FeedState, FeedState> outcome)
        {
            for (var i = 0; i < feeds; i++)
            {
                Assert.True(await Next());
                var state = _poller.Current;
                Polled.Add(state.Id);
                var now = _clock.GetUtcNow();
                var after = outcome(state) with { Polls = state.Polls + 1, LastPoll = now, NextPoll = now + TimeSpan.FromHours(1) };
                await _store.SaveAsync(new StoryBatch([], after), TestContext.Current.CancellationToken);
            }

            // Back for the next feed, which says that the last one is done.
            _next = _poller.MoveNextAsync().AsTask();
        }

        /// <summary>Begins the poll of the next feed.</summary>
        public async Task TakeAsync() => Assert.True(await Next());

        /// <summary>Ends that without a word to the store.</summary>
        public void EndPoll() => _next = _poller.MoveNextAsync().AsTask();

        public async ValueTask DisposeAsync()
        {
            Due.Dispose();
            await _store.DisposeAsync();
            _folder.Dispose();
        }

        private Task<bool> Next()
        {
            var next = _next ?? _poller.MoveNextAsync().AsTask();
            _next = null;
            return next;
        }
    }
}
