namespace Aggregator.Simulation;

/// <summary>
/// A clock that stands still until it is moved. Timers fire while it moves, each at its own instant. Safe for concurrent use; one caller
/// moves it.
/// </summary>
internal sealed class SteppedClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(SteppedTimer Timer, int Version), long> _due = new();
    private long _now = start.UtcTicks;
    private long _set;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _now) + Interlocked.Read(ref _set), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the clock on or back: the time of day jumps, what is measured and the timers go on.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref _set, by.Ticks);

    /// <summary>When the next timer is due. Null: none is set.</summary>
    public DateTimeOffset? NextTimer()
    {
        lock (_gate)
        {
            while (_due.TryPeek(out var next, out var at))
            {
                if (next.Timer.Version == next.Version)
                {
                    return new DateTimeOffset(at, TimeSpan.Zero);
                }

                _due.Dequeue(); // stopped or set anew since
            }

            return null;
        }
    }

    /// <summary>Moves on to an instant and fires what is due by then.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        Interlocked.Exchange(ref _now, Math.Max(instant.UtcTicks, Interlocked.Read(ref _now)));
        while (TakeDue() is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Lets time run by itself, a second every few milliseconds, until disposed.</summary>
    public IDisposable CreateTicking()
    {
        var tick = TimeSpan.FromMilliseconds(5);
        return System.CreateTimer(_ => MoveTo(new DateTimeOffset(Interlocked.Read(ref _now), TimeSpan.Zero) + TimeSpan.FromSeconds(1)), null, tick, tick);
    }

    private SteppedTimer? TakeDue()
    {
        if (NextTimer() is not { UtcTicks: var at } || at > Interlocked.Read(ref _now))
        {
            return null;
        }

        lock (_gate)
        {
            return _due.TryDequeue(out var next, out _) && next.Timer.Version == next.Version ? next.Timer : null;
        }
    }

    private void Set(SteppedTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            timer.Version++;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _due.Enqueue((timer, timer.Version), Interlocked.Read(ref _now) + Math.Max(0, dueTime.Ticks));
            }
        }
    }

    private sealed class SteppedTimer(SteppedClock clock, Action fire) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private volatile bool _disposed;

        public int Version { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
            {
                return false;
            }

            _period = period;
            clock.Set(this, dueTime);
            return true;
        }

        public void Fire()
        {
            clock.Set(this, _period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period);
            fire();
        }

        public void Dispose()
        {
            _disposed = true;
            clock.Set(this, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
