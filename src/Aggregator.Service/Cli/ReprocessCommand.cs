using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Hosting;
using Aggregator.Service.Reprocessing;

namespace Aggregator.Service.Cli;

/// <summary>reprocess: make stories again of the pages that were kept.</summary>
internal static class ReprocessCommand
{
    private const string Path = "/api/reprocess";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    public static Command Create(CommonOptions common)
    {
        var command = new Command("reprocess", "Make stories again of the pages that were kept (Storage:PagesMegabytes), with extraction, topics and rules as they are now, and all clusters anew. Asks nothing of the web.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var state = await service.SendAsync<ReprocessingState>(HttpMethod.Post, Path, cancellationToken);
            for (var said = LookEvery; state.Phase is not (ReprocessingPhase.Done or ReprocessingPhase.Failed); said += LookEvery)
            {
                await Task.Delay(LookEvery, cancellationToken);
                state = await service.GetAsync<ReprocessingState>(Path, cancellationToken);
                if (said.Ticks % SayEvery.Ticks == 0)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{state.Done:N0} of {state.Of:N0} entries read{(state.Phase == ReprocessingPhase.Clusters ? "; clusters are found" : "")}"));
                }
            }

            if (state.Phase == ReprocessingPhase.Failed)
            {
                await Console.Error.WriteLineAsync($"aggregator: {state.Note}");
                return ExitCode.Fault;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{state.Done:N0} entries were read again: {state.Changed:N0} stories are changed, {state.Moved:N0} are in another cluster.{(state.SetAside > 0 ? $" {state.SetAside:N0} could not be made again; the log tells why." : "")}"));
            return ExitCode.Done;
        });
        return command;
    }
}
