using System.CommandLine;
using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Service.Api;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Aggregator.Service.Installing;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>feeds: list them, show their health, find, add, remove, check, undo a move, import, export.</summary>
internal static class FeedsCommand
{
    public static Command Create(CommonOptions common) =>
        new("feeds", "The feeds: list, health, show, discover, add, remove, check, undo a move, import, export")
        {
            CreateList(common), CreateInit(common), FeedsHealthCommand.Create(common), FeedsHealthCommand.CreateShow(common), FeedsAddCommand.CreateDiscover(common), FeedsAddCommand.Create(common), CreateRemove(common), FeedsPurgeCommand.Create(common), CreateCheck(common), CreateUndoMove(common),
            FeedsOpmlCommand.CreateImport(common), FeedsOpmlCommand.CreateExport(common),
        };

    private static Command CreateList(CommonOptions common)
    {
        var failing = new Option<bool>("--failing") { Description = "Only feeds that fail or are gone" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var list = new Command("list", "All feeds with their health") { failing, json };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync("/api/feeds", cancellationToken));
                return ExitCode.Done;
            }

            var answer = await service.GetAsync<FeedsAnswer>("/api/feeds", cancellationToken);
            Show(answer, parsed.GetValue(failing));
            return ExitCode.Done;
        });
        return list;
    }

    private static Command CreateInit(CommonOptions common)
    {
        var init = new Command("init", "Write the list of feeds that comes with the program to feeds.json, where there is none");
        init.SetAction(async (parsed, cancellationToken) =>
        {
            var file = common.Paths(parsed).FeedsFile;
            if (File.Exists(file))
            {
                throw new StartException($"{file} is there already and is left alone");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, FirstSettings.BuiltInFeeds(), cancellationToken);
            Console.WriteLine($"{file} lists {FeedListFile.ReadOnce(file).Feeds.Count} feeds.");
            return ExitCode.Done;
        });
        return init;
    }

    private static void Show(FeedsAnswer answer, bool onlyFailing)
    {
        Warn(answer.FeedsFileProblems);
        if (answer.FeedsFileError is { } error)
        {
            Console.Error.WriteLine($"The last edit of {answer.FeedsFile} is not in force: {error}");
        }

        var feeds = answer.Feeds.Where(feed => !onlyFailing || feed.Health is "failing" or "gone").ToList();
        if (feeds.Count == 0)
        {
            Console.WriteLine(onlyFailing ? "No feed fails." : $"{answer.FeedsFile} lists no feeds.");
            return;
        }

        var table = Terminal.Table("feed", "health", "stories", "last success (UTC)", "next poll (UTC)", "why then", "remark", "id");
        foreach (var feed in feeds)
        {
            table.AddRow(
                Terminal.Cell(feed.Name),
                Terminal.Cell(feed.Health),
                Terminal.Cell(feed.Stories.ToString(CultureInfo.InvariantCulture)),
                Terminal.Cell(When(feed.LastSuccess)),
                Terminal.Cell(When(feed.NextPoll)),
                Terminal.Cell(feed.NextPollReason ?? ""),
                Terminal.Cell(string.Join("; ", feed.Error is { } fault ? feed.Problems.Prepend(fault) : feed.Problems)),
                Terminal.Cell(feed.Id));
        }

        Terminal.Show(table);
    }

    private static Command CreateRemove(CommonOptions common)
    {
        var name = new Argument<string>("feed") { Description = "Id, address, host or name" };
        var purge = new Option<bool>("--purge") { Description = "Drop its stories as well, but for those that another feed carries too" };
        var remove = new Command("remove", "Take a feed out of feeds.json; its stories stay, unless --purge is given") { name, purge };
        remove.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = common.Paths(parsed);
            var catalog = FeedListFile.ReadOnce(paths.FeedsFile);
            var found = catalog.ResolveSource(parsed.GetValue(name)!);
            if (found.Feeds.Count != 1)
            {
                await Console.Error.WriteLineAsync(found.Feeds.Count == 0
                    ? $"aggregator: there is no feed \"{parsed.GetValue(name)}\". Near: {string.Join(", ", found.Near)}"
                    : $"aggregator: \"{parsed.GetValue(name)}\" names {found.Feeds.Count} feeds; give one address: {string.Join(", ", found.Feeds.Select(id => catalog.Feeds[id].Address))}");
                return ExitCode.BadInput;
            }

            var feed = catalog.Feeds[found.Feeds[0]];
            var drop = parsed.GetValue(purge);
            var done = $"Removed {feed.Address} from {paths.FeedsFile}{(drop ? "." : $"; its stories stay. To drop them: aggregator feeds purge {feed.Id}")}";
            var exit = await FeedListEdits.ApplyAsync(paths.FeedsFile, text => FeedListEditor.Remove(text, feed.Id), done, cancellationToken);
            return drop && exit == ExitCode.Done ? await FeedsPurgeCommand.PurgeAsync(paths, common.Settings(parsed), feed.Id.Value, cancellationToken) : exit;
        });
        return remove;
    }

    private static Command CreateCheck(CommonOptions common)
    {
        var names = new Argument<string[]>("feed") { Description = "Addresses, or feeds of feeds.json by id, host or name. Without any: all of them.", Arity = ArgumentArity.ZeroOrMore };
        var check = new Command("check", "Fetch feeds without storing anything and say what is in them. Exit code 3: some are no feeds.") { names };
        check.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = common.Paths(parsed);
            await using var reading = ReadingServices.Build(paths, common.Settings(parsed));
            var bad = 0;
            foreach (var source in Sources(parsed.GetValue(names) ?? [], paths))
            {
                var result = await reading.CheckAsync(source, cancellationToken);
                Console.WriteLine(result.Sentence);
                bad += result.IsFeed ? 0 : 1;
            }

            return bad == 0 ? ExitCode.Done : ExitCode.SomeFeedsFailed;
        });
        return check;
    }

    private static Command CreateUndoMove(CommonOptions common)
    {
        var name = new Argument<string>("feed") { Description = "Id, address, host or name" };
        var undo = new Command("undo-move", "Fetch a feed from its address in feeds.json again, and do not follow its move any more") { name };
        undo.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var feed = await service.PostAsync<FeedAnswer>("/api/feeds/undo-move", new UndoMoveWish(parsed.GetValue(name)), cancellationToken);
            Console.WriteLine($"{feed.Name} is fetched from {feed.Url} again, with its next poll.");
            return ExitCode.Done;
        });
        return undo;
    }

    private static IEnumerable<FeedSource> Sources(string[] names, ServicePaths paths)
    {
        if (names.Length > 0 && names.All(name => Uri.TryCreate(name, UriKind.Absolute, out var address) && address.Scheme.StartsWith("http", StringComparison.Ordinal)))
        {
            return names.Select(name => new FeedSource { Address = new Uri(name) });
        }

        var catalog = FeedListFile.ReadOnce(paths.FeedsFile);
        if (names.Length == 0)
        {
            Warn(catalog.Problems.Select(problem => problem.ToString()));
            return catalog.Feeds.Values.Where(feed => feed.Enabled);
        }

        return names.SelectMany(name => catalog.ResolveSource(name) switch
        {
            { Feeds.Count: > 0 } found => found.Feeds.Select(id => catalog.Feeds[id]),
            var none => throw new StartException($"there is no feed \"{name}\" in {paths.FeedsFile}. Near: {string.Join(", ", none.Near)}"),
        });
    }

    private static void Warn(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
        {
            Console.Error.WriteLine(problem);
        }
    }

    private static string When(DateTimeOffset? at) => at?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
}
