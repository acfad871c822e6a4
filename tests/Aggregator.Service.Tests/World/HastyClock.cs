namespace Aggregator.Service.Tests.World;

/// <summary>The real time, but no wait lasts.</summary>
internal sealed class HastyClock : TimeProvider
{
    /// <summary>How long the code under test would have waited.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (Waits)
        {
            Waits.Add(dueTime);
        }

        return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : dueTime, period);
    }
}
