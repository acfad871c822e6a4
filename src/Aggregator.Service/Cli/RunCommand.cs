using System.CommandLine;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Cli;

/// <summary>run: serve and poll until told to stop. What the program does when no verb is given.</summary>
internal static class RunCommand
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("run", "Serve and poll until stopped (the default)");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = common.Paths(parsed);
            await using var app = await ServiceStart.PrepareAsync(paths, ServiceMode.Serve, common.Settings(parsed), cancellationToken);
            await ServiceStart.StartAsync(app, cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
