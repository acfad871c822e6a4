using System.Threading.Channels;

namespace Aggregator.Service.Hub;

/// <summary>A document pushed by a hub, its signature checked.</summary>
/// <param name="Token">The subscription.</param>
/// <param name="Body">The bytes.</param>
/// <param name="ContentType">As sent. Null: none.</param>
public sealed record PushedDocument(string Token, byte[] Body, string? ContentType);

/// <summary>
/// The pushed documents that wait to be taken in, so that hubs are answered at once. Bounded in number and bytes; one that finds no room
/// is refused, and the hub tries again. Safe for concurrent use.
/// </summary>
public sealed class PendingPushes(TimeProvider clock)
{
    /// <summary>The largest document taken, in bytes.</summary>
    public const int MaxBytes = 10_000_000;

    private const long MostBytesWaiting = 5 * MaxBytes;
    private const int MostPerMinute = 30;

    private readonly Channel<PushedDocument> _channel = Channel.CreateBounded<PushedDocument>(100);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Began, int Count)> _windows = [];
    private long _waiting;

    /// <summary>Pushes that wait.</summary>
    public int Count => _channel.Reader.Count;

    /// <summary>Whether a subscription may push now: at most 30 times a minute. <paramref name="token"/> is of a known one.</summary>
    public bool MayPush(string token)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var window = _windows.GetValueOrDefault(token);
            window = now - window.Began >= TimeSpan.FromMinutes(1) || now < window.Began ? (now, 0) : window;
            _windows[token] = (window.Began, window.Count + 1);
            return window.Count < MostPerMinute;
        }
    }

    /// <summary>Queues a push, if there is room.</summary>
    public bool TryAdd(PushedDocument push)
    {
        ArgumentNullException.ThrowIfNull(push);
        if (Interlocked.Add(ref _waiting, push.Body.Length) <= MostBytesWaiting && _channel.Writer.TryWrite(push))
        {
            return true;
        }

        Interlocked.Add(ref _waiting, -push.Body.Length);
        return false;
    }

    /// <summary>The pushes as they come. Ends never.</summary>
    public async IAsyncEnumerable<PushedDocument> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var push in _channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return push;
            Interlocked.Add(ref _waiting, -push.Body.Length);
        }
    }

    /// <summary>Takes what still waits when nobody will read it any more.</summary>
    public IReadOnlyList<PushedDocument> TakeRest()
    {
        var rest = new List<PushedDocument>();
        while (_channel.Reader.TryRead(out var push))
        {
            rest.Add(push);
            Interlocked.Add(ref _waiting, -push.Body.Length);
        }

        return rest;
    }
}
