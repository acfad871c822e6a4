using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Content.Publishing.Json;
using Aggregator.Model.Push;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;
using Aggregator.Service.Web;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>Something new in a feed, for a stream of events.</summary>
/// <param name="Id">Where a stream goes on that breaks off after it.</param>
/// <param name="Data">The entry as an item of JSON Feed, one line of UTF-8.</param>
public sealed record LiveEvent(string Id, ReadOnlyMemory<byte> Data);

/// <summary>A stream of what is new in a feed. Dispose to end it.</summary>
/// <param name="missed">What came since an earlier stream, the oldest first.</param>
/// <param name="coming">What comes. Ends when whoever reads it is too slow.</param>
/// <param name="joined">Where another stream goes on, if this one ends before anything came.</param>
/// <param name="leave">Ends it.</param>
public sealed class LiveListener(IReadOnlyList<LiveEvent> missed, ComingEvents coming, string joined, Action leave) : IDisposable
{
    /// <summary>What came since an earlier stream, the oldest first.</summary>
    public IReadOnlyList<LiveEvent> Missed { get; } = missed;

    /// <summary>What comes. Ends when whoever reads it is too slow.</summary>
    public ComingEvents Coming { get; } = coming;

    /// <summary>Where another stream goes on, if this one ends before anything came.</summary>
    public string Joined { get; } = joined;

    /// <inheritdoc/>
    public void Dispose() => leave();
}

/// <summary>The feeds that somebody listens to right now. What is new is found once for all who listen to the same. Safe for concurrent use.</summary>
public sealed partial class LiveFeeds(FeedNews news, MergedFeedComposer composer, SavedQueries queries, StoreChanges changes, IOptions<PushOptions> options, TimeProvider clock, ILogger<LiveFeeds> logger)
{
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

        var events = new ComingEvents();
        var joined = IdOf(clock.GetUtcNow());
        try
        {
            if (!await TryJoinAsync(feed, home, events, cancellationToken))
            {
                Leave(feed, home, events);
                return null;
            }

            return new LiveListener([.. await MissedAsync(feed, home, last, cancellationToken)], events, joined, () => Leave(feed, home, events));
        }
        catch
        {
            Leave(feed, home, events);
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
        if (!long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return [];
        }

        // The clock may have been set back.
        var now = clock.GetUtcNow();
        var since = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, now.ToUnixTimeMilliseconds()));
        var missed = await news.ListSinceAsync(feed, since - Overlap, cancellationToken);
        return EventsOf(feed, home, missed, IdOf(now));
    }

    private async Task<bool> TryJoinAsync(MergedFeed feed, Uri home, ComingEvents listener, CancellationToken cancellationToken)
    {
        var version = changes.Version;
        var (told, at) = await news.ListAsync(feed, cancellationToken);
        lock (_gate)
        {
            if (!_feeds.TryGetValue((feed, home), out var live))
            {
                if (_feeds.Count >= options.Value.MostStreamedFeeds)
                {
                    return false;
                }

                // What was listed is known as told, so that some may come from a little before does no harm.
                _feeds[(feed, home)] = live = new LiveFeed(feed, home, new PublishedTopic(home.Below(feed.Path).AbsoluteUri, at - Overlap, 0, told));
            }

            live.Listeners = [.. live.Listeners, listener];
        }

        if (changes.Version != version)
        {
            // What came meanwhile may have been looked for before this one joined.
            changes.Happened();
        }

        return true;
    }

    private void Leave(MergedFeed feed, Uri home, ComingEvents listener)
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
        if (live.Feed.Scope is { Kind: ScopeKind.SavedQuery, IsPrivate: false } scope && queries.Find(scope.Slug) is { IsPrivate: true })
        {
            // It was made private: who listens is asked for a key when they come back.
            foreach (var listener in live.Listeners)
            {
                listener.End();
            }

            return;
        }

        var found = await news.FindAsync(live.Feed, live.State, isDeep: false, cancellationToken);
        List<LiveEvent> events = [.. EventsOf(live.Feed, live.Home, found.Entries, IdOf(found.At))];
        live.State = live.State with { Told = found.Told, LookedAt = found.At };
        foreach (var told in events)
        {
            foreach (var listener in live.Listeners)
            {
                listener.Add(told);
            }
        }
    }

    /// <summary>The oldest first.</summary>
    private IEnumerable<LiveEvent> EventsOf(MergedFeed feed, Uri home, IReadOnlyList<PublishedEntry> entries, string id)
    {
        var published = composer.Compose(feed, home, entries);
        return entries.Reverse().Select(entry => new LiveEvent(id, JsonFeedWriter.WriteItem(published, entry)));
    }

    private static string IdOf(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(895, LogLevel.Error, "What is new in {Feed} could not be told to those who listen; it is tried again with the next news")]
    private partial void LogFault(string feed, Exception fault);

    private sealed class LiveFeed(MergedFeed feed, Uri home, PublishedTopic state)
    {
        public MergedFeed Feed { get; } = feed;

        public Uri Home { get; } = home;

        public PublishedTopic State { get; set; } = state;

        public IReadOnlyList<ComingEvents> Listeners { get; set; } = [];
    }
}
