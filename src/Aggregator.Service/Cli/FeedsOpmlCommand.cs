using System.CommandLine;
using System.Globalization;
using Aggregator.Content.Opml;
using Aggregator.Model.Text;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Cli;

/// <summary>feeds import and feeds export: subscription lists in OPML, from and for other readers.</summary>
internal static class FeedsOpmlCommand
{
    public static Command CreateImport(CommonOptions common)
    {
        var file = new Argument<string>("file") { Description = "An OPML file; - reads the standard input", HelpName = "file.opml" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be added and change nothing" };
        var import = new Command("import", "Add the feeds of an OPML file to feeds.json. Exit code 3: some were refused.") { file, dryRun };
        import.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = common.Paths(parsed);
            var name = parsed.GetValue(file)!;
            var list = OpmlReader.Read(await ReadAsync(name, cancellationToken));
            foreach (var problem in list.Problems)
            {
                await Console.Error.WriteLineAsync($"{name}: {problem}");
            }

            if (list.Feeds.Count == 0)
            {
                throw new StartException($"{name} holds no feeds");
            }

            var plan = OpmlImport.Of(list, FeedListFile.ReadOnce(paths.FeedsFile).Feeds, Guard(common, parsed, paths).FindFault);
            Show(plan, name, parsed.GetValue(dryRun));
            var exit = plan.ToAdd.Count == 0 || parsed.GetValue(dryRun)
                ? ExitCode.Done
                : await FeedListEdits.ApplyAsync(
                    paths.FeedsFile,
                    text => FeedListEditor.Add(text, plan.ToAdd),
                    string.Create(CultureInfo.InvariantCulture, $"Added {plan.ToAdd.Count} feeds to {paths.FeedsFile}."),
                    cancellationToken);
            return exit == ExitCode.Done && plan.Refused.Count > 0 ? ExitCode.SomeFeedsFailed : exit;
        });
        return import;
    }

    public static Command CreateExport(CommonOptions common)
    {
        var file = new Argument<string?>("file") { Description = "Where to write it; without: the standard output", Arity = ArgumentArity.ZeroOrOne, HelpName = "file.opml" };
        var export = new Command("export", "Write the feeds of feeds.json as OPML, without secrets") { file };
        export.SetAction(async (parsed, cancellationToken) =>
        {
            var feeds = FeedListFile.ReadOnce(common.Paths(parsed).FeedsFile).Feeds.Values.ToList();
            var bytes = OpmlWriter.Write("Aggregator", feeds);
            foreach (var feed in feeds.Where(feed => AddressSecrets.Find(feed.Address) is not null))
            {
                await Console.Error.WriteLineAsync($"aggregator: {feed.Name} is written without the secret in its address ({AddressSecrets.Find(feed.Address)})");
            }

            if (parsed.GetValue(file) is not { } path)
            {
                await using var output = Console.OpenStandardOutput();
                await output.WriteAsync(bytes, cancellationToken);
                return ExitCode.Done;
            }

            await File.WriteAllBytesAsync(path, bytes, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Wrote {feeds.Count} feeds to {path}."));
            return ExitCode.Done;
        });
        return export;
    }

    /// <summary>As much of a file as is read, and one byte more, so that a file that is too large is known to be.</summary>
    private static async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (name != "-" && !File.Exists(name))
        {
            throw new StartException($"{name} is not there");
        }

        await using var input = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
        var bytes = new byte[OpmlReader.MaxBytes + 1];
        var read = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return bytes[..read];
    }

    private static AddressGuard Guard(CommonOptions common, ParseResult parsed, ServicePaths paths)
    {
        var settings = ConfigurationSources.Read(paths, common.Settings(parsed));
        return new AddressGuard(Options.Create(settings.GetSection(FetchingOptions.Section).Get<FetchingOptions>() ?? new FetchingOptions()));
    }

    private static void Show(OpmlImport plan, string name, bool dryRun)
    {
        foreach (var feed in plan.ToAdd)
        {
            Console.WriteLine($"{(dryRun ? "would add" : "add")}: {AddressSecrets.Without(feed.Address)}{(feed.Category is { } category ? $" ({category})" : "")}");
        }

        foreach (var known in plan.Known)
        {
            Console.WriteLine($"already there: {AddressSecrets.Without(known)}");
        }

        foreach (var refused in plan.Refused)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"refused: {name}{(refused.Line is { } line ? $":{line}" : "")}: {refused.Name ?? "a feed without a name"}: {refused.Reason}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plan.ToAdd.Count} new, {plan.Known.Count} already there, {plan.Refused.Count} refused."));
    }
}
