using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb;
using Aggregator.Storage.PostgreSql;

namespace Aggregator.Service.Hosting;

/// <summary>The stores there are.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Opens the store that <paramref name="storage"/> names, else the one in a data folder. <paramref name="commitsApart"/>: see
    /// <see cref="HostingOptions.CommitsApart"/>; a server's own commits need no such help.
    /// </summary>
    /// <exception cref="StoreException">The server, or the folder or a file in it, cannot be used.</exception>
    public static async Task<IStoryStore> OpenAsync(
        string dataFolder, StorageOptions storage, TimeSpan commitsApart, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return string.IsNullOrEmpty(storage.PostgreSql)
            ? await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = dataFolder, CommitsApart = commitsApart }, clock, cancellationToken)
            : await PostgreSqlStoryStore.OpenAsync(new PostgreSqlStoryStoreOptions { ConnectionString = storage.PostgreSql }, clock, cancellationToken);
    }
}
