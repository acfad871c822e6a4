using System.Globalization;
using System.Net.Sockets;
using Aggregator.Model.Feeds;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Hosting.Systemd;

namespace Aggregator.Service.Watching;

/// <summary>
/// Looks at the service's health every half minute, says in the log when it stands still, and tells systemd: a sign of life at half the watchdog's limit while the service is
/// not stuck, and a line of status when that has changed. The package that tells systemd READY and STOPPING gives no signs of life.
/// </summary>
public sealed partial class WatchWorker(
    ServiceHealth health, FeedCensus census, PollPulse pulse, WatchdogSettings watchdog, ISystemdNotifier systemd, TimeProvider clock, ILogger<WatchWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private string? _status;
    private bool _stuck;
    private bool _wasStuck;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var half = watchdog.Limit / 2;
        using var timer = new PeriodicTimer(half < Every && half > TimeSpan.Zero ? half.Value : Every, clock);
        do
        {
            await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            var report = await health.JudgeAsync(stoppingToken);
            var status = StatusOf(report, census.Last, pulse.Read().LastPoll);
            Tell(report);
            if (status != _status)
            {
                _status = status;
                Notify("STATUS=" + status);
            }

            // Two looks in a row must say so: a clock that was set on makes all feeds overdue until they are handed out, seconds later.
            if (watchdog.Limit is not null && !(report.IsStuck && _wasStuck))
            {
                Notify("WATCHDOG=1");
            }

            _wasStuck = report.IsStuck;
        }
#pragma warning disable CA1031 // Whoever watches must not be what brings the service down; if it cannot see, it gives no sign of life.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogBlind(fault);
        }
    }

    /// <summary>One line of how it stands, for systemctl status.</summary>
    internal static string StatusOf(HealthReport report, Census counts, DateTimeOffset? lastPoll)
    {
        var failing = counts.Of(FeedHealth.Failing) + counts.Of(FeedHealth.Gone);
        var polled = lastPoll is { } at ? string.Create(CultureInfo.InvariantCulture, $"last poll {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "no poll yet";
        var facts = string.Create(CultureInfo.InvariantCulture, $"{counts.Polled} feeds, {failing} of them failing; {counts.Stories} stories; {polled}");
        return report.IsReady ? facts : $"{report.Sentence} ({facts})";
    }

    private void Tell(HealthReport report)
    {
        if (report.IsStuck && !_stuck)
        {
            LogStuck(report.Sentence, watchdog.Limit is null ? "Start it anew." : "systemd is given no sign of life any more, and starts it anew.");
        }
        else if (_stuck && !report.IsStuck)
        {
            LogGoesOn();
        }

        _stuck = report.IsStuck;
    }

    private void Notify(string state)
    {
        try
        {
            systemd.Notify(new ServiceState(state));
        }
        catch (SocketException fault)
        {
            LogNotTold(fault.Message); // systemd starts anew itself at times; the next sign is in time
        }
    }

    [LoggerMessage(944, LogLevel.Critical, "The service stands still: {Reason}. {Remedy}")]
    private partial void LogStuck(string reason, string remedy);

    [LoggerMessage(945, LogLevel.Warning, "The service goes on")]
    private partial void LogGoesOn();

    [LoggerMessage(947, LogLevel.Error, "The service's health could not be looked at, by a fault of this program")]
    private partial void LogBlind(Exception fault);

    [LoggerMessage(946, LogLevel.Debug, "systemd could not be told: {Reason}")]
    private partial void LogNotTold(string reason);
}
