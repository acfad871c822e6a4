using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Search;

namespace Aggregator.Service.Backup;

/// <summary>Puts a backup in place while the service runs: what is remembered of the stories that were there is forgotten, and polling goes on with those of the backup.</summary>
public sealed class LiveRestore(
    IStoryStore store,
    ServicePaths paths,
    IConfiguration configuration,
    DueFeeds due,
    CatalogActivation activation,
    ClusterWindow window,
    HostGate gate,
    StoreChanges changes,
    TextIndexMaker index,
    SavedQueries queries,
    TimeProvider clock)
{
    /// <summary>Restores the backup in a file; see <see cref="BackupReader.RestoreAsync"/>.</summary>
    /// <exception cref="NotSupportedException">The stories lie on a server; the message says what to do.</exception>
    /// <exception cref="InvalidOperationException">A backup is being written.</exception>
    public async Task<RestoredBackup> RestoreAsync(string backup, bool withSettings, CancellationToken cancellationToken)
    {
        var restored = await new BackupReader(BackupSettings.Of(paths, configuration), (source, aside) => ReplaceAsync(source, aside, cancellationToken), clock)
            .RestoreAsync(backup, withSettings, cancellationToken);
        if (!restored.Settings.Contains(paths.QueriesFile))
        {
            return restored;
        }

        try
        {
            queries.ReadAnew();
            changes.Happened();
            return restored;
        }
        catch (StartException fault)
        {
            return restored with { NotWritten = [.. restored.NotWritten, fault.Message] };
        }
    }

    private async Task<string?> ReplaceAsync(string source, string aside, CancellationToken cancellationToken)
    {
        string? old = null;

        // What a poll has learned of the old store's feeds must not take the place of what the backup says of them.
        await due.WhilePausedAsync(
            async () =>
            {
                try
                {
                    old = await store.ReplaceAsync(source, aside, cancellationToken);
                }
                finally
                {
                    // Whatever came of it and whoever waits for it: without this no feed would be polled.
                    await activation.ApplyAsync(CancellationToken.None);
                }

                await window.ForgetAsync(CancellationToken.None);
                gate.Restore(await store.ListHostLessonsAsync(CancellationToken.None));
            },
            cancellationToken);
        changes.Happened();
        index.Begin();
        return old;
    }
}
