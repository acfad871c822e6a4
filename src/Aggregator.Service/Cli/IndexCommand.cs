using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Cli;

/// <summary>index: whether the index of texts is there, and making it anew.</summary>
internal static class IndexCommand
{
    private const string Path = "/api/index";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(5);

    public static Command Create(CommonOptions common)
    {
        var command = new Command("index", "Say whether texts are searched by their index") { CreateRebuild(common) };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            Tell(await service.GetAsync<TextIndexAnswer>(Path, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateRebuild(CommonOptions common)
    {
        var rebuild = new Command("rebuild", "Make the index of texts anew from what is stored, while polling goes on. Nothing is lost by it.");
        rebuild.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            var index = await service.SendAsync<TextIndexAnswer>(HttpMethod.Post, $"{Path}/rebuild", cancellationToken);
            for (var said = TimeSpan.Zero; index.Done is not null; said += LookEvery)
            {
                if (said.Ticks % SayEvery.Ticks == 0)
                {
                    Tell(index);
                }

                await Task.Delay(LookEvery, cancellationToken);
                index = await service.GetAsync<TextIndexAnswer>(Path, cancellationToken);
            }

            Tell(index);
            return index.Ready ? ExitCode.Done : ExitCode.Fault;
        });
        return rebuild;
    }

    private static void Tell(TextIndexAnswer index) => Console.WriteLine(
        index.Done is { } done ? string.Create(CultureInfo.InvariantCulture, $"The index of texts is being made: {done:N0} stories so far.")
        : index.Ready ? "Texts are searched by their index."
        : "There is no index of texts; a running service makes it. Searches for words read the stories themselves.");
}
