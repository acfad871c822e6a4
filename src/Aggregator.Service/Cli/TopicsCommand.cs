using System.CommandLine;
using System.Globalization;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>topics: list them; explain which a text has, and why.</summary>
internal static class TopicsCommand
{
    public static Command Create(CommonOptions common) =>
        new("topics", "The topics: list them, explain which a text has and why, try and test definitions, tag history")
        {
            CreateList(common),
            CreateExplain(common),
            TopicsTestCommand.Create(common),
            TopicsTryCommand.Create(common),
            TopicsRetagCommand.Create(common),
            ExportCorrectionsCommand.Create(common),
        };

    private static Command CreateList(CommonOptions common)
    {
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var list = new Command("list", "All topics with how many stories carry them") { json };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync("/api/topics", cancellationToken));
                return ExitCode.Done;
            }

            var table = Terminal.Table("topic", "slug", "stories", "what counts");
            foreach (var topic in await service.GetAsync<IReadOnlyList<TopicListing>>("/api/topics", cancellationToken))
            {
                table.AddRow(
                    Terminal.Cell(topic.Name),
                    Terminal.Cell(topic.Slug),
                    Terminal.Cell(topic.Stories.ToString(CultureInfo.InvariantCulture)),
                    Terminal.Cell(topic.Description));
            }

            Terminal.Show(table);
            if ((await service.GetAsync<DefinitionsAnswer>("/api/topics/definitions", cancellationToken)).FileError is { } error)
            {
                await Console.Error.WriteLineAsync($"aggregator: the last edit is not in force: {error}");
            }

            return ExitCode.Done;
        });
        return list;
    }

    private static Command CreateExplain(CommonOptions common)
    {
        var what = new Argument<string>("what") { Description = "The address of an article, a file (text, its first line the title; or a page, *.html), or a story's id" };
        var explain = new Command("explain", "Which topics and entities a text has, and why") { what };
        explain.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = common.Paths(parsed);
            var target = parsed.GetValue(what)!;
            if (StoryId.TryParse(target, out _))
            {
                await using var service = await ServiceConnection.OpenAsync(paths, common.Settings(parsed), ServiceMode.Answer, cancellationToken);
                var story = await service.GetAsync<StoryAnswer>($"/api/stories/{target}", cancellationToken);
                Console.WriteLine(story.Title);
                Reasons.Show(story);
                return ExitCode.Done;
            }

            await using var reading = ReadingServices.Build(paths, common.Settings(parsed));
            var read = Uri.TryCreate(target, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? await reading.ReadPageAsync(address!, cancellationToken)
                : await ReadingServices.ReadFileAsync(target, cancellationToken);
            var tagging = reading.Tag(read);
            Console.WriteLine(read.Title);
            Reasons.Show(tagging.Topics, tagging.Entities);
            return ExitCode.Done;
        });
        return explain;
    }
}
