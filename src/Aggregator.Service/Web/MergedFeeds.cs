using System.Collections.Concurrent;
using System.IO.Compression;
using Aggregator.Content.Publishing;
using Aggregator.Model.Text;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Web;

/// <summary>
/// The merged feeds as bytes. Each is rendered at most once per change of the stored stories and format, and its bytes change only
/// with its content, so that an unchanged feed costs a reader a 304.
/// </summary>
public sealed class MergedFeeds(MergedFeedBuilder builder, StoreChanges changes, IOptions<HostingOptions> options, TimeProvider clock)
{
    /// <summary>Ways of asking for a feed are bounded, but a public address could be asked under many host names.</summary>
    private const int MostRendered = 500;

    private readonly ConcurrentDictionary<FeedKey, RenderedFeed> _rendered = new();

    /// <summary>The feed of a scope in a format, with all links beginning with <paramref name="home"/>.</summary>
    public async Task<RenderedFeed> RenderAsync(
        MergedFeedScope scope, IFeedWriter writer, bool clustered, Uri home, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(writer);
        var key = new FeedKey(scope, writer.Extension, clustered, home);
        var version = changes.Version;
        if (_rendered.TryGetValue(key, out var known) && known.Version == version)
        {
            return known;
        }

        var entries = await builder.CollectAsync(scope, options.Value.FeedEntries, clustered, withBody: true, cancellationToken);
        var feed = new PublishedFeed
        {
            Key = scope.Key,
            Title = scope.Title,
            Subtitle = scope.Topic is null ? "Technology news from all feeds, merged and tagged." : $"Technology news on {scope.Topic}, from all feeds.",
            Self = new Uri(home, scope.FeedPath(writer.Extension) + (clustered ? "" : "?cluster=off")),
            Alternate = new Uri(home, scope.PagePath),
            Updated = entries.Count == 0 ? DateTimeOffset.UnixEpoch : entries.Max(LastChange),
            TagAuthority = options.Value.TagAuthority,
            TopicScheme = new Uri(home, "/topics/"),
            Entries = entries,
        };
        var bytes = writer.Write(feed);
        var etag = ContentHash.Of(12, bytes);
        var fresh = known is not null && known.ETag == etag
            ? known with { Version = version }
            : new RenderedFeed(version, bytes, Compress(bytes), etag, WholeSeconds(known is null && entries.Count > 0 ? feed.Updated : clock.GetUtcNow()));
        if (_rendered.Count >= MostRendered)
        {
            _rendered.Clear();
        }

        _rendered[key] = fresh;
        return fresh;
    }

    private static DateTimeOffset LastChange(PublishedEntry entry) =>
        entry.Others.Select(story => story.Updated).Append(entry.Lead.Updated).Max();

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    private sealed record FeedKey(MergedFeedScope Scope, string Extension, bool Clustered, Uri Home);
}

/// <summary>A merged feed ready to be sent.</summary>
/// <param name="Version">The state of the store it shows.</param>
/// <param name="Bytes">The document.</param>
/// <param name="Gzip">The same, compressed.</param>
/// <param name="ETag">A hash of the bytes, without quotes.</param>
/// <param name="LastModified">When the bytes last changed, whole seconds.</param>
public sealed record RenderedFeed(long Version, byte[] Bytes, byte[] Gzip, string ETag, DateTimeOffset LastModified);
