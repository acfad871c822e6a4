using System.Globalization;

namespace Aggregator.Service.Watching;

/// <summary>What systemd says of the watchdog: WATCHDOG_USEC is set where it wants a sign of life, and WATCHDOG_PID says whose (sd_watchdog_enabled(3)).</summary>
/// <param name="Limit">So long systemd waits for a sign of life before it starts the service anew. Null: it wants none of this process.</param>
public sealed record WatchdogSettings(TimeSpan? Limit)
{
    /// <summary>What the environment says to the process of an id.</summary>
    public static WatchdogSettings Read(Func<string, string?> environment, int processId)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var wanted = long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0 && microseconds <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond;
        var ours = environment("WATCHDOG_PID") is not { Length: > 0 } pid || (int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id == processId);
        return new WatchdogSettings(wanted && ours ? TimeSpan.FromMicroseconds(microseconds) : null);
    }
}
