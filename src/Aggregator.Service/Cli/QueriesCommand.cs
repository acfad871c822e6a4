using System.CommandLine;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>queries: list, save and forget queries with names, which have feeds of lasting addresses.</summary>
internal static class QueriesCommand
{
    public static Command Create(CommonOptions common) => new("queries", "Queries with names, each with a feed of a lasting address") { CreateList(common), CreateSave(common), CreateRemove(common) };

    private static Command CreateList(CommonOptions common)
    {
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var list = new Command("list", "The queries that have a name") { json };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync("/api/queries", cancellationToken));
                return ExitCode.Done;
            }

            var table = Terminal.Table("Name", "Query", "Feed", "Open to", "Named by");
            foreach (var query in (await service.GetAsync<SavedQueriesAnswer>("/api/queries", cancellationToken)).Queries)
            {
                table.AddRow(Terminal.Cell(query.Name), Terminal.Cell(query.Query), Terminal.Cell(query.Feed), Terminal.Cell(query.Private ? "keys" : "readers"), Terminal.Cell(query.Configured ? "configuration" : "queries save"));
            }

            Terminal.Show(table);
            return ExitCode.Done;
        });
        return list;
    }

    private static Command CreateSave(CommonOptions common)
    {
        var name = Name();
        var query = new Argument<string>("query") { Description = "The query, in the language of docs/query-language.md" };
        var isPrivate = new Option<bool>("--private") { Description = "Nobody without a key is told of it: aggregator keys add --read" };
        var isOpen = new Option<bool>("--open") { Description = "It is private no longer" };
        var save = new Command("save", "Save a query under a name, or another one in its place; whether that is private stays as it was") { name, query, isPrivate, isOpen };
        save.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            using var wish = JsonContent.Create(new SavedQueryWish(parsed.GetValue(query), parsed.GetValue(isPrivate) ? true : parsed.GetValue(isOpen) ? false : null));
            var saved = await service.SendAsync<SavedQueryAnswer>(HttpMethod.Put, PathOf(parsed.GetValue(name)!), wish, cancellationToken);
            Console.WriteLine($"Saved. Its feed is {saved.Feed}, with .rss, .json and .rdf{(saved.Private ? "; it needs a key" : "")}.");
            return ExitCode.Done;
        });
        return save;
    }

    private static Command CreateRemove(CommonOptions common)
    {
        var name = Name();
        var remove = new Command("remove", "Forget a saved query; its feed ends") { name };
        remove.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            var removed = await service.SendAsync<SavedQueryAnswer>(HttpMethod.Delete, PathOf(parsed.GetValue(name)!), null, cancellationToken);
            Console.WriteLine($"Forgotten: {removed.Name}.");
            return ExitCode.Done;
        });
        return remove;
    }

    private static Argument<string> Name() => new("name") { Description = "The query's name, such as \"IP watch\"" };

    private static string PathOf(string name) => $"/api/queries/{Uri.EscapeDataString(name)}";

    private static Task<ServiceConnection> OpenAsync(CommonOptions common, ParseResult parsed, CancellationToken cancellationToken) =>
        ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
}
