using System.Text.Json;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Doors;

/// <summary>Takes over what is edited in the file of keys: a key that is taken out there is revoked.</summary>
public sealed partial class KeysWatcher(ApiKeys keys, TimeProvider clock, ILogger<KeysWatcher> logger) : FileWatcher(keys.Path, clock, logger)
{
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    protected override Task LookAsync(CancellationToken cancellationToken)
    {
        if (keys.Refresh())
        {
            var count = keys.All.Count;
            LogTakenOver(keys.Path, count);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override bool TryTell(Exception fault)
    {
        if (fault is not (JsonException or IOException or UnauthorizedAccessException))
        {
            return false;
        }

        LogBroken(keys.Path, fault.Message);
        return true;
    }

    [LoggerMessage(961, LogLevel.Information, "{File}: {Keys} keys are in force")]
    private partial void LogTakenOver(string file, int keys);

    [LoggerMessage(962, LogLevel.Error, "{File} is no list of keys; those from before stay in force: {Reason}")]
    private partial void LogBroken(string file, string reason);
}
