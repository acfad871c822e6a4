using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Backup;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Cli;

/// <summary>backup and restore: everything into one file, and back.</summary>
internal static class BackupCommand
{
    public static Command CreateBackup(CommonOptions common)
    {
        var file = new Argument<string>("file") { Description = "Where to write it, for example aggregator.tar.gz; replaced only once the new one is whole" };
        var backup = new Command("backup", "Write stories, feeds.json, topics, rules, saved queries, settings and secrets into one file, while the service runs or not") { file };
        backup.SetAction(async (parsed, cancellationToken) =>
        {
            var target = Path.GetFullPath(parsed.GetValue(file)!);
            var partial = target + ".partial";
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            try
            {
                await using (var stream = new FileStream(partial, PrivateFiles.New()))
                {
                    await service.CopyAsync("/api/backup", stream, cancellationToken);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(partial, target, overwrite: true);
            }
            finally
            {
                File.Delete(partial);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: {Math.Max(0.1, new FileInfo(target).Length / 1e6):F1} MB. It holds the secrets of feeds: keep it as safe as those."));
            return ExitCode.Done;
        });
        return backup;
    }

    public static Command CreateRestore(CommonOptions common)
    {
        var file = new Argument<string>("file") { Description = "The backup" };
        var settings = new Option<bool>("--settings") { Description = "Replace feeds.json, topics.json, rules.json, aggregator.json, secrets.json and saved queries as well; without, only missing ones are written" };
        var restore = new Command("restore", "Put a backup in place of what is stored, which is moved aside, while the service runs or not") { file, settings };
        restore.SetAction(async (parsed, cancellationToken) =>
        {
            var (paths, backup, withSettings) = (common.Paths(parsed), Path.GetFullPath(parsed.GetValue(file)!), parsed.GetValue(settings));
            var running = await ServiceEndpoint.FindAsync(paths.EndpointFile, cancellationToken) is not null;
            var done = running
                ? await RestoreLiveAsync(common, parsed, backup, withSettings, cancellationToken)
                : await RestoreFilesAsync(paths, common.Settings(parsed), backup, withSettings, cancellationToken);
            FileOwner.GiveBack(paths.DataFolder);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done.Stories:N0} stories are in {paths.DataFolder}. Their index of texts is made {(running ? "now" : "when the service starts")}."));
            foreach (var written in done.Settings)
            {
                Console.WriteLine($"{written} is from the backup.");
            }

            foreach (var failed in done.NotWritten)
            {
                Console.Error.WriteLine($"Not from the backup: {failed}{(running ? " (the service may not write there: stop it, and restore as root)" : "")}");
            }

            if (done.MovedTo is { } old)
            {
                Console.WriteLine($"What was there before lies in {old}.");
            }

            return done.NotWritten.Count == 0 ? ExitCode.Done : ExitCode.Fault;
        });
        return restore;
    }

    private static async Task<RestoredBackup> RestoreLiveAsync(CommonOptions common, ParseResult parsed, string backup, bool withSettings, CancellationToken cancellationToken)
    {
        await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
        await using var stream = File.OpenRead(backup);
        return await service.SendAsync<RestoredBackup>($"/api/restore?settings={(withSettings ? "true" : "false")}", stream, cancellationToken);
    }

    private static Task<RestoredBackup> RestoreFilesAsync(
        ServicePaths paths, IReadOnlyDictionary<string, string?> settings, string backup, bool withSettings, CancellationToken cancellationToken) =>
        new BackupReader(
            BackupSettings.Of(paths, ConfigurationSources.Read(paths, settings)),
            (source, aside) => Task.FromResult(StorageRegistration.ReplaceFiles(paths.DataFolder, source, aside)),
            TimeProvider.System)
            .RestoreAsync(backup, withSettings, cancellationToken);
}
