using Aggregator.Model.Storage;

namespace Aggregator.Service.Hosting;

/// <summary>
/// Where the stories lie on a server, keeps a second service off the data folder, in which each leaves word of where it listens; in files, the store
/// does that itself.
/// </summary>
public sealed class DataFolderHold(ServicePaths paths) : IDisposable
{
    private IDisposable? _held;

    /// <summary>Takes the folder, before anything in it is opened.</summary>
    /// <exception cref="StoreException">Another process uses it, or it cannot be written.</exception>
    public void Take() => _held ??= StorageRegistration.LockFolder(paths.DataFolder);

    /// <inheritdoc/>
    public void Dispose() => _held?.Dispose();
}
