using Aggregator.Service.Polling;

namespace Aggregator.Service.Opinions;

/// <summary>Runs an <see cref="OpinionRound"/> whenever stories have come, beside all other work. An endpoint that fails is left alone for longer and longer.</summary>
public sealed partial class OpinionWorker(OpinionRound round, StoreChanges changes, TimeProvider clock, ILogger<OpinionWorker> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (true)
        {
            var version = changes.Version;
            try
            {
                await round.RunAsync(stoppingToken);
                pause = FirstPause;
                do
                {
                    await Task.Delay(BetweenRounds, clock, stoppingToken);
                }
                while (changes.Version == version);
            }
#pragma warning disable CA1031 // The boundary to whatever endpoint the operator set: its faults are its own, and tagging goes on without it.
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFault(fault.Message, pause);
                await Task.Delay(pause, clock, stoppingToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    [LoggerMessage(721, LogLevel.Warning, "The language model of SecondOpinion:Endpoint is not asked for {Pause}: {Reason}")]
    private partial void LogFault(string reason, TimeSpan pause);
}
