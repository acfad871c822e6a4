using System.CommandLine;
using System.Runtime.InteropServices;
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
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => HangUp(signal, app.Lifetime));
            await ServiceStart.StartAsync(app, cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// To a daemon it says that files are to be read again, which happens by itself when they change. From a terminal it says that the terminal was closed.
    /// </summary>
    private static void HangUp(PosixSignalContext signal, IHostApplicationLifetime lifetime)
    {
        signal.Cancel = true;
        if (!Console.IsInputRedirected)
        {
            lifetime.StopApplication();
        }
    }
}
