using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;

namespace Aggregator.Service.Polling;

/// <summary>
/// Where several processes share a store: takes note of what the others do. Their stories are compared with the new ones of this process, what is
/// published from here holds theirs within a second or two, and what a host taught one of them is known to whoever asks it next.
/// </summary>
public sealed partial class OtherProcesses(
    IStoryStore store, ClusterWindow window, StoreChanges changes, HostGate gate, TimeProvider clock, ILogger<OtherProcesses> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LessonsEvery = TimeSpan.FromSeconds(15);

    private bool _isFailing;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Every, clock);
        var learned = clock.GetTimestamp();
        do
        {
            var isTimeForLessons = clock.GetElapsedTime(learned) >= LessonsEvery;
            if (await TryLookAsync(isTimeForLessons, stoppingToken) && isTimeForLessons)
            {
                learned = clock.GetTimestamp();
            }
        }
        while (await beat.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<bool> TryLookAsync(bool withLessons, CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
            if (withLessons)
            {
                gate.Restore(await store.ListHostLessonsAsync(cancellationToken));
            }

            _isFailing = false;
            return true;
        }
        catch (StoreException fault)
        {
            if (!_isFailing)
            {
                LogFailed(fault.Message);
            }

            _isFailing = true;
            return false;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var others = await store.TakeOthersChangesAsync(cancellationToken);
        if (!others.IsWhole)
        {
            await window.ForgetAsync(cancellationToken);
        }

        if (others.Count > 0 || !others.IsWhole)
        {
            changes.Happened();
        }

        await window.ReceiveAsync(others.Stories, cancellationToken);
    }

    [LoggerMessage(225, LogLevel.Warning, "What other processes stored cannot be seen now: {Reason}")]
    private partial void LogFailed(string reason);
}
