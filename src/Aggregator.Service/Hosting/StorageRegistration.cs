using System.Data.Common;
using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb;
using Aggregator.Storage.PostgreSql;

namespace Aggregator.Service.Hosting;

/// <summary>The stores there are.</summary>
public static class StorageRegistration
{
    /// <summary>Opens the store in a data folder. <paramref name="commitsApart"/>: see <see cref="HostingOptions.CommitsApart"/>.</summary>
    /// <exception cref="StoreException">The folder or a file in it cannot be used.</exception>
    public static async Task<IStoryStore> OpenAsync(string dataFolder, StoryRetention retention, TimeSpan commitsApart, TimeProvider clock, CancellationToken cancellationToken) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = dataFolder, Retention = retention, CommitsApart = commitsApart }, clock, cancellationToken);

    /// <summary>Puts the files of a closed store in place of those in a data folder; see <see cref="StoreReplacement.Apply"/>.</summary>
    /// <exception cref="StoreException">The folder is in use, or cannot be written.</exception>
    public static string? ReplaceFiles(string dataFolder, string source, string aside) => StoreReplacement.Apply(dataFolder, source, aside);

    /// <summary>Opens what is remembered of those whom news are pushed to, in a data folder that this process holds.</summary>
    /// <exception cref="StoreException">The folder or the file cannot be used.</exception>
    public static IPushStore OpenPush(string dataFolder)
    {
        FolderLock.MakeFolder(dataFolder);
        return LiteDbPushStore.Open(dataFolder);
    }

    /// <summary>The databases in a data folder, each with what its beginning shows to be wrong; null where nothing is.</summary>
    public static IReadOnlyList<(string Path, string? Fault)> InspectFiles(string dataFolder) => StoreInspection.Look(dataFolder);

    /// <summary>Makes a folder, if there is none, for its owner only.</summary>
    public static void MakeFolder(string folder) => FolderLock.MakeFolder(folder);

    /// <summary>Keeps a second service off a data folder whose stories lie elsewhere. Dispose to let go.</summary>
    /// <exception cref="StoreException">Another process uses the folder, or it cannot be written.</exception>
    public static IDisposable LockFolder(string dataFolder) => FolderLock.Take(dataFolder);

    /// <summary>How tables beside those of the store on a PostgreSQL server are reached.</summary>
    /// <exception cref="StoreException">The connection string cannot be read.</exception>
    public static (DbProviderFactory Factory, string ConnectionString) TablesOnServer(string connectionString) =>
        PostgreSqlStoryStore.ConnectionOf(new PostgreSqlStoryStoreOptions { ConnectionString = connectionString });

    /// <summary>Opens the store on a PostgreSQL server.</summary>
    /// <exception cref="StoreException">The server cannot be used.</exception>
    public static async Task<IStoryStore> OpenOnServerAsync(string connectionString, StoryRetention retention, TimeProvider clock, CancellationToken cancellationToken) =>
        await PostgreSqlStoryStore.OpenAsync(new PostgreSqlStoryStoreOptions { ConnectionString = connectionString, Retention = retention }, clock, cancellationToken);
}
