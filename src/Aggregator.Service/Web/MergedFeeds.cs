using System.Collections.Concurrent;
using Aggregator.Content.Publishing;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Web;

/// <summary>
/// The merged feeds as bytes. Each is rendered once per change of the stored stories and format, however many readers wait for it, and
/// its bytes change only with its content, so that an unchanged feed costs a reader a 304.
/// </summary>
public sealed partial class MergedFeeds(
    MergedFeedComposer composer, StoreChanges changes, IOptions<HostingOptions> options, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<MergedFeeds> logger) : IDisposable
{
    /// <summary>
    /// Memory for rendered feeds. A feed of 50 long articles is some 0.5 MB with its compressed form, so this holds the feeds that
    /// readers ask for; where no public address is set, one could ask under any number of host names.
    /// </summary>
    private const long MostBytes = 64 * 1024 * 1024;

    /// <summary>States of a feed that are remembered beside the last, for readers who ask for what is new since one of them.</summary>
    private const int MostEarlier = 20;

    /// <summary>What is remembered of an entry, roughly.</summary>
    private const long BytesOfAnEntry = 110;

    /// <summary>As long as nobody notices.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly MemoryCache _rendered = new(new MemoryCacheOptions { SizeLimit = MostBytes });
    private readonly ConcurrentDictionary<FeedKey, Lazy<Task<RenderedFeed>>> _rendering = new();
    private readonly ConcurrentDictionary<(FeedKey Feed, string Since), Lazy<Task<RenderedFeed?>>> _makingNews = new();

    /// <summary>
    /// A feed with all links beginning with <paramref name="home"/>. It shows what is stored now, or what was a moment ago
    /// (<see cref="HostingOptions.FeedsMayLag"/>) where stories come all the time: nobody waits for it then.
    /// </summary>
    public async Task<RenderedFeed> RenderAsync(MergedFeed feed, Uri home, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feed);
        var key = new FeedKey(feed.Scope, feed.Writer.Extension, feed.View, home);
        var version = changes.Version;
        if (_rendered.TryGetValue(key, out RenderedFeed? known) && known is not null)
        {
            var age = clock.GetElapsedTime(known.CheckedAt);
            var pause = known.Took * 4;
            if (known.Version == version || age < (pause < options.Value.FeedsMayLag / 2 ? pause : options.Value.FeedsMayLag / 2))
            {
                return known;
            }

            if (age < options.Value.FeedsMayLag)
            {
                return await RenderSoonAsync(key, feed) ?? known;
            }
        }

        // One that was begun before the last change is not new enough.
        RenderedFeed made;
        do
        {
            made = await RenderOnceAsync(key, feed).WaitAsync(cancellationToken);
        }
        while (made.Version < version);
        return made;
    }

    /// <summary>Whether a feed shows all that is stored now.</summary>
    public bool IsCurrent(RenderedFeed feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        return feed.Version == changes.Version;
    }

    /// <summary>
    /// The same feed with only those entries that are new or changed since a state of it (RFC 3229, A-IM: feed), with the ETag of the feed as it is.
    /// </summary>
    /// <param name="feed">The feed.</param>
    /// <param name="home">What its links begin with.</param>
    /// <param name="since">The ETag of that state, without quotes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null: that state is not remembered.</returns>
    public async Task<RenderedFeed?> RenderNewsAsync(MergedFeed feed, Uri home, string since, CancellationToken cancellationToken)
    {
        var whole = await RenderAsync(feed, home, cancellationToken);
        if (whole.Earlier.FirstOrDefault(state => state.ETag == since) is not { } earlier)
        {
            return null;
        }

        var key = (new FeedKey(feed.Scope, feed.Writer.Extension, feed.View, home), since);
        if (_rendered.TryGetValue(key, out RenderedFeed? known) && known?.ETag == whole.ETag)
        {
            return known;
        }

        return await _makingNews.GetOrAdd(key, _ => new(() => Task.Run(() => MakeNewsAsync(key, feed, whole, earlier, lifetime.ApplicationStopping)))).Value.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _rendered.Dispose();

    /// <summary>Made once for all who have the same state.</summary>
    private async Task<RenderedFeed?> MakeNewsAsync((FeedKey Feed, string Since) key, MergedFeed feed, RenderedFeed whole, FeedSnapshot earlier, CancellationToken cancellationToken)
    {
        try
        {
            return await ComposeNewsAsync(key, feed, whole, earlier, cancellationToken);
        }
        finally
        {
            _makingNews.TryRemove(key, out _);
        }
    }

    private async Task<RenderedFeed?> ComposeNewsAsync((FeedKey Feed, string Since) key, MergedFeed feed, RenderedFeed whole, FeedSnapshot earlier, CancellationToken cancellationToken)
    {
        var published = await composer.ComposeAsync(feed, key.Feed.Home, cancellationToken);
        var there = published.Entries.Select(IdOf).ToHashSet(StringComparer.Ordinal);
        if (whole.Entries.Keys.Any(entry => !earlier.Entries.ContainsKey(entry) && !there.Contains(entry)))
        {
            // Something new was pushed out meanwhile by what is newer.
            return null;
        }

        var news = published with { Entries = [.. published.Entries.Where(entry => earlier.Entries.GetValueOrDefault(IdOf(entry)) != VersionOf(entry))] };
        return Keep(key, new RenderedFeed(whole.Version, feed.Writer.Write(news), whole.ETag, whole.LastModified, whole.AskAgainAfter) { CheckedAt = whole.CheckedAt });
    }

    /// <summary>The feed, if it is made within a moment. Null: it takes longer, and goes on.</summary>
    private async Task<RenderedFeed?> RenderSoonAsync(FeedKey key, MergedFeed feed)
    {
        var rendering = RenderOnceAsync(key, feed);
        await Task.WhenAny(rendering, Task.Delay(Moment, clock));
        if (rendering.IsCompletedSuccessfully)
        {
            return await rendering;
        }

        _ = LogFaultOfAsync(rendering);
        return null;
    }

    /// <summary>One reader who leaves must not take the feed from those who wait with him; and nobody makes it himself who is to be sent the one before.</summary>
    private Task<RenderedFeed> RenderOnceAsync(FeedKey key, MergedFeed feed) =>
        _rendering.GetOrAdd(key, _ => new(() => Task.Run(() => RenderAndKeepAsync(key, feed, lifetime.ApplicationStopping)))).Value;

    private async Task<RenderedFeed> RenderAndKeepAsync(FeedKey key, MergedFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            var (version, begun) = (changes.Version, clock.GetTimestamp());
            var published = await composer.ComposeAsync(feed, key.Home, cancellationToken);
            var bytes = feed.Writer.Write(published);
            var hash = EntityTags.HashOf(bytes);
            var before = _rendered.Get<RenderedFeed>(key);
            if (before?.ETag == hash)
            {
                // Compressed already.
                return Keep(key, before with { Version = version, CheckedAt = begun, Took = clock.GetElapsedTime(begun) });
            }

            var made = new RenderedFeed(version, bytes, hash, WholeSeconds(LastModified(published)), published.AskAgainAfter!.Value)
            {
                CheckedAt = begun,
                Took = clock.GetElapsedTime(begun),
                ChangedAt = before is null ? DateTimeOffset.MinValue : clock.GetUtcNow(),
                Entries = published.Entries.GroupBy(IdOf).ToDictionary(entry => entry.Key, entry => VersionOf(entry.First())),
                Earlier = before is null ? [] : [.. before.Earlier.Prepend(new FeedSnapshot(before.ETag, before.Entries)).Take(MostEarlier)],
            };

            // Readers who take a coding come again, and none of them is to wait for it.
            foreach (var coding in before?.CodingsAskedFor ?? [])
            {
                made.In(coding);
            }

            return Keep(key, made);
        }
        finally
        {
            _rendering.TryRemove(key, out _);
        }
    }

    private RenderedFeed Keep(object key, RenderedFeed feed) => _rendered.Set(key, feed, new MemoryCacheEntryOptions { Size = (feed.Bytes.Length * 2L) + (BytesOfAnEntry * (feed.Entries.Count + feed.Earlier.Sum(state => state.Entries.Count))) });

    private async Task LogFaultOfAsync(Task<RenderedFeed> rendering)
    {
        try
        {
            await rendering;
        }
#pragma warning disable CA1031 // Nobody waits for it: whoever asks next tries again, and is told.
        catch (Exception fault) when (!lifetime.ApplicationStopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotMade(fault);
        }
    }

    /// <summary>
    /// Other tags are no news to a reader, so they leave <see cref="PublishedFeed.Updated"/> alone; but they may bring a story into a topic's
    /// feed, and who asks by date only must get it.
    /// </summary>
    private static DateTimeOffset LastModified(PublishedFeed feed) =>
        feed.Entries.SelectMany(entry => entry.Others.Prepend(entry.Lead)).Select(story => story.Retagged ?? story.Updated).Append(feed.Updated).Max();

    private static DateTimeOffset WholeSeconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    /// <summary>What names an entry in every state of a feed.</summary>
    private static string IdOf(PublishedEntry entry) => entry.Lead.Cluster.Value;

    /// <summary>Another one whenever what an entry tells may have changed. Good for as long as the process runs.</summary>
    private static int VersionOf(PublishedEntry entry)
    {
        var version = default(HashCode);
        foreach (var story in entry.Others.Prepend(entry.Lead))
        {
            version.Add((story.Id, story.Updated, story.Retagged, story.Carriers.Count));
        }

        return version.ToHashCode();
    }

    [LoggerMessage(860, LogLevel.Warning, "A merged feed could not be made anew; who asks next is answered or told why")]
    private partial void LogNotMade(Exception fault);

    private sealed record FeedKey(MergedFeedScope Scope, string Extension, FeedView View, Uri Home);
}

