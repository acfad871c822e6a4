using System.Diagnostics;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;

namespace Aggregator.Service.Watching;

/// <summary>
/// Counts the feeds and what is stored, for metrics and status lines. Counted anew only now and then: of many feeds on a database server that takes a while, and
/// whoever asks often shall not make it work. Safe for concurrent use.
/// </summary>
public sealed class FeedCensus(IStoryStore store, FeedCatalog catalog, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    /// <summary>Counting may take this part of the time.</summary>
    private const int Share = 50;

    private readonly SemaphoreSlim _counting = new(1, 1);
    private TimeSpan _goodFor = GoodFor;
    private long _counted;

    /// <summary>As last counted.</summary>
    public Census Last { get; private set; } = Census.Empty;

    /// <summary>The counts, not much older than now. Where the store cannot be read, the last there were.</summary>
    public async Task<Census> TakeAsync(CancellationToken cancellationToken)
    {
        await _counting.WaitAsync(cancellationToken);
        try
        {
            if (ReferenceEquals(Last, Census.Empty) || clock.GetElapsedTime(_counted) >= _goodFor)
            {
                var began = Stopwatch.GetTimestamp();
                Last = Count(await store.ListFeedStatesAsync(cancellationToken), await store.CountAsync(cancellationToken), clock.GetUtcNow());
                _counted = clock.GetTimestamp();
                var wait = Stopwatch.GetElapsedTime(began) * Share;
                _goodFor = wait > GoodFor ? wait : GoodFor;
            }
        }
        catch (StoreException)
        {
            // StoreWatch has told of it.
        }
        finally
        {
            _counting.Release();
        }

        return Last;
    }

    /// <inheritdoc/>
    public void Dispose() => _counting.Dispose();

    private Census Count(IReadOnlyList<FeedState> all, StoreCounts counts, DateTimeOffset now)
    {
        var states = all.ToDictionary(state => state.Id);
        var byHealth = new Dictionary<FeedHealth, int>();
        var (off, due, overdue) = (0, 0, TimeSpan.Zero);
        foreach (var feed in catalog.Feeds.Values)
        {
            if (!feed.Enabled)
            {
                off++;
                continue;
            }

            var state = states.GetValueOrDefault(feed.Id);
            var health = state?.Health ?? FeedHealth.New;
            byHealth[health] = byHealth.GetValueOrDefault(health) + 1;
            if (state is not null && health != FeedHealth.Gone && state.NextPoll <= now)
            {
                due++;

                // What a person hastened is due since for ever.
                var late = now - state.NextPoll;
                overdue = late > overdue && late < TimeSpan.FromDays(365) ? late : overdue;
            }
        }

        return new Census(byHealth, off, due, overdue, counts.Stories, counts.Bytes, counts.LogBytes);
    }
}

/// <summary>Feeds and stories, counted.</summary>
/// <param name="Feeds">Feeds by their health, without those that are off.</param>
/// <param name="Off">Feeds that are off.</param>
/// <param name="Due">Feeds whose poll is due or under way.</param>
/// <param name="Overdue">For how long the one that has been due for longest has been so.</param>
/// <param name="Stories">Stories.</param>
/// <param name="Bytes">What all takes on the disk.</param>
/// <param name="LogBytes">What the store's logs take of that.</param>
public sealed record Census(IReadOnlyDictionary<FeedHealth, int> Feeds, int Off, int Due, TimeSpan Overdue, long Stories, long Bytes, long LogBytes)
{
    /// <summary>Nothing was counted yet.</summary>
    public static Census Empty { get; } = new(new Dictionary<FeedHealth, int>(), 0, 0, TimeSpan.Zero, 0, 0, 0);

    /// <summary>Feeds that are polled.</summary>
    public int Polled => Feeds.Values.Sum();

    /// <summary>Feeds of a health.</summary>
    public int Of(FeedHealth health) => Feeds.GetValueOrDefault(health);
}
