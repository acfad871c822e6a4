using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Retention;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>retention: the limits of what is kept, what goes first, and what other limits would drop.</summary>
internal static class RetentionCommand
{
    private const int MostRows = 15;

    public static Command Create(CommonOptions common) => new("retention", "What is kept: the limits, how full each is, what goes next, and what other limits would drop") { CreateShow(common), CreatePreview(common) };

    private static Command CreateShow(CommonOptions common)
    {
        var limit = new Option<int>("--limit", "-n") { Description = "How many of the stories that go next (default 20)", HelpName = "count", DefaultValueFactory = _ => 20 };
        var since = new Option<string?>("--since") { Description = "Of those only stories that are not older than this: a date, 24h, 7d", HelpName = "time" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var show = new Command("show", "The limits in force with where each is said, how full they are, and the stories that go next") { limit, since, json };
        show.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var path = string.Create(CultureInfo.InvariantCulture, $"/api/retention?limit={parsed.GetValue(limit)}{(parsed.GetValue(since) is { } from ? $"&since={Uri.EscapeDataString(from)}" : "")}");
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync(path, cancellationToken));
                return ExitCode.Done;
            }

            Show(await service.GetAsync<RetentionReport>(path, cancellationToken));
            return ExitCode.Done;
        });
        return show;
    }

    private static Command CreatePreview(CommonOptions common)
    {
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var preview = new Command("preview", "How many stories of which feeds and topics the settings given with --set would drop; nothing is changed") { json };
        preview.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settings(parsed).ToLookup(setting => IsAboutKeeping(setting.Key));
            if (!settings[true].Any())
            {
                throw new StartException("give the settings to try, for example --set Storage:MaxAge=30.00:00:00 or --set Storage:Topics:ai:MaxStories=1000; an empty value takes a limit away");
            }

            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), settings[false].ToDictionary(), ServiceMode.Answer, cancellationToken);
            var wish = new PreviewWish(settings[true].ToDictionary());
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.PostTextAsync("/api/retention/preview", wish, cancellationToken));
                return ExitCode.Done;
            }

            Show(await service.PostAsync<RetentionPreviewResult>("/api/retention/preview", wish, cancellationToken));
            return ExitCode.Done;
        });
        return preview;
    }

    /// <summary>The others say how the store is reached.</summary>
    private static bool IsAboutKeeping(string setting) =>
        setting.StartsWith(StorageOptions.Section + ":Max", StringComparison.OrdinalIgnoreCase) || setting.StartsWith(TopicKeepOptions.Section + ":", StringComparison.OrdinalIgnoreCase);

    private static void Show(RetentionReport report)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Untagged.Stories + report.Tagged.Stories + report.Pinned.Stories:N0} stories: {report.Untagged.Stories:N0} without a topic go first, then {report.Tagged.Stories:N0} with one; {report.Pinned.Stories:N0} are pinned ({report.Pinned.Megabytes:0.0} MB)."));
        if (report.NotYetSorted is { } left)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{left:N0} are not sorted yet by what they are kept under; until then none is dropped but for want of room."));
        }

        if (report.Limits.Count == 0)
        {
            Console.WriteLine("There is no limit: everything is kept.");
            return;
        }

        var limits = Terminal.Table("of", "limit", "now", "full", "said in");
        foreach (var limit in report.Limits)
        {
            limits.AddRow(
                Terminal.Cell(limit.Of), Terminal.Cell(limit.Words), Terminal.Cell(limit.NowWords),
                Terminal.Cell(limit.IsReached ? "as full as may be" : limit.Words == "for ever" ? "" : limit.Full.ToString("P0", CultureInfo.InvariantCulture)), Terminal.Cell(limit.From));
        }

        Terminal.Show(limits);
        if (report.FeedsNotListed > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {report.FeedsNotListed:N0} feeds that are less full"));
        }

        if (report.Next.Count == 0)
        {
            Console.WriteLine("No story goes soon.");
            return;
        }

        var next = Terminal.Table("goes (UTC)", "story", "source", "id", "because");
        foreach (var story in report.Next)
        {
            next.AddRow(Terminal.Cell(story.When(TimeProvider.System.GetUtcNow())), Terminal.Cell(story.Title), Terminal.Cell(story.Source), Terminal.Cell(story.Id), Terminal.Cell($"{story.Reason} ({story.From})"));
        }

        Terminal.Show(next);
    }

    private static void Show(RetentionPreviewResult result)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Stories:N0} stories looked at, {result.Dropped:N0} would go{(result.Oldest is { } oldest ? $", of {oldest:yyyy-MM-dd} to {result.Newest:yyyy-MM-dd}, some {result.Megabytes:0.0} MB" : "")}. Nothing was changed."));
        if (result.Pinned > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Pinned:N0} of them are pinned."));
        }

        ShowCounts("by limit", result.ByLimit);
        ShowCounts("by feed", result.ByFeed);
        ShowCounts("by topic", [.. result.ByTopic.Select(count => count.Name.Length == 0 ? count with { Name = "(without a topic)" } : count)]);
        foreach (var story in result.Sample)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {story.Date:yyyy-MM-dd}  {story.Source}: {story.Title}  ({story.Id})"));
        }
    }

    private static void ShowCounts(string heading, IReadOnlyList<PreviewCount> counts)
    {
        if (counts.Count == 0)
        {
            return;
        }

        var more = counts.Count > MostRows ? string.Create(CultureInfo.InvariantCulture, $", and {counts.Count - MostRows:N0} more with {counts.Skip(MostRows).Sum(count => count.Stories):N0}") : "";
        Console.WriteLine($"{heading}: {string.Join(", ", counts.Take(MostRows).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Name} {count.Stories:N0}")))}{more}");
    }
}
