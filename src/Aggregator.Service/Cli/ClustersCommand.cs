using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>clusters: ask for events, see why stories are together, take apart what does not belong together.</summary>
internal static class ClustersCommand
{
    public static Command Create(CommonOptions common)
    {
        var q = new Argument<string[]>("query") { Description = "A query, for example: topic:ai -source:theverge", Arity = ArgumentArity.ZeroOrMore };
        var topic = new Option<string[]>("--topic", "-t") { Description = "Topic slug or name; repeat it for stories that carry several", HelpName = "topic" };
        var since = new Option<string?>("--since") { Description = "Not older: 2026-11-24, today, 24h, 7d", HelpName = "time" };
        var minSources = new Option<int?>("--min-sources") { Description = "Only what so many outlets report", HelpName = "count" };
        var sort = new Option<string?>("--sort") { Description = "weight: by outlets, then by outlets an hour", HelpName = "weight" };
        var limit = new Option<int?>("--limit", "-n") { Description = "How many, 1 to 100 (default 20)", HelpName = "count" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var command = new Command("clusters", "Ask for events, newest first: what several outlets tell is one") { q, topic, since, minSources, sort, limit, json, CreateShow(common), CreateSplit(common) };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<string> query =
            [
                .. Optional("q", parsed.GetValue(q) is { Length: > 0 } words ? string.Join(' ', words) : null),
                .. (parsed.GetValue(topic) ?? []).Select(name => Parameter("topic", name)),
                .. Optional("since", parsed.GetValue(since)), .. Optional("minSources", parsed.GetValue(minSources)?.ToString(CultureInfo.InvariantCulture)),
                .. Optional("sort", parsed.GetValue(sort)), .. Optional("limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture)),
            ];
            return await AnswerAsync<ClustersAnswer>(common, parsed, $"/api/clusters?{string.Join('&', query)}", parsed.GetValue(json), Show, cancellationToken);
        });
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        var id = new Argument<string>("id") { Description = "The cluster's id" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var show = new Command("show", "One cluster: its stories, and why each is in it") { id, json };
        show.SetAction((parsed, cancellationToken) =>
            AnswerAsync<ClusterAnswer>(common, parsed, $"/api/clusters/{Uri.EscapeDataString(parsed.GetValue(id)!)}", parsed.GetValue(json), Show, cancellationToken));
        return show;
    }

    private static Command CreateSplit(CommonOptions common)
    {
        var id = new Argument<string>("id") { Description = "The cluster's id" };
        var stories = new Argument<string[]>("stories") { Description = "The ids of the stories that leave it", Arity = ArgumentArity.OneOrMore };
        var split = new Command("split", "Take stories out of a cluster into one of their own. It sticks, whatever comes later.") { id, stories };
        split.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            Show(await service.PostAsync<ClusterAnswer>(
                $"/api/clusters/{Uri.EscapeDataString(parsed.GetValue(id)!)}/split", new SplitWish(parsed.GetValue(stories)), cancellationToken));
            return ExitCode.Done;
        });
        return split;
    }

    private static async Task<int> AnswerAsync<T>(
        CommonOptions common, ParseResult parsed, string path, bool asJson, Action<T> show, CancellationToken cancellationToken)
    {
        await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
        if (asJson)
        {
            Console.WriteLine(await service.GetTextAsync(path, cancellationToken));
        }
        else
        {
            show(await service.GetAsync<T>(path, cancellationToken));
        }

        return ExitCode.Done;
    }

    private static void Show(ClustersAnswer answer)
    {
        if (answer.Clusters.Count == 0)
        {
            Console.WriteLine("No cluster matches.");
            return;
        }

        var table = Terminal.Table("outlets", "an hour", "updated", "title", "id");
        foreach (var cluster in answer.Clusters)
        {
            table.AddRow(
                Terminal.Cell(cluster.Outlets.ToString(CultureInfo.InvariantCulture)),
                Terminal.Cell(cluster.Pace.ToString("0.##", CultureInfo.InvariantCulture)),
                Terminal.Cell(Instant(cluster.Updated)),
                Terminal.Cell(cluster.Lead.Title),
                Terminal.Cell(cluster.Id));
        }

        Terminal.Show(table);
    }

    private static void Show(ClusterAnswer cluster)
    {
        Console.WriteLine(cluster.Lead.Title);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{cluster.Outlets} {(cluster.Outlets == 1 ? "outlet" : "outlets")}, {cluster.Pace:0.##} an hour; first seen {Instant(cluster.FirstSeen)}, updated {Instant(cluster.Updated)} UTC; cluster {cluster.Id}"));
        foreach (var story in cluster.Stories)
        {
            Console.WriteLine();
            Console.WriteLine($"{(story.Id == cluster.Lead.Id ? "* " : "  ")}{story.Title}");
            Console.WriteLine($"    {story.Source}, {Instant(story.Date)} UTC, {story.Id}");
            Console.WriteLine($"    {story.Link}");
            if (story.Joined is { } joined)
            {
                var nearest = cluster.Stories.FirstOrDefault(other => other.Id == joined.Nearest)?.Title ?? joined.Nearest;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    like \"{nearest}\": {joined.Score:P0}, {string.Join(", ", joined.Shared)}"));
            }
        }
    }

    private static string Instant(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Optional(string name, string? value) => value is null ? [] : [Parameter(name, value)];

    private static string Parameter(string name, string value) => $"{name}={Uri.EscapeDataString(value)}";
}
