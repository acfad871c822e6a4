using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Aggregator.Service.Push;

/// <summary>
/// The events that wait for one listener, bounded in number and bytes. Where one finds no room, that is the end: what waits can still be read, and the listener begins
/// another stream where this one ended. One may add while another reads.
/// </summary>
public sealed class ComingEvents
{
    /// <summary>What waits at most, in bytes; one event that is larger is taken alone.</summary>
    private const long MostBytes = 8 * 1024 * 1024;

    private const int MostEvents = 500;

    private readonly Channel<LiveEvent> _events = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(MostEvents) { SingleReader = true });
    private long _bytes;

    /// <summary>Adds an event, or ends.</summary>
    public void Add(LiveEvent told)
    {
        ArgumentNullException.ThrowIfNull(told);
        var bytes = Interlocked.Add(ref _bytes, told.Data.Length);
        if ((bytes > MostBytes && bytes > told.Data.Length) || !_events.Writer.TryWrite(told))
        {
            End();
        }
    }

    /// <summary>Nothing comes any more.</summary>
    public void End() => _events.Writer.TryComplete();

    /// <summary>Waits until an event can be read.</summary>
    /// <returns>False: none will come.</returns>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next event, if there is one.</summary>
    public bool TryRead([NotNullWhen(true)] out LiveEvent? told)
    {
        if (!_events.Reader.TryRead(out told))
        {
            return false;
        }

        Interlocked.Add(ref _bytes, -told.Data.Length);
        return true;
    }
}
