namespace Aggregator.Service.Hosting;

/// <summary>
/// Takes over edits of a file that people write, within seconds. It looks at the file every two seconds instead of asking the system to be
/// told, because that works on every file system and with editors that replace the file. Whatever goes wrong in a look is told once, the
/// service goes on with what it has, and the next look tries again.
/// </summary>
/// <param name="path">The file, as messages name it.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Where faults are told.</param>
public abstract partial class FileWatcher(string path, TimeProvider clock, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private string? _lastFault;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TellDoubts();
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
                _lastFault = null;
            }
#pragma warning disable CA1031 // The boundary of one look: whatever happens in it, the service goes on with what it has.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                TellOnce(fault);
            }
        }
    }

    /// <summary>Tells what is doubtful about the file as it is in force; done once at the start.</summary>
    protected virtual void TellDoubts()
    {
    }

    /// <summary>Takes the file over if it changed.</summary>
    protected abstract Task LookAsync(CancellationToken cancellationToken);

    /// <summary>Tells a fault in words of its own. False: it has none, and the fault is told as one of this program.</summary>
    protected virtual bool TryTell(Exception fault) => false;

    private void TellOnce(Exception fault)
    {
        if (_lastFault == fault.Message)
        {
            return; // told already, and tried again every two seconds
        }

        _lastFault = fault.Message;
        if (!TryTell(fault))
        {
            LogFault(path, fault);
        }
    }

    [LoggerMessage(310, LogLevel.Error, "{File} could not be taken over by a fault of this program; what was good before stays in force")]
    private partial void LogFault(string file, Exception fault);
}