/// <summary>A merged feed ready to be sent.</summary>
/// <param name="Version">The state of the store it shows.</param>
/// <param name="Bytes">The document.</param>
/// <param name="ETag">A hash of the bytes of the whole feed, without quotes.</param>
/// <param name="LastModified">When the newest change of a story in it happened, whole seconds; the same before and after a restart.</param>
/// <param name="AskAgainAfter">How long a reader may well wait before it asks again.</param>
public sealed record RenderedFeed(long Version, byte[] Bytes, string ETag, DateTimeOffset LastModified, TimeSpan AskAgainAfter)
{
    private readonly Lazy<byte[]> _brotli = new(() => ContentCoding.Encode(Bytes, ContentCoding.Brotli));
    private readonly Lazy<byte[]> _gzip = new(() => ContentCoding.Encode(Bytes, ContentCoding.Gzip));

    /// <summary>When it was last known to show all there was, as a timestamp of the clock.</summary>
    public long CheckedAt { get; init; }

    /// <summary>How long it took to make it.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>
    /// When this process saw it change. A story has its times from before it was stored, so a change may leave <see cref="LastModified"/> as it was; who asks by an
    /// earlier date than this gets the feed.
    /// </summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>What names each entry, with a number that changes with what it tells.</summary>
    public IReadOnlyDictionary<string, int> Entries { get; init; } = new Dictionary<string, int>();

    /// <summary>The states before this one, the last first.</summary>
    public IReadOnlyList<FeedSnapshot> Earlier { get; init; } = [];

    /// <summary>The codings that somebody took.</summary>
    public IEnumerable<string> CodingsAskedFor
    {
        get
        {
            if (_brotli.IsValueCreated)
            {
                yield return ContentCoding.Brotli;
            }

            if (_gzip.IsValueCreated)
            {
                yield return ContentCoding.Gzip;
            }
        }
    }

    /// <summary>The document in a coding, made when it is first asked for. Null: as it is.</summary>
    public byte[] In(string? coding) => coding switch
    {
        ContentCoding.Brotli => _brotli.Value,
        ContentCoding.Gzip => _gzip.Value,
        _ => Bytes,
    };
}

/// <summary>What a feed once held.</summary>
/// <param name="ETag">Its ETag then, without quotes.</param>
/// <param name="Entries">Its entries then.</param>
public sealed record FeedSnapshot(string ETag, IReadOnlyDictionary<string, int> Entries);
