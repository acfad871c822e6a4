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

    private const int MostWaiting = 100;
    private const long MostBytesWaiting = 5 * MaxBytes;

    /// <summary>A subscription may fill a quarter of either: one whose pushes take long leaves room for those of others.</summary>
    private const int ShareOfOne = 4;

    private const int MostPerMinute = 30;

    /// <summary>Subscriptions with a push that nobody takes in yet, each once.</summary>
    private readonly Channel<string> _turns = Channel.CreateUnbounded<string>();
    private readonly Dictionary<string, Queue<PushedDocument>> _waiting = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Began, int Count)> _windows = [];

    /// <summary>Pushes that wait, or are being taken in.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Values.Sum(queue => queue.Count);
            }
        }
    }

    /// <summary>The subscriptions whose pushes these are.</summary>
    public IReadOnlyList<string> Tokens
    {
        get
        {
            lock (_gate)
            {
                return [.. _waiting.Keys];
            }
        }
    }

    /// <summary>Whether a subscription may push now: at most 30 times a minute. <paramref name="token"/> is of a known one.</summary>
    public bool MayPush(string token)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (!_windows.TryGetValue(token, out var window) || IsOver(window.Began, now))
            {
                foreach (var (over, _) in _windows.Where(known => IsOver(known.Value.Began, now)))
                {
                    _windows.Remove(over);
                }

                window = (now, 0);
            }

            _windows[token] = (window.Began, window.Count + 1);
            return window.Count < MostPerMinute;
        }
    }

    /// <summary>Queues a push, if there is room.</summary>
    public bool TryAdd(PushedDocument push)
    {
        ArgumentNullException.ThrowIfNull(push);
        lock (_gate)
        {
            var own = _waiting.GetValueOrDefault(push.Token);
            if (!HasRoom(_waiting.Values.SelectMany(queue => queue), 1) || !HasRoom(own ?? [], ShareOfOne))
            {
                return false;
            }

            if (own is null)
            {
                _waiting[push.Token] = own = [];
                _turns.Writer.TryWrite(push.Token);
            }

            own.Enqueue(push);
            return true;
        }

        bool HasRoom(IEnumerable<PushedDocument> waiting, int share) =>
            waiting.Count() < MostWaiting / share && waiting.Sum(other => (long)other.Body.Length) + push.Body.Length <= MostBytesWaiting / share;
    }

    /// <summary>
    /// The pushes, one of each subscription in turn. Several may read at a time: those of one subscription are given out in the order they came, and the next only when
    /// whoever got the last asks for another. Until then that one waits still. Ends never.
    /// </summary>
    public async IAsyncEnumerable<PushedDocument> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var token in _turns.Reader.ReadAllAsync(cancellationToken))
        {
            yield return FirstOf(token);
            ForgetFirstOf(token);
        }
    }

    /// <summary>A minute after it began; at once where the clock was set back.</summary>
    private static bool IsOver(DateTimeOffset began, DateTimeOffset now) => now - began >= TimeSpan.FromMinutes(1) || now < began;

    private PushedDocument FirstOf(string token)
    {
        lock (_gate)
        {
            return _waiting[token].Peek();
        }
    }

    private void ForgetFirstOf(string token)
    {
        lock (_gate)
        {
            var queue = _waiting[token];
            queue.Dequeue();
            if (queue.Count == 0)
            {
                _waiting.Remove(token);
            }
            else
            {
                _turns.Writer.TryWrite(token);
            }
        }
    }
}
