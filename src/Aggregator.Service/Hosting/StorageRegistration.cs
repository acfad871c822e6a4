using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb;
using Aggregator.Storage.PostgreSql;

namespace Aggregator.Service.Hosting;

/// <summary>The stores there are.</summary>
public static class StorageRegistration
{
    /// <summary>Opens the store in a data folder. <paramref name="commitsApart"/>: see <see cref="HostingOptions.CommitsApart"/>.</summary>
    /// <exception cref="StoreException">The folder or a file in it cannot be used.</exception>
    public static async Task<IStoryStore> OpenAsync(string dataFolder, TimeSpan commitsApart, TimeProvider clock, CancellationToken cancellationToken) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = dataFolder, CommitsApart = commitsApart }, clock, cancellationToken);

    /// <summary>Opens the store on a PostgreSQL server.</summary>
    /// <exception cref="StoreException">The server cannot be used.</exception>
    public static async Task<IStoryStore> OpenAsync(string connectionString, TimeProvider clock, CancellationToken cancellationToken) =>
        await PostgreSqlStoryStore.OpenAsync(new PostgreSqlStoryStoreOptions { ConnectionString = connectionString }, clock, cancellationToken);
}
