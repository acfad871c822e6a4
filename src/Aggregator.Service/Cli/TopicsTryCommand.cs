using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Cli;

/// <summary>topics try: what a definition file would change of stored history, before it goes live.</summary>
internal static class TopicsTryCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CommonOptions common)
    {
        var file = new Argument<string>("file") { Description = "The definition file, as topics.json has it" };
        var since = new Option<string?>("--since") { Description = "Only stories of this time or later: 2026-11-24, today, 24h, 30d (default: all)", HelpName = "time" };
        var sample = new Option<int?>("--sample") { Description = "Titles to show of each kind of change, 0 to 100 (default 5)", HelpName = "count" };
        var json = new Option<bool>("--json") { Description = "The API's answer" };
        var command = new Command("try", "What a definition file would add to and take from stored stories; changes nothing") { file, since, sample, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            if (!File.Exists(path))
            {
                throw new StartException($"{path} is not there");
            }

            if (new FileInfo(path).Length > TopicsFile.MaxBytes)
            {
                throw new StartException($"{path} is larger than {TopicsFile.MaxBytes / (1024 * 1024)} MB: expected topics and entities");
            }

            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var wish = new TrialWish(await File.ReadAllTextAsync(path, cancellationToken), path, parsed.GetValue(since), parsed.GetValue(sample));
            var answer = await service.PostAsync<TrialAnswer>("/api/topics/try", wish, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(answer, Json));
            }
            else
            {
                Show(answer);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(TrialAnswer answer)
    {
        Show("topic", answer.Topics);
        Show("entity", answer.Entities);
        Say($"{answer.Stories} stories looked at, {answer.Changed} would change. Nothing was changed.");
    }

    private static void Show(string kind, IReadOnlyList<TrialChange> changes)
    {
        foreach (var change in changes.Where(change => change.Gains + change.Losses > 0))
        {
            Say($"{kind} {change.Name}: {change.Now} stories now, {change.Then} then: {change.Gains} gain it, {change.Losses} lose it");
            Show('+', change.Gained);
            Show('-', change.Lost);
        }
    }

    private static void Show(char sign, IReadOnlyList<TrialStory> stories)
    {
        foreach (var story in stories)
        {
            Console.WriteLine($"  {sign} {story.Title}  ({story.Id})");
        }
    }

    private static void Say(FormattableString words) => Console.WriteLine(words.ToString(CultureInfo.InvariantCulture));
}
