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
        var backup = new Command("backup", "Write stories, feeds.json, topics, rules, settings and secrets into one file, while the service runs or not") { file };
        backup.SetAction(async (parsed, cancellationToken) =>
        {
            var target = Path.GetFullPath(parsed.GetValue(file)!);
            var partial = target + ".partial";
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            try
            {
                await using (var stream = new FileStream(partial, PrivateFile()))
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
        var settings = new Option<bool>("--settings") { Description = "Replace feeds.json, topics.json, rules.json, aggregator.json and secrets.json as well; without, only missing ones are written" };
        var restore = new Command("restore", "Put a backup in place of what the data folder holds, which is moved aside. Stop the service first.") { file, settings };
        restore.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = common.Paths(parsed);
            var hosting = ConfigurationSources.Read(paths, common.Settings(parsed)).GetSection(HostingOptions.Section).Get<HostingOptions>() ?? new HostingOptions();
            var done = await new BackupReader(paths, hosting.SecretsFile, TimeProvider.System).RestoreAsync(Path.GetFullPath(parsed.GetValue(file)!), parsed.GetValue(settings), cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done.Stories:N0} stories are in {paths.DataFolder}. Their index of texts is made when the service starts."));
            foreach (var written in done.Settings)
            {
                Console.WriteLine($"{written} is from the backup.");
            }

            if (done.MovedTo is { } old)
            {
                Console.WriteLine($"What was there before lies in {old}.");
            }

            return ExitCode.Done;
        });
        return restore;
    }

    /// <summary>For its owner only, from the first byte on.</summary>
    private static FileStreamOptions PrivateFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
