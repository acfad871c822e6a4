namespace Aggregator.Service.Polling;

/// <summary>
/// Whether polling goes on: when due feeds were last looked for, and when a poll last ended while there was something to poll. Told in time that passes, whatever the
/// clock is set to. Safe for concurrent use.
/// </summary>
public sealed class PollPulse(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private long _looked = clock.GetTimestamp();
    private long _moved = clock.GetTimestamp();
    private DateTimeOffset? _lastPoll;
    private int _waitingForRoom;
    private int _queued;
    private int _underWay;

    /// <summary>Due feeds were looked for, or some were found.</summary>
    public void Looked()
    {
        lock (_gate)
        {
            _looked = clock.GetTimestamp();
        }
    }

    /// <summary>Looking for due feeds waits until a poller is free, and goes on when what is returned is disposed.</summary>
    public Pause WaitForRoom()
    {
        lock (_gate)
        {
            _waitingForRoom++;
        }

        return new Pause(this);
    }

    /// <summary>A feed waits for a poller.</summary>
    public void Queued()
    {
        lock (_gate)
        {
            // From doing nothing on, so long as nothing ends counts from now.
            _moved = _queued + _underWay == 0 ? clock.GetTimestamp() : _moved;
            _queued++;
            _looked = clock.GetTimestamp();
        }
    }

    /// <summary>A poller took a feed.</summary>
    public void Began()
    {
        lock (_gate)
        {
            _queued--;
            _underWay++;
        }
    }

    /// <summary>A poller has done with a feed.</summary>
    public void Ended()
    {
        lock (_gate)
        {
            _underWay--;
            _moved = clock.GetTimestamp();
            _lastPoll = clock.GetUtcNow();
        }
    }

    /// <summary>How it stands.</summary>
    public PulseReading Read()
    {
        lock (_gate)
        {
            return new PulseReading(_waitingForRoom > 0 ? TimeSpan.Zero : clock.GetElapsedTime(_looked), clock.GetElapsedTime(_moved), _queued, _underWay, _lastPoll);
        }
    }

    private void GoOn()
    {
        lock (_gate)
        {
            _waitingForRoom--;
            _looked = clock.GetTimestamp();
        }
    }

    /// <summary>A wait for a poller.</summary>
    public readonly struct Pause(PollPulse pulse) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => pulse.GoOn();
    }
}

/// <summary>How polling stands.</summary>
/// <param name="SinceLooked">How long due feeds have not been looked for; none while that waits for a poller.</param>
/// <param name="SinceMoved">How long no poll has ended, or, where there was none to end, since there was.</param>
/// <param name="Queued">Feeds that wait for a poller.</param>
/// <param name="UnderWay">Feeds that are being polled.</param>
/// <param name="LastPoll">When the last poll of this process ended. Null: none has.</param>
public readonly record struct PulseReading(TimeSpan SinceLooked, TimeSpan SinceMoved, int Queued, int UnderWay, DateTimeOffset? LastPoll);
