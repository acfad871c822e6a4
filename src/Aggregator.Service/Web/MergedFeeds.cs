using System.Collections.Concurrent;
using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Text;
using Aggregator.Service.Api;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Web;

/// <summary>
/// The merged feeds as bytes. Each is rendered once per change of the stored stories and format, however many readers wait for it, and
/// its bytes change only with its content, so that an unchanged feed costs a reader a 304.
/// </summary>
public sealed class MergedFeeds(
    MergedFeedBuilder builder, FeedCatalog catalog, StoreChanges changes, IOptions<HostingOptions> options, IHostApplicationLifetime lifetime) : IDisposable
{
    /// <summary>
    /// Memory for rendered feeds. A feed of 50 long articles is some 0.5 MB with its compressed form, so this holds the feeds that
    /// readers ask for; where no public address is set, one could ask under any number of host names.
    /// </summary>
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly MemoryCache _rendered = new(new MemoryCacheOptions { SizeLimit = MostBytes });
    private readonly ConcurrentDictionary<(FeedKey Key, long Version), Lazy<Task<RenderedFeed>>> _rendering = new();

    /// <summary>The feed of a scope in a format, with all links beginning with <paramref name="home"/>.</summary>
    public Task<RenderedFeed> RenderAsync(
        MergedFeedScope scope, IFeedWriter writer, FeedView view, Uri home, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(view);
        var key = new FeedKey(scope, writer.Extension, view, home);
        var version = changes.Version;
        if (_rendered.TryGetValue(key, out RenderedFeed? known) && known?.Version == version)
        {
            return Task.FromResult(known);
        }

        // One reader who leaves must not take the feed from those who wait with him.
        var rendering = _rendering.GetOrAdd((key, version), _ => new(() => RenderAndKeepAsync(key, version, writer, lifetime.ApplicationStopping)));
        return rendering.Value.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _rendered.Dispose();

    private async Task<RenderedFeed> RenderAndKeepAsync(FeedKey key, long version, IFeedWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            var feed = await CollectAsync(key, cancellationToken);
            var bytes = writer.Write(feed);
            var fresh = new RenderedFeed(version, bytes, EntityTags.HashOf(bytes), WholeSeconds(LastModified(feed)));
            return _rendered.Set(key, fresh, new MemoryCacheEntryOptions { Size = fresh.Bytes.Length * 2L });
        }
        finally
        {
            _rendering.TryRemove((key, version), out _);
        }
    }

    private async Task<PublishedFeed> CollectAsync(FeedKey key, CancellationToken cancellationToken)
    {
        var (scope, extension, view, home) = key;
        var content = view.Content < options.Value.MostContent ? view.Content.Value : options.Value.MostContent;
        var limit = Math.Min(view.Limit ?? options.Value.FeedEntries, HostingOptions.MostFeedEntries);
        var entries = await builder.CollectAsync(scope, limit, view.Clustered, withBody: content == FeedContent.Full, cancellationToken);
        return new PublishedFeed
        {
            Key = view.Clustered ? scope.Key : scope.Key + "/stories",
            Title = scope.Title,
            Subtitle = view.Limit > limit ? string.Create(CultureInfo.InvariantCulture, $"{scope.Subtitle} Of {view.Limit} entries asked for, the newest {limit}: no feed has more.") : scope.Subtitle,
            Content = content,
            Self = home.Below(scope.FeedPath(extension, view)),
            Alternate = home.Below(scope.PagePath),
            Updated = entries.Count == 0 ? DateTimeOffset.UnixEpoch : entries.Max(LastChange),
            TagAuthority = options.Value.TagAuthority,
            TopicScheme = home.Below("/topics/"),
            Entries = entries,
            Sources = SourcesOf(entries),
            NewReportsUpdateEntries = options.Value.NewReportsUpdateEntries,
        };
    }

    /// <summary>Where the stories shown come from. A feed taken out of feeds.json is not among them.</summary>
    private Dictionary<FeedId, Uri> SourcesOf(IReadOnlyList<PublishedEntry> entries)
    {
        var feeds = catalog.Feeds;
        return entries.Select(entry => entry.Lead.Feed).Distinct().Where(feeds.ContainsKey).ToDictionary(feed => feed, feed => AddressSecrets.Without(feeds[feed].Address));
    }

    /// <summary>
    /// Other tags are no news to a reader, so they leave <see cref="PublishedFeed.Updated"/> alone; but they may bring a story into a topic's
    /// feed, and who asks by date only must get it.
    /// </summary>
    private static DateTimeOffset LastModified(PublishedFeed feed) =>
        feed.Entries.SelectMany(entry => entry.Others.Prepend(entry.Lead)).Select(story => story.Retagged ?? story.Updated).Append(feed.Updated).Max();

    private static DateTimeOffset LastChange(PublishedEntry entry) =>
        entry.Others.Select(story => story.Updated).Append(entry.Lead.Updated).Max();

    private static DateTimeOffset WholeSeconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    private sealed record FeedKey(MergedFeedScope Scope, string Extension, FeedView View, Uri Home);
}

/// <summary>A merged feed ready to be sent.</summary>
/// <param name="Version">The state of the store it shows.</param>
/// <param name="Bytes">The document.</param>
/// <param name="ETag">A hash of the bytes, without quotes.</param>
/// <param name="LastModified">When the newest change of a story in it happened, whole seconds; the same before and after a restart.</param>
public sealed record RenderedFeed(long Version, byte[] Bytes, string ETag, DateTimeOffset LastModified)
{
    private readonly Lazy<byte[]> _brotli = new(() => ContentCoding.Encode(Bytes, ContentCoding.Brotli));
    private readonly Lazy<byte[]> _gzip = new(() => ContentCoding.Encode(Bytes, ContentCoding.Gzip));

    /// <summary>The document in a coding, made when it is first asked for. Null: as it is.</summary>
    public byte[] In(string? coding) => coding switch
    {
        ContentCoding.Brotli => _brotli.Value,
        ContentCoding.Gzip => _gzip.Value,
        _ => Bytes,
    };
}
