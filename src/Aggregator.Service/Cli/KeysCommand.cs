using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Api;
using Aggregator.Service.Doors;
using Aggregator.Service.Hosting;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>keys: make, list, replace and revoke keys for programs and readers, and read the record of what was changed.</summary>
internal static class KeysCommand
{
    private const string Path = "/api/keys";

    public static Command Create(CommonOptions common) => new("keys", "Keys for programs and readers, and the record of what was changed with them")
    {
        CreateAdd(common), CreateList(common), CreateReplace(common), CreateRevoke(common), CreateAudit(common),
    };

    private static Command CreateAdd(CommonOptions common)
    {
        var name = new Argument<string>("name") { Description = "What to call it, such as \"deploy script\" or \"my phone\"" };
        var read = new Option<bool>("--read") { Description = "It opens reading only, where that needs a key; without, it opens everything" };
        var feed = new Option<string[]>("--feed") { Description = "It opens only this feed: the name of a saved query, or topics/ai, sources/theverge, categories/security; may be repeated; implies --read", HelpName = "feed" };
        var expires = new Option<string?>("--expires") { Description = "When it ends: 90d, 12h or 2027-01-31 (default: when it is revoked)", HelpName = "time" };
        var add = new Command("add", "Make a key. It is shown once, alone on standard output") { name, read, feed, expires };
        add.SetAction(async (parsed, cancellationToken) =>
        {
            var feeds = parsed.GetValue(feed) ?? [];
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            var wish = new KeyWish(parsed.GetValue(name), parsed.GetValue(read) || feeds.Length > 0 ? KeyScope.Read : KeyScope.Change, feeds, parsed.GetValue(expires));
            await ShowAsync(await service.PostAsync<NewKeyAnswer>(Path, wish, cancellationToken));
            return ExitCode.Done;
        });
        return add;
    }

    private static Command CreateList(CommonOptions common)
    {
        var json = Json();
        var list = new Command("list", "The keys there are, without what is secret of them") { json };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync(Path, cancellationToken));
                return ExitCode.Done;
            }

            var keys = (await service.GetAsync<KeysAnswer>(Path, cancellationToken)).Keys;
            if (keys.Count == 0)
            {
                Console.WriteLine("There are no keys. To make one: aggregator keys add NAME");
                return ExitCode.Done;
            }

            var table = Terminal.Table("Name", "Begins with", "Opens", "Made", "Ends", "Last used");
            foreach (var key in keys)
            {
                table.AddRow(
                    Terminal.Cell(key.Name),
                    Terminal.Cell($"{ApiKey.Prefix}{key.Id}_"),
                    Terminal.Cell(key.Scope == KeyScope.Change ? "everything" : key.Feeds.Count > 0 ? string.Join(", ", key.Feeds) : "reading"),
                    Terminal.Cell(Day(key.Made)),
                    Terminal.Cell(key.Expires is { } end ? end.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : ""),
                    Terminal.Cell(key.LastUsed?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "never"));
            }

            Terminal.Show(table);
            return ExitCode.Done;
        });
        return list;
    }

    private static Command CreateReplace(CommonOptions common)
    {
        var key = Key();
        var replace = new Command("replace", "Give a key another text, shown once; the one before opens nothing from then on") { key };
        replace.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            await ShowAsync(await service.SendAsync<NewKeyAnswer>(HttpMethod.Post, $"{PathOf(parsed.GetValue(key)!)}/replace", cancellationToken));
            return ExitCode.Done;
        });
        return replace;
    }

    private static Command CreateRevoke(CommonOptions common)
    {
        var key = Key();
        var revoke = new Command("revoke", "Revoke a key: it opens nothing from then on") { key };
        revoke.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            var revoked = await service.SendAsync<KeyAnswer>(HttpMethod.Delete, PathOf(parsed.GetValue(key)!), cancellationToken);
            Console.WriteLine($"Revoked: {revoked.Name}.");
            return ExitCode.Done;
        });
        return revoke;
    }

    private static Command CreateAudit(CommonOptions common)
    {
        var json = Json();
        var count = new Option<int>("--limit", "-n") { Description = "How many of the last", DefaultValueFactory = _ => 50 };
        var audit = new Command("audit", "What was changed over HTTP, by which key and from where, and which keys were refused") { count, json };
        audit.SetAction(async (parsed, cancellationToken) =>
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/api/audit?limit={parsed.GetValue(count)}");
            await using var service = await OpenAsync(common, parsed, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync(path, cancellationToken));
                return ExitCode.Done;
            }

            foreach (var entry in (await service.GetAsync<AuditAnswer>(path, cancellationToken)).Entries)
            {
                Console.WriteLine($"{entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}  {entry.Who} from {entry.From}: {entry.What}{(entry.Detail is null ? "" : $" ({entry.Detail})")}: {entry.Outcome}");
            }

            return ExitCode.Done;
        });
        return audit;
    }

    private static async Task ShowAsync(NewKeyAnswer made)
    {
        Console.WriteLine(made.Text);
        await Console.Error.WriteLineAsync($"""
            This is shown once: keep it. {(made.Key.Scope == KeyScope.Change
                ? $"It opens everything, in the header {ServiceKey.Header} or as Authorization: Bearer."
                : $"It opens {(made.Key.Feeds.Count > 0 ? string.Join(", ", made.Key.Feeds) : "reading")}: as the password of HTTP Basic (any user), or in the address of a feed as ?{ShownKey.Parameter}=")}
            """);
    }

    private static Option<bool> Json() => new("--json") { Description = "The API's answer as it is" };

    private static Argument<string> Key() => new("key") { Description = "The key's name, or its id" };

    private static string PathOf(string key) => $"{Path}/{Uri.EscapeDataString(key)}";

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Task<ServiceConnection> OpenAsync(CommonOptions common, ParseResult parsed, CancellationToken cancellationToken) =>
        ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
}
