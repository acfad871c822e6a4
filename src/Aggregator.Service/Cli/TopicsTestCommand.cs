using System.CommandLine;
using System.Globalization;
using Aggregator.Content.Tagging;
using Aggregator.Service.Hosting;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Cli;

/// <summary>topics test: all examples of the built-in definitions and of the user's. Needs no service and no store.</summary>
internal static class TopicsTestCommand
{
    public static Command Create(CommonOptions common)
    {
        var file = new Argument<string?>("file") { Description = "A definition file (default: topics.json beside feeds.json, if there is one)", Arity = ArgumentArity.ZeroOrOne };
        var test = new Command("test", "Run the examples of all definitions. Exit code 1: one of them comes out wrong.") { file };
        test.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file) ?? common.Paths(parsed).TopicsFile;
            var results = BuiltInDefinitions.Read().Select(read => ($"built-in {read.FileName}", read.Result)).ToList();
            if (File.Exists(path))
            {
                results.Add((path, await ReadAsync(path, cancellationToken)));
            }
            else if (parsed.GetValue(file) is not null)
            {
                throw new StartException($"{path} is not there");
            }

            foreach (var (name, result) in results)
            {
                Show(name, result);
            }

            return results.Any(read => read.Result.Problems.Count > 0) ? ExitCode.Fault : ExitCode.Done;
        });
        return test;
    }

    private static async Task<DefinitionFileResult> ReadAsync(string path, CancellationToken cancellationToken) =>
        TopicDefinitions.ParseFile(await File.ReadAllBytesAsync(path, cancellationToken), path);

    private static void Show(string name, DefinitionFileResult result)
    {
        foreach (var problem in result.Problems)
        {
            Console.WriteLine(problem);
        }

        var verdict = result.Problems.Count == 0 ? "all is well" : string.Create(CultureInfo.InvariantCulture, $"{result.Problems.Count} wrong");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {result.Topics.Topics.Count} topics, {result.Entities.Entities.Count} entities, {result.Examples} examples: {verdict}"));
    }
}
