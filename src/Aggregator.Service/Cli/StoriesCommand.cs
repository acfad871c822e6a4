using System.CommandLine;
using System.Globalization;
using Aggregator.Content.Versions;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>stories: ask for stories, as a table or as JSON.</summary>
internal static class StoriesCommand
{
    public static Command Create(CommonOptions common)
    {
        var q = new Argument<string[]>("query") { Description = "A query, for example: topic:ai -source:theverge '\"trade secret*\"' min_sources:2", Arity = ArgumentArity.ZeroOrMore };
        var topic = new Option<string[]>("--topic", "-t") { Description = "Topic slug or name; repeat it for stories that carry several", HelpName = "topic" };
        var source = new Option<string[]>("--source", "-s") { Description = "Feed id, address, host or name; repeat it for any of several", HelpName = "feed" };
        var since = new Option<string?>("--since") { Description = "Not older: 2026-11-24, today, 24h, 7d", HelpName = "time" };
        var until = new Option<string?>("--until") { Description = "Older than", HelpName = "time" };
        var savedFeed = new Option<string?>("--saved-feed") { Description = "Only stories that a rule puts into this saved feed", HelpName = "name" };
        var muted = new Option<string?>("--muted") { Description = "include: stories that a rule mutes as well; only: nothing else", HelpName = "include|only" };
        var sort = new Option<string?>("--sort") { Description = "relevance: what fits the words best; weight: by outlets that report the event; boost: by the weight that rules give", HelpName = "new|relevance|weight|boost" };
        var limit = new Option<int?>("--limit", "-n") { Description = "How many, 1 to 500 (default 20)", HelpName = "count" };
        var cursor = new Option<string?>("--cursor") { Description = "Go on where the last answer ended", HelpName = "cursor" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var command = new Command("stories", "Ask for stories, newest first") { q, topic, source, since, until, savedFeed, muted, sort, limit, cursor, json, CreateShow(common), CreateVersions(common), CreateDelete(common), StoriesTagCommand.Create(common) };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var query = new List<string>();
            AddAll("q", parsed.GetValue(q) is { Length: > 0 } words ? [string.Join(' ', words)] : []);
            AddAll("topic", parsed.GetValue(topic));
            AddAll("source", parsed.GetValue(source));
            AddAll("since", [parsed.GetValue(since)]);
            AddAll("until", [parsed.GetValue(until)]);
            AddAll("savedFeed", [parsed.GetValue(savedFeed)]);
            AddAll("muted", [parsed.GetValue(muted)]);
            AddAll("sort", [parsed.GetValue(sort)]);
            AddAll("cursor", [parsed.GetValue(cursor)]);
            AddAll("limit", [(parsed.GetValue(limit) ?? 20).ToString(CultureInfo.InvariantCulture)]);
            var path = $"/api/stories?{string.Join('&', query)}";

            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync(path, cancellationToken));
                return ExitCode.Done;
            }

            Show(await service.GetAsync<StoriesAnswer>(path, cancellationToken));
            return ExitCode.Done;

            void AddAll(string name, string?[]? values) =>
                query.AddRange((values ?? []).OfType<string>().Select(value => $"{name}={Uri.EscapeDataString(value)}"));
        });
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        var id = new Argument<string>("id") { Description = "The story's id" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var show = new Command("show", "One story with its whole text and the reasons for its topics") { id, json };
        show.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var path = $"/api/stories/{Uri.EscapeDataString(parsed.GetValue(id)!)}";
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync(path, cancellationToken));
                return ExitCode.Done;
            }

            Show(await service.GetAsync<StoryAnswer>(path, cancellationToken));
            return ExitCode.Done;
        });
        return show;
    }

    private static Command CreateDelete(CommonOptions common)
    {
        var id = new Argument<string>("id") { Description = "The story's id" };
        var delete = new Command("delete", "Delete a story for good: it does not come back, whatever a poll brings") { id };
        delete.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var gone = await service.SendAsync<DeletedAnswer>(HttpMethod.Delete, $"/api/stories/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken);
            Console.WriteLine($"\"{gone.Title}\" is deleted.");
            return ExitCode.Done;
        });
        return delete;
    }

    private static Command CreateVersions(CommonOptions common)
    {
        var id = new Argument<string>("id") { Description = "The story's id" };
        var versions = new Command("versions", "How the publisher changed a story: [-taken out-] {+put in+}") { id };
        versions.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            Show(await service.GetAsync<VersionsAnswer>($"/api/stories/{Uri.EscapeDataString(parsed.GetValue(id)!)}/versions", cancellationToken));
            return ExitCode.Done;
        });
        return versions;
    }

    private static void Show(VersionsAnswer answer)
    {
        Console.WriteLine(answer.Title);
        if (answer.Versions.Count == 0)
        {
            Console.WriteLine("It was never changed.");
        }

        foreach (var version in answer.Versions)
        {
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{version.Until:yyyy-MM-dd HH:mm} UTC"));
            foreach (var change in new[] { version.TitleChange, version.TextChange }.Where(change => change.Count > 0))
            {
                Console.WriteLine(string.Concat(change.Select(Words)));
            }
        }
    }

    private static string Words(DiffPiece piece) => piece.Kind switch
    {
        DiffKind.Removed => $"[-{piece.Text}-]",
        DiffKind.Added => $"{{+{piece.Text}+}}",
        DiffKind.LeftOut => " ... ",
        _ => piece.Text,
    };

    private static void Show(StoryAnswer story)
    {
        string[] origin = [story.Source.Name, .. story.Authors, story.Date.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC"];
        Console.WriteLine(story.Title);
        Console.WriteLine(string.Join(", ", origin));
        Console.WriteLine(story.Link);
        Reasons.Show(story);
        foreach (var effect in story.Rules)
        {
            Console.WriteLine($"  {effect.Words}, by the rule \"{effect.Rule}\"");
        }

        if (story.BodyNote is { } note)
        {
            Console.WriteLine($"  note: {note}");
        }

        foreach (var line in (story.BodyText ?? story.Summary).Split('\n'))
        {
            Console.WriteLine();
            Console.WriteLine(line);
        }
    }

    private static void Show(StoriesAnswer answer)
    {
        if (answer.Stories.Count == 0)
        {
            Console.WriteLine(answer.LookedBackTo is { } place ? $"No story matches, back to {Day(place)}. Further back: --cursor {answer.Next}" : "No story matches.");
            return;
        }

        var table = Terminal.Table("date", "source", "title", "topics", "id");
        foreach (var story in answer.Stories)
        {
            table.AddRow(
                Terminal.Cell(story.Date.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                Terminal.Cell(story.Source.Name),
                Terminal.Cell(story.Title),
                Terminal.Cell(string.Join(", ", story.Topics.Select(topic => topic.Name))),
                Terminal.Cell(story.Id));
        }

        Terminal.Show(table);
        if (answer.Next is not null)
        {
            Console.WriteLine(answer.LookedBackTo is { } place ? $"Looked back to {Day(place)}. Further back: --cursor {answer.Next}" : $"More: --cursor {answer.Next}");
        }

        static string Day(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
    }
}
