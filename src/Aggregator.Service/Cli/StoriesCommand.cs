using System.CommandLine;
using System.Globalization;
using Aggregator.Content.Versions;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>stories: ask for stories, as a table or in a format for programs; watch them come; count them.</summary>
internal static class StoriesCommand
{
    private const int DefaultLimit = 20;

    public static Command Create(CommonOptions common)
    {
        var question = new StoryQuestionOptions();
        var sort = new Option<string?>("--sort") { Description = "relevance: what fits the words best; weight: by outlets that report the event; boost: by the weight that rules give", HelpName = "new|relevance|weight|boost" };
        var limit = new Option<int?>("--limit", "-n") { Description = "How many, 1 to 500 (default 20); with --csv and --ndjson any number (default all)", HelpName = "count" };
        var cursor = new Option<string?>("--cursor") { Description = "Go on where the last answer ended", HelpName = "cursor" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var csv = new Option<bool>("--csv") { Description = "All that is found, as a table for spreadsheets" };
        var ndjson = new Option<bool>("--ndjson") { Description = "All that is found, a story a line, as JSON" };
        var fields = new Option<string?>("--fields") { Description = "With --json, --csv and --ndjson: only these fields, for example title,link,bodyText", HelpName = "names" };
        var whole = new Option<bool>("--whole") { Description = "With --json, --csv and --ndjson: each story with its body and the reasons for its topics" };
        var watch = new Option<bool>("--watch") { Description = "Go on: ask again and again, and print what is new" };
        var every = new Option<string>("--every") { Description = "With --watch: how often (default 5s)", HelpName = "5s|2m|1h", DefaultValueFactory = _ => "5s" };
        var histogram = new Option<bool>("--histogram") { Description = "Not the stories but how many there were over time: the days of the question, or the last 30" };
        var facets = new Option<bool>("--facets") { Description = "Not the stories but how many there are by topic, source and day" };
        var command = new Command("stories", "Ask for stories, newest first") { CreateShow(common), CreateVersions(common), CreateDelete(common), StoriesTagCommand.Create(common), StoriesPinCommand.CreatePin(common), StoriesPinCommand.CreateUnpin(common) };
        question.AddTo(command);
        foreach (var option in (Option[])[sort, limit, cursor, json, csv, ndjson, fields, whole, watch, every, histogram, facets])
        {
            command.Options.Add(option);
        }

        Option<bool>[] ways = [csv, ndjson, watch, histogram, facets];
        command.Validators.Add(parsed =>
        {
            var given = ways.Where(parsed.GetValue).Select(way => way.Name).ToList();
            if (given.Count > 1 || (given.Count == 1 && parsed.GetValue(json) && given[0] is "--csv" or "--ndjson" or "--watch"))
            {
                parsed.AddError($"{string.Join(" and ", parsed.GetValue(json) ? given.Append("--json") : given)} do not go together.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var pace = StoryWatch.ReadEvery(parsed.GetValue(every)!) ?? throw new StartException($"--every {parsed.GetValue(every)}: write it as 5s, 2m or 1h");
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var most = parsed.GetValue(limit);
            if (parsed.GetValue(histogram) || parsed.GetValue(facets))
            {
                var path = question.Path("/api/stories/facets", parsed);
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(await service.GetTextAsync(path, cancellationToken));
                    return ExitCode.Done;
                }

                var counts = await service.GetAsync<FacetsAnswer>(path, cancellationToken);
                StoryCounts.Show(counts, parsed.GetValue(histogram) ? null : most ?? DefaultLimit);
                return ExitCode.Done;
            }

            if (parsed.GetValue(watch))
            {
                await WatchAsync(service, question.Path("/api/stories", parsed, ("fields", WatchedStories.Fields), ("limit", "500")), most ?? DefaultLimit, pace, cancellationToken);
                return ExitCode.Done;
            }

            IEnumerable<(string Name, string? Value)> more =
            [
                ("sort", parsed.GetValue(sort)), ("cursor", parsed.GetValue(cursor)), ("fields", parsed.GetValue(fields)), ("whole", parsed.GetValue(whole) ? "true" : null),
            ];
            if (parsed.GetValue(csv) || parsed.GetValue(ndjson))
            {
                await using var output = Console.OpenStandardOutput();
                await service.CopyAsync(question.Path("/api/stories", parsed, [("format", parsed.GetValue(csv) ? "csv" : "ndjson"), ("limit", most?.ToString(CultureInfo.InvariantCulture)), .. more]), output, cancellationToken);
                return ExitCode.Done;
            }

            var page = question.Path("/api/stories", parsed, [("limit", (most ?? DefaultLimit).ToString(CultureInfo.InvariantCulture)), .. parsed.GetValue(json) ? more : more.Take(2)]);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync(page, cancellationToken));
                return ExitCode.Done;
            }

            Show(await service.GetAsync<StoriesAnswer>(page, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task WatchAsync(ServiceConnection service, string path, int atFirst, TimeSpan every, CancellationToken cancellationToken)
    {
        if (service.IsOwn)
        {
            throw new StartException("there is nothing to watch: no service runs on this data folder, so no story comes. Start one with \"aggregator run\".");
        }

        var watch = new StoryWatch((after, token) => service.GetAsync<WatchedStories>(after is null ? path : $"{path}&cursor={after}", token), Tell, atFirst, TimeProvider.System);
        await watch.RunAsync(every, cancellationToken);
    }

    private static void Tell(WatchedStory story)
    {
        var topics = story.Topics.Count == 0 ? "" : $" [{string.Join(", ", story.Topics.Select(topic => topic.Name))}]";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{story.Date.UtcDateTime:yyyy-MM-dd HH:mm}  {story.Source.Name}: {story.Title}{topics}  {story.Link}"));
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
        if (story.Pinned)
        {
            Console.WriteLine("  pinned: the last to be dropped");
        }

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
