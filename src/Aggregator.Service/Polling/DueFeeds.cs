using System.Threading.Channels;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>The feeds that wait for a poller. Bounded, so that claiming stops while the pollers are busy.</summary>
public sealed class DueFeeds(IStoryStore store, FeedCatalog catalog, PollProgress progress, IOptions<PollingOptions> options, TimeProvider clock) : IDisposable
{
    private readonly Channel<FeedState> _channel = Channel.CreateBounded<FeedState>(options.Value.Concurrency);
    private readonly SemaphoreSlim _dispatching = new(1, 1);

    /// <summary>The feeds to poll, as they come. Ends never.</summary>
    public IAsyncEnumerable<FeedState> ReadAllAsync(CancellationToken cancellationToken) => _channel.Reader.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _dispatching.Dispose();

    /// <summary>Claims every feed that is due and queues it, waiting for room. Returns how many were queued.</summary>
    public async Task<int> EnqueueDueAsync(CancellationToken cancellationToken)
    {
        await _dispatching.WaitAsync(cancellationToken);
        try
        {
            var queued = 0;
            while (true)
            {
                var due = await store.ClaimDueFeedsAsync(clock.GetUtcNow(), options.Value.Concurrency, options.Value.Lease, cancellationToken);
                foreach (var state in due)
                {
                    progress.FeedQueued();
                    await _channel.Writer.WriteAsync(state, cancellationToken);
                }

                queued += due.Count;
                if (due.Count < options.Value.Concurrency)
                {
                    return queued;
                }
            }
        }
        finally
        {
            _dispatching.Release();
        }
    }

    /// <summary>
    /// Makes feeds due now and queues them, except those polled within <see cref="PollingOptions.ManualInterval"/>: a person's
    /// impatience must not cost a publisher more than that.
    /// </summary>
    public async Task<RefreshOutcome> RefreshAsync(IReadOnlyCollection<FeedId>? feeds, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var states = (await store.ListFeedStatesAsync(cancellationToken)).ToDictionary(state => state.Id);
        int hastened = 0, tooSoon = 0;
        foreach (var feed in feeds ?? [.. catalog.Feeds.Keys])
        {
            if (!states.TryGetValue(feed, out var state) || state.LastPoll > now - options.Value.ManualInterval)
            {
                tooSoon++;
            }
            else if (await store.HastenPollAsync(feed, now, cancellationToken))
            {
                hastened++;
            }
        }

        return new RefreshOutcome(hastened, tooSoon);
    }
}

/// <summary>What became of a wish to poll now.</summary>
/// <param name="Hastened">Feeds that are due now.</param>
/// <param name="TooSoon">Feeds left alone because they were polled a moment ago.</param>
public sealed record RefreshOutcome(int Hastened, int TooSoon);
