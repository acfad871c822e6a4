using Aggregator.Service.Hosting;

namespace Aggregator.Service.Topics;

/// <summary>Runs the <see cref="HistoryRetagger"/>. Only a service that serves takes up what a restart broke off; a verb does what it is asked for.</summary>
public sealed class RetagWorker(HistoryRetagger retagger, ServiceMode mode) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => retagger.WorkAsync(resume: mode == ServiceMode.Serve, stoppingToken);
}
