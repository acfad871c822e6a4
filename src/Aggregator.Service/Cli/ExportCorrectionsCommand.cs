using System.CommandLine;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Cli;

/// <summary>topics export-corrections: the corrected stories as training examples.</summary>
internal static class ExportCorrectionsCommand
{
    public static Command Create(CommonOptions common)
    {
        var file = new Argument<string?>("file") { Description = "Where to write (default, or -: the terminal)", Arity = ArgumentArity.ZeroOrOne };
        var export = new Command("export-corrections", "The corrected stories as JSON lines: title, body, topics as corrected, and what was corrected") { file };
        export.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            await using var target = parsed.GetValue(file) is { } path and not "-" ? File.Create(path) : Console.OpenStandardOutput();
            await service.CopyAsync("/api/corrections", target, cancellationToken);
            return ExitCode.Done;
        });
        return export;
    }
}
