using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Rules;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>rules: list those in force; test a file of rules; try one on what is stored.</summary>
internal static class RulesCommand
{
    public static Command Create(CommonOptions common) =>
        new("rules", "The rules on top of topics: list them, test a file of rules, or try one on the stored stories") { CreateList(common), CreateTest(common), CreateTry(common) };

    private static Command CreateList(CommonOptions common)
    {
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var list = new Command("list", "The rules in force, with how many stories each did something to") { json };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.GetTextAsync("/api/rules", cancellationToken));
                return ExitCode.Done;
            }

            Show(await service.GetAsync<RulesAnswer>("/api/rules", cancellationToken));
            return ExitCode.Done;
        });
        return list;
    }

    private static Command CreateTest(CommonOptions common)
    {
        var file = new Argument<string?>("file") { Description = "A file of rules (default: rules.json beside feeds.json)", Arity = ArgumentArity.ZeroOrOne };
        var test = new Command("test", "Read a file of rules and run its examples. Exit code 2: something is wrong.") { file };
        test.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = common.Paths(parsed);
            var path = parsed.GetValue(file) ?? paths.RulesFile;
            await using var reading = ReadingServices.Build(paths, common.Settings(parsed));
            var result = reading.TestRules(ReadFile(path), path);
            if (result.Problems.Count > 0)
            {
                throw new StartException(string.Join(Environment.NewLine, result.Problems));
            }

            var answer = RulesTestAnswer.Of(result);
            ShowWarnings(answer.Warnings);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {answer.Rules} rules, all {answer.Examples} examples come out right."));
            return ExitCode.Done;
        });
        return test;
    }

    private static Command CreateTry(CommonOptions common)
    {
        var file = new Argument<string>("file") { Description = "A file of rules" };
        var since = new Option<string?>("--since") { Description = "Only stories not older: 2026-11-24, 30d (default: all)", HelpName = "time" };
        var json = new Option<bool>("--json") { Description = "The API's answer as it is" };
        var command = new Command("try", "What a file of rules would do to the stored stories, compared with the rules in force; nothing is changed") { file, since, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            var wish = new RulesWish(ReadFile(path), path, parsed.GetValue(since));
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(await service.PostTextAsync("/api/rules/try", wish, cancellationToken));
                return ExitCode.Done;
            }

            Show(await service.PostAsync<RulesTrialAnswer>("/api/rules/try", wish, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static string ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new StartException($"{path} is not there: expected a file of rules, such as {{ \"rules\": [ {{ \"name\": \"No deals\", \"when\": \"title:deal*\", \"mute\": true }} ] }}");
        }

        var (text, error) = RulesFile.Read(path);
        return text ?? throw new StartException(error!);
    }

    private static void Show(RulesAnswer answer)
    {
        if (answer.FileError is { } error)
        {
            Console.WriteLine($"The last good rules are in force, because {error}");
        }

        ShowWarnings(answer.Warnings);
        if (answer.Rules.Count == 0)
        {
            Console.WriteLine($"There are no rules. They would stand in {answer.File}.");
            return;
        }

        var table = Terminal.Table("rule", "does", "stories", "examples", "when");
        foreach (var rule in answer.Rules)
        {
            table.AddRow(
                Terminal.Cell(rule.Name),
                Terminal.Cell(string.Join(", ", rule.Effects.Select(effect => effect.Words))),
                Terminal.Cell(rule.Stories.ToString(CultureInfo.InvariantCulture)),
                Terminal.Cell(rule.Examples.ToString(CultureInfo.InvariantCulture)),
                Terminal.Cell(rule.When));
        }

        Terminal.Show(table);
        foreach (var feed in answer.SavedFeeds)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{feed.Name}: {feed.Stories} stories, {feed.Feed}"));
        }
    }

    private static void Show(RulesTrialAnswer answer)
    {
        ShowWarnings(answer.Warnings);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Stories} stored stories looked at; nothing was changed. What a rule has dropped is not stored and not among them."));
        if (answer.Lines.Count == 0)
        {
            Console.WriteLine("There is no rule, here or in force.");
            return;
        }

        var table = Terminal.Table("rule", "does", "stories", "new", "no more");
        foreach (var line in answer.Lines)
        {
            table.AddRow(
                Terminal.Cell(line.Effect.Rule),
                Terminal.Cell(line.Effect.Words),
                Terminal.Cell(line.Stories.ToString(CultureInfo.InvariantCulture)),
                Terminal.Cell(line.Gained.ToString(CultureInfo.InvariantCulture)),
                Terminal.Cell(line.Lost.ToString(CultureInfo.InvariantCulture)));
        }

        Terminal.Show(table);
        foreach (var line in answer.Lines)
        {
            ShowSample($"new: {line.Effect.Words} by \"{line.Effect.Rule}\"", line.GainedSample, line.Gained);
            ShowSample($"no more: {line.Effect.Words} by \"{line.Effect.Rule}\"", line.LostSample, line.Lost);
        }
    }

    private static void ShowSample(string heading, IReadOnlyList<StorySample> sample, long count)
    {
        if (count == 0)
        {
            return;
        }

        Console.WriteLine(heading);
        foreach (var story in sample)
        {
            Console.WriteLine($"  {story.Id}  {story.Title} ({story.Source})");
        }

        if (count > sample.Count)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  and {count - sample.Count} more"));
        }
    }

    private static void ShowWarnings(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }
    }
}
