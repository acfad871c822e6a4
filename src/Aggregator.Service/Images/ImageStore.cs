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

    private readonly ConcurrentDictionary<Uri, Lazy<Task<Fetched?>>> _fetching = new();
    private readonly MemoryCache _failed = new(new MemoryCacheOptions { SizeLimit = MostFailures });

    /// <summary>A picture, open to be sent. Null: it cannot be had, or is none.</summary>
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
        var fetched = await _fetching.GetOrAdd(image, _ => new(() => Task.Run(() => FetchAsync(image, lifetime.ApplicationStopping)))).Value.WaitAsync(cancellationToken);
        return fetched is null ? null
            : fetched.Unkept is { } content ? StoredImage.Of(content, fetched.Ending)
            : cache.Find(image);
    }

    /// <inheritdoc/>
    public void Dispose() => _failed.Dispose();

    private async Task<Fetched?> FetchAsync(Uri image, CancellationToken cancellationToken)
    {
        try
        {
            var (content, ending) = await fetcher.FetchAsync(image, cancellationToken);
            if (ending is not null)
            {
                return new Fetched(cache.Keep(image, content, ending) ? null : content, ending);
            }

            Fail(image, "it is no picture of a kind that is passed on");
        }
        catch (FetchException fault) when (fault.Fault == FetchFault.HostAtRest)
        {
            // It was never asked for, so nothing is known of it: the next reader may have it.
            LogFailed(Words.Place(image), fault.Message);
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

    /// <summary>A picture that came.</summary>
    /// <param name="Unkept">Its bytes, where the disk did not take them.</param>
    /// <param name="Ending">The ending of its kind.</param>
    private sealed record Fetched(byte[]? Unkept, string Ending);
}
