using System.Collections.Concurrent;
using Aggregator.Service.Fetching;
using Microsoft.Extensions.Caching.Memory;

namespace Aggregator.Service.Images;

/// <summary>Pictures, kept or fetched: one request for all who wait for the same one, and none for a while where it failed.</summary>
public sealed partial class ImageStore(ImageCache cache, ImageFetcher fetcher, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ImageStore> logger) : IDisposable
{
    /// <summary>Failures that are remembered.</summary>
    private const int MostFailures = 10_000;

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Uri, Lazy<Task<StoredImage?>>> _fetching = new();
    private readonly MemoryCache _failed = new(new MemoryCacheOptions { SizeLimit = MostFailures });

    /// <summary>A picture. Null: it cannot be had, or is none.</summary>
    public async Task<StoredImage?> FindAsync(Uri image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (cache.Find(image) is { } kept)
        {
            return kept;
        }

        if (_failed.TryGetValue(image, out DateTimeOffset until) && clock.GetUtcNow() < until)
        {
            return null;
        }

        // Whoever leaves does not take it from those who wait with him.
        return await _fetching.GetOrAdd(image, _ => new(() => Task.Run(() => FetchAsync(image, lifetime.ApplicationStopping)))).Value.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _failed.Dispose();

    private async Task<StoredImage?> FetchAsync(Uri image, CancellationToken cancellationToken)
    {
        try
        {
            var (content, ending) = await fetcher.FetchAsync(image, cancellationToken);
            if (ending is not null)
            {
                return cache.Keep(image, content, ending);
            }

            Fail(image, "it is no picture of a kind that is passed on");
        }
        catch (FetchException fault)
        {
            Fail(image, fault.Message);
        }
        finally
        {
            _fetching.TryRemove(image, out _);
        }

        return null;
    }

    private void Fail(Uri image, string why)
    {
        _failed.Set(image, clock.GetUtcNow() + TryAgainAfter, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = TryAgainAfter });
        LogFailed(Words.Place(image), why);
    }

    [LoggerMessage(972, LogLevel.Debug, "The picture {Image} was not had: {Reason}")]
    private partial void LogFailed(string image, string reason);
}
