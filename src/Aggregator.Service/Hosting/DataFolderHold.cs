namespace Aggregator.Service.Hosting;

/// <summary>
/// Where the stories lie on a server, keeps a second service off the data folder, in which each leaves word of where it listens; in files, the store
/// does that itself.
/// </summary>
public sealed class DataFolderHold(ServicePaths paths) : IHostedService, IDisposable
{
    private IDisposable? _held;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _held = StorageRegistration.LockFolder(paths.DataFolder);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _held?.Dispose();
}
