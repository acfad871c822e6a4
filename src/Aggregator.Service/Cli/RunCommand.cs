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
            if (ServiceEndpoint.Find(paths.EndpointFile) is { } running)
            {
                await Console.Error.WriteLineAsync(
                    $"aggregator: a service already runs on {paths.DataFolder} (process {running.ProcessId}, {running.Address}); stop it first, or give this one another --data folder");
                return ExitCode.Fault;
            }

            await using var app = await ServiceStart.PrepareAsync(paths, ServiceMode.Serve, common.Settings(parsed), cancellationToken);
            await app.RunAsync(cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
