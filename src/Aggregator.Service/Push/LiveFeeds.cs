using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aggregator.Content.Publishing;
using Aggregator.Content.Publishing.Json;
using Aggregator.Service.Web;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>Something new in a feed, for a stream of events.</summary>
/// <param name="Id">Where a stream goes on that breaks off after it.</param>
/// <param name="Data">The entry as an item of JSON Feed, one line of UTF-8.</param>
public sealed record LiveEvent(string Id, ReadOnlyMemory<byte> Data);

/// <summary>A stream of what is new in a feed. Dispose to end it.</summary>
/// <param name="missed">What came since an earlier stream, the oldest first.</param>
/// <param name="coming">What comes.</param>
/// <param name="leave">Ends it.</param>
public sealed class LiveListener(IReadOnlyList<LiveEvent> missed, ChannelReader<LiveEvent> coming, Action leave) : IDisposable
{
    /// <summary>The events, as they come. Ends when whoever reads them is too slow.</summary>
    public async IAsyncEnumerable<LiveEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var told in missed)
        {
            yield return told;
        }

        await foreach (var told in coming.ReadAllAsync(cancellationToken))
        {
            yield return told;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => leave();
}

/// <summary>The feeds that somebody listens to right now. What is new is found once for all who listen to the same. Safe for concurrent use.</summary>
public sealed partial class LiveFeeds(FeedNews news, MergedFeedComposer composer, IOptions<PushOptions> options, TimeProvider clock, ILogger<LiveFeeds> logger)
{
    /// <summary>Events that wait for a listener; one that is slower loses its stream, and begins another where that ended.</summary>
    private const int MostWaiting = 500;

    /// <summary>A story has its time from before it is stored, so those of a little earlier are told again to one who comes back.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<(MergedFeed Feed, Uri Home), LiveFeed> _feeds = [];
    private int _listeners;

    /// <summary>
    /// Begins to listen to a feed, from now on or from where an earlier stream ended: what came since then is told first, some of it perhaps once more.
    /// </summary>
    /// <param name="feed">The feed; JSON.</param>
    /// <param name="home">What its links begin with.</param>
    /// <param name="last">The id of the last event of an earlier stream. Null: there was none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Dispose it to end. Null: too many listen already.</returns>
    public async Task<LiveListener?> ListenAsync(MergedFeed feed, Uri home, string? last, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _listeners) > options.Value.MostStreams)
        {
            Interlocked.Decrement(ref _listeners);
            return null;
        }

        var events = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
        try
        {
            await JoinAsync(feed, home, events.Writer, cancellationToken);
            return new LiveListener([.. await MissedAsync(feed, home, last, cancellationToken)], events.Reader, () => Leave(feed, home, events.Writer));
        }
        catch
        {
            Leave(feed, home, events.Writer);
            throw;
        }
    }

    /// <summary>Tells all who listen what is new.</summary>
    public async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        List<LiveFeed> feeds;
        lock (_gate)
        {
            feeds = [.. _feeds.Values];
        }

        foreach (var feed in feeds)
        {
            try
            {
                await AnnounceAsync(feed, cancellationToken);
            }
#pragma warning disable CA1031 // The boundary of one feed: it is looked through again with the next change.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFault(feed.Feed.Path, fault);
            }
        }
    }

    private async Task<IEnumerable<LiveEvent>> MissedAsync(MergedFeed feed, Uri home, string? last, CancellationToken cancellationToken)
    {
        if (!long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds > clock.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return [];
        }

        var missed = await news.ListSinceAsync(feed, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) - Overlap, cancellationToken);
        return EventsOf(feed, home, missed, last);
    }

    private async Task JoinAsync(MergedFeed feed, Uri home, ChannelWriter<LiveEvent> listener, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var told = await news.ListAsync(feed, cancellationToken);
        lock (_gate)
        {
            if (!_feeds.TryGetValue((feed, home), out var live))
            {
                _feeds[(feed, home)] = live = new LiveFeed(feed, home, now) { Told = told };
            }

            live.Listeners = [.. live.Listeners, listener];
        }
    }

    private void Leave(MergedFeed feed, Uri home, ChannelWriter<LiveEvent> listener)
    {
        Interlocked.Decrement(ref _listeners);
        lock (_gate)
        {
            if (_feeds.TryGetValue((feed, home), out var live))
            {
                live.Listeners = [.. live.Listeners.Where(other => other != listener)];
                if (live.Listeners.Count == 0)
                {
                    _feeds.Remove((feed, home));
                }
            }
        }
    }

    private async Task AnnounceAsync(LiveFeed live, CancellationToken cancellationToken)
    {
        var id = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var found = await news.FindAsync(live.Feed, live.Told, live.Since, cancellationToken);
        live.Told = found.Told;
        foreach (var told in EventsOf(live.Feed, live.Home, found.Entries, id))
        {
            foreach (var listener in live.Listeners)
            {
                if (!listener.TryWrite(told))
                {
                    listener.TryComplete();
                }
            }
        }
    }

    /// <summary>The oldest first.</summary>
    private IEnumerable<LiveEvent> EventsOf(MergedFeed feed, Uri home, IReadOnlyList<PublishedEntry> entries, string id)
    {
        var published = composer.Compose(feed, home, entries);
        return entries.Reverse().Select(entry => new LiveEvent(id, JsonFeedWriter.WriteItem(published, entry)));
    }

    [LoggerMessage(895, LogLevel.Error, "What is new in {Feed} could not be told to those who listen; it is tried again with the next news")]
    private partial void LogFault(string feed, Exception fault);

    private sealed class LiveFeed(MergedFeed feed, Uri home, DateTimeOffset since)
    {
        public MergedFeed Feed { get; } = feed;

        public Uri Home { get; } = home;

        public DateTimeOffset Since { get; } = since;

        public IReadOnlyDictionary<string, long> Told { get; set; } = new Dictionary<string, long>();

        public IReadOnlyList<ChannelWriter<LiveEvent>> Listeners { get; set; } = [];
    }
}
