using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aggregator.Content.Discovery;
using Aggregator.Model.Feeds;
using Aggregator.Service.Api;
using Aggregator.Service.Catalog;
using Aggregator.Service.Discovery;
using Aggregator.Service.Hosting;
using Aggregator.Service.Secrets;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>feeds discover and feeds add: from a site's address to a line of feeds.json.</summary>
internal static class FeedsAddCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command CreateDiscover(CommonOptions common)
    {
        var address = new Argument<string>("url") { Description = "The address of a site, of any of its pages, or of a feed" };
        var all = new Option<bool>("--all") { Description = "Read every feed the page names, not only the likeliest" };
        var unchecked_ = new Option<bool>("--no-check") { Description = "Fetch the page only and do not read what it names" };
        var json = new Option<bool>("--json") { Description = "The answer as the API gives it" };
        var discover = new Command("discover", "Find the feeds of a site and say what is in them. Exit code 3: there is none.") { address, all, unchecked_, json };
        discover.SetAction(async (parsed, cancellationToken) =>
        {
            var site = Read(parsed.GetValue(address));
            await using var reading = ReadingServices.Build(common.Paths(parsed), common.Settings(parsed));
            var found = await reading.DiscoverAsync(site, new DiscoveryWish(!parsed.GetValue(unchecked_), parsed.GetValue(all)), cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(DiscoveryAnswer.Of(found), Json));
            }
            else
            {
                Show(found);
            }

            return found.Feeds.Count + found.NotRead.Count > 0 ? ExitCode.Done : ExitCode.SomeFeedsFailed;
        });
        return discover;
    }

    public static Command Create(CommonOptions common)
    {
        var address = new Argument<string>("url") { Description = "The address of a feed, or of a site whose best feed is taken" };
        var title = new Option<string?>("--title") { Description = "What to call it (default: what it calls itself)", HelpName = "text" };
        var category = new Option<string?>("--category") { Description = "The group it belongs to", HelpName = "text" };
        var exact = new Option<bool>("--exact") { Description = "Take this very address; do not look for a better feed" };
        var auth = new Option<string?>("--auth") { Description = "The name of the secret that opens it, in secrets.json or the environment; implies --exact", HelpName = "name" };
        var unchecked_ = new Option<bool>("--no-check") { Description = "Take this very address without fetching it first" };
        var add = new Command("add", "Find the feed of an address, read it and add it to feeds.json; a running service takes it over within seconds") { address, title, category, exact, auth, unchecked_ };
        add.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = common.Paths(parsed);
            var source = new FeedSource { Address = Read(parsed.GetValue(address)), Title = parsed.GetValue(title), Category = parsed.GetValue(category), Auth = ReadName(parsed.GetValue(auth)) };
            if (!parsed.GetValue(unchecked_))
            {
                await using var reading = ReadingServices.Build(paths, common.Settings(parsed));
                var chosen = parsed.GetValue(exact) || source.Auth is not null ? await CheckAsync(reading, source, cancellationToken) : await ChooseAsync(reading, source, cancellationToken);
                if (chosen is null)
                {
                    await Console.Error.WriteLineAsync("aggregator: not added; --no-check adds the address all the same");
                    return ExitCode.SomeFeedsFailed;
                }

                source = chosen;
            }

            return await FeedListEdits.ApplyAsync(paths.FeedsFile, text => FeedListEditor.Add(text, source), $"Added {source.Address} to {paths.FeedsFile}.", cancellationToken);
        });
        return add;
    }

    private static Uri Read(string? text) =>
        SiteAddress.Read(text) ?? throw new StartException($"\"{text}\" is no address: expected http:// or https:// and a host, without user and password");

    private static string? ReadName(string? secret) => secret is null || SecretsReader.IsName(secret)
        ? secret
        : throw new StartException($"--auth {secret}: expected the name of a secret ({SecretsReader.NameRule})");

    /// <summary>The source as it is, titled by its feed. Null: its address is no feed.</summary>
    private static async Task<FeedSource?> CheckAsync(ReadingServices reading, FeedSource source, CancellationToken cancellationToken)
    {
        var check = await reading.CheckAsync(source, cancellationToken);
        Console.WriteLine(check.Sentence);
        return check.IsFeed ? source with { Title = source.Title ?? check.Title } : null;
    }

    /// <summary>The best feed of the site; says what else there was. Null: there is none.</summary>
    private static async Task<FeedSource?> ChooseAsync(ReadingServices reading, FeedSource source, CancellationToken cancellationToken)
    {
        var found = await reading.DiscoverAsync(source.Address, new DiscoveryWish(), cancellationToken);
        Show(found);
        if (found.Feeds.Count == 0)
        {
            return null;
        }

        var best = found.Feeds[0];
        if (best.IsComments)
        {
            await Console.Error.WriteLineAsync($"aggregator: only a feed of comments was found; to take it: aggregator feeds add --exact {best.Address}");
            return null;
        }

        return source with { Address = best.Address, Title = source.Title ?? best.Title, Site = best.Site };
    }

    private static void Show(DiscoveryResult found)
    {
        if (found.Feeds.Count > 0)
        {
            var table = Terminal.Table("feed", "title", "format", "entries", "text", "found", "remark");
            foreach (var feed in found.Feeds)
            {
                table.AddRow(
                    Terminal.Cell(feed.Address.AbsoluteUri),
                    Terminal.Cell(feed.Title),
                    Terminal.Cell(feed.Format),
                    Terminal.Cell(feed.Entries.ToString(CultureInfo.InvariantCulture)),
                    Terminal.Cell(feed.IsFullText ? "whole" : "teasers"),
                    Terminal.Cell(Words(feed.FoundBy)),
                    Terminal.Cell(feed.IsComments ? "comments" : feed.SameAs is { } better ? $"the same as {better}" : ""));
            }

            Terminal.Show(table);
        }

        foreach (var candidate in found.NotRead)
        {
            Console.WriteLine($"not read: {candidate.Address}{(candidate.Title is { } title ? $" \"{title}\"" : "")} ({Words(candidate.FoundBy)}{(candidate.IsComments ? ", comments" : "")})");
        }

        foreach (var missed in found.Missed)
        {
            Console.WriteLine($"no feed: {missed.Address}: {missed.Reason}");
        }

        if (found.Feeds.Count + found.NotRead.Count == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Address}: no feed was found in {found.Requests} requests{(found.Fault is { } fault ? $": {fault}" : "")}"));
        }
    }

    private static string Words(FoundBy by) => by switch
    {
        FoundBy.Itself => "is the address",
        FoundBy.Header => "Link header",
        FoundBy.LinkElement => "link element",
        FoundBy.PageLink => "link in the page",
        FoundBy.PageData => "data of the page",
        _ => "usual path",
    };
}
