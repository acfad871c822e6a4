using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Web;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>feeds health and feeds show: how the feeds do, all in a table or one of them in full.</summary>
internal static class FeedsHealthCommand
{
    public static Command Create(CommonOptions common)
    {
        var failing = new Option<bool>("--failing") { Description = "Only feeds that fail or are gone" };
        var sort = new Option<string>("--sort") { Description = $"Which come first: {string.Join(", ", SourceOrder.All.Select(order => order.Name))} (default: health, those in trouble first)", HelpName = "order" };
        var health = new Command("health", "How each feed does: last success, what is wrong, next poll, and figures of the last 30 days") { failing, sort };
        health.SetAction(async (parsed, cancellationToken) =>
        {
            var order = SourceOrder.Find(parsed.GetValue(sort)) ?? throw new StartException($"--sort: there is no order \"{parsed.GetValue(sort)}\"; expected one of {string.Join(", ", SourceOrder.All.Select(known => known.Name))}");
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var answer = await service.GetAsync<FeedsAnswer>("/api/feeds", cancellationToken);
            ShowAll([.. order.Apply(answer.Feeds.Where(feed => !parsed.GetValue(failing) || feed.Health is "failing" or "gone"))]);
            return ExitCode.Done;
        });
        return health;
    }

    public static Command CreateShow(CommonOptions common)
    {
        var name = new Argument<string>("feed") { Description = "Id, address, host or name" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var show = new Command("show", "All that is known of one feed: its health, what is wrong and what that means, its next poll and why, and figures of the last 30 days") { name, json };
        show.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var path = "/api/feeds/" + Uri.EscapeDataString(parsed.GetValue(name)!);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync(path, cancellationToken));
                return ExitCode.Done;
            }

            ShowOne(await service.GetAsync<FeedAnswer>(path, cancellationToken));
            return ExitCode.Done;
        });
        return show;
    }

    private static void ShowAll(IReadOnlyList<FeedAnswer> feeds)
    {
        if (feeds.Count == 0)
        {
            Console.WriteLine("There is no such feed.");
            return;
        }

        var table = Terminal.Table("feed", "health", "last success", "next poll (UTC)", "items a day", "304", "bytes", "repaired", "pages read", "what is wrong");
        foreach (var feed in feeds)
        {
            table.AddRow(
                Terminal.Cell(feed.Name),
                Terminal.Cell(feed.Health),
                Terminal.Cell(When(feed.LastSuccess, "never")),
                Terminal.Cell(When(feed.NextPoll, "none")),
                Terminal.Cell(FigureWords.Rate(feed.Figures?.ItemsPerDay)),
                Terminal.Cell(FigureWords.Percent(feed.Figures?.NotModifiedShare)),
                Terminal.Cell(FigureWords.Bytes(feed.Figures?.Bytes)),
                Terminal.Cell(FigureWords.Of(feed.Figures?.Repaired ?? 0, feed.Figures?.Documents ?? 0)),
                Terminal.Cell(FigureWords.Percent(feed.Figures?.PagesReadShare)),
                Terminal.Cell(feed.Error ?? string.Join("; ", feed.Problems)));
        }

        Terminal.Show(table);
    }

    private static void ShowOne(FeedAnswer feed)
    {
        Console.WriteLine();
        Console.WriteLine(feed.Name);
        Console.WriteLine($"{feed.Url}  ({feed.Id}{(feed.Category is null ? "" : $", {feed.Category}")})");
        Console.WriteLine();
        Line("health", feed.Health + (feed.FailingSince is { } since ? $", since {When(since, "")}" : ""));
        Line("what is wrong", feed.Error);
        Line("that means", feed.Meaning);
        Line("last poll", When(feed.LastPoll, "never"));
        Line("last success", When(feed.LastSuccess, "never"));
        Line("next poll", When(feed.NextPoll, "none") + (feed.NextPollReason is { } why ? $": {why}" : ""));
        Line("moved", feed.MovedTo is null ? null : $"to {feed.MovedTo}, since {When(feed.MovedSince, "")}");
        Line("hub", feed.Hub is null ? null : $"{feed.Hub.Address}, {feed.Hub.State}");
        Line("in all", string.Create(CultureInfo.InvariantCulture, $"{feed.Polls} polls, {feed.Stories} stories"));
        if (feed.Figures is { } figures)
        {
            Console.WriteLine();
            Console.WriteLine($"  Since {When(figures.Since, "")}:");
            Line("polls", string.Create(CultureInfo.InvariantCulture, $"{figures.Polls}, {figures.Failed} of them failed"));
            Line("items a day", figures.ItemsPerDay is null ? null : FigureWords.Rate(figures.ItemsPerDay));
            Line("nothing new", figures.NotModifiedShare is null ? null : string.Create(CultureInfo.InvariantCulture, $"{figures.NotModified} times told by a 304, {figures.SentAgain} times by the same document ({FigureWords.Percent(figures.NotModifiedShare)} by a 304)"));
            Line("bytes", FigureWords.Bytes(figures.Bytes));
            Line("repaired", figures.Documents == 0 ? null : $"{FigureWords.Of(figures.Repaired, figures.Documents)} documents");
            Line("pages read", figures.PagesReadShare is null ? null : $"{FigureWords.Of(figures.PagesRead, figures.PagesRead + figures.PagesMissed)} ({FigureWords.Percent(figures.PagesReadShare)})");
        }

        if (feed.Problems.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine("  Wrong with the last document, and read all the same:");
            foreach (var problem in feed.Problems)
            {
                Console.WriteLine("    " + problem);
            }
        }
    }

    private static void Line(string what, string? text)
    {
        if (text is not null)
        {
            Console.WriteLine($"  {what,-14} {text}");
        }
    }

    private static string When(DateTimeOffset? at, string otherwise) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? otherwise;
}
