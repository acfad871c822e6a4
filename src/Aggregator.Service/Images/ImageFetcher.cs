using Aggregator.Service.Fetching;
using Microsoft.Extensions.Options;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace Aggregator.Service.Images;

/// <summary>
/// Fetches pictures as any other request leaves: guarded, bounded, without cookies and referrer. They have a gate of their own, for a reader waits for them as for any page's, and
/// what an image server refuses shall not slow down the polling of feeds on the same host.
/// </summary>
public sealed class ImageFetcher : IDisposable
{
    private readonly HostGate _gate;
    private readonly WebClient _web;
    private readonly int _maxBytes;
    private readonly ImageTurns _turns = new();

    /// <summary>A fetcher that reaches the network.</summary>
    public ImageFetcher(AddressGuard guard, IOptions<FetchingOptions> fetching, IOptions<ImagesOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(fetching);
        ArgumentNullException.ThrowIfNull(options);
        var manners = Options.Create(fetching.Value.AsForReaders(ImageTurns.AtOnceOfAHost));
        _gate = new HostGate(manners, clock);
        _web = new WebClient(guard, _gate, manners, clock);
        _maxBytes = options.Value.MaxBytes;
    }

    /// <summary>A picture's bytes and the ending of its kind. Null ending: what came is none.</summary>
    /// <exception cref="FetchException">It was not had; the message is for the log and for nobody who asked. <see cref="FetchFault.HostAtRest"/>: it was not asked for either.</exception>
    public async Task<(byte[] Content, string? Ending)> FetchAsync(Uri image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var turn = await _turns.TakeAsync(image.IdnHost, cancellationToken) ?? throw new FetchException(FetchFault.HostAtRest, "too many pictures are waited for");
        _gate.TakeLessons(); // nobody stores them, and the gate would hold each host that ever taught something
        var answer = await _web.GetAsync(image, new RequestPlan(_maxBytes) { Prepare = Prepare, Wants = ImageKind.MayBe }, cancellationToken);
        return answer.Status != HttpStatusCode.OK
            ? throw new FetchException(FetchFault.Unreachable, $"answered {(int)answer.Status}")
            : ImageKind.MayBe(answer.Raw("Content-Type")) ? (answer.Body.ToArray(), ImageKind.Of(answer.Body.Span)) : ([], null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _web.Dispose();
        _turns.Dispose();
    }

    private static void Prepare(HttpRequestMessage request) =>
        request.Headers.TryAddWithoutValidation("Accept", "image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.5");
}
