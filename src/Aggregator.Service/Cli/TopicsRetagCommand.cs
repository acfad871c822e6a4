using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Topics;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>topics retag: apply the definitions in force to history, and show how it goes.</summary>
internal static class TopicsRetagCommand
{
    private const string Path = "/api/topics/retag";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(5);

    public static Command Create(CommonOptions common)
    {
        var since = new Option<string?>("--since") { Description = "Only stories of this time or later: 2026-11-24, today, 24h, 30d (default: all)", HelpName = "time" };
        var status = new Option<bool>("--status") { Description = "Say how far it is, and begin nothing" };
        var stop = new Option<bool>("--stop") { Description = "Stop it; what was tagged stays so" };
        var retag = new Command("retag", "Apply the definitions in force to stored stories, while polling goes on. Ctrl-C ends the display only; the service goes on with it.") { since, status, stop };
        retag.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.Answer, cancellationToken);
            if (parsed.GetValue(status) || parsed.GetValue(stop))
            {
                Tell(await service.SendAsync<RetagRun>(parsed.GetValue(stop) ? HttpMethod.Delete : HttpMethod.Get, Path, cancellationToken));
                return ExitCode.Done;
            }

            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, service.Stopping);
            await service.PostAsync<RetagRun>(Path, new RetagWish(parsed.GetValue(since)), ending.Token);
            var run = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
                ? await ShowBarAsync(service, ending.Token)
                : await ShowLinesAsync(service, ending.Token);
            Tell(run);
            return run.State == RetagState.Done ? ExitCode.Done : ExitCode.Fault;
        });
        return retag;
    }

    private static async Task<RetagRun> ShowBarAsync(ServiceConnection service, CancellationToken cancellationToken) =>
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("stories");
                return await FollowAsync(service, run =>
                {
                    bar.Description = Words(run);
                    bar.IsIndeterminate = run.Of is null;
                    bar.MaxValue = Math.Max(1, run.Of ?? 1);
                    bar.Value = run.State == RetagState.Done ? bar.MaxValue : run.Stories;
                }, cancellationToken);
            });

    private static async Task<RetagRun> ShowLinesAsync(ServiceConnection service, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var said = clock.GetTimestamp();
        return await FollowAsync(service, run =>
        {
            if (clock.GetElapsedTime(said) >= SayEvery)
            {
                said = clock.GetTimestamp();
                Console.WriteLine(Words(run));
            }
        }, cancellationToken);
    }

    private static async Task<RetagRun> FollowAsync(ServiceConnection service, Action<RetagRun> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            var run = await service.GetAsync<RetagRun>(Path, cancellationToken);
            show(run);
            if (run.State != RetagState.Running)
            {
                return run;
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private static void Tell(RetagRun run)
    {
        Console.WriteLine($"{run.State.ToString().ToLowerInvariant()}: {Words(run)}");
        if (run.Note is { } note)
        {
            Console.WriteLine(note);
        }
    }

    private static string Words(RetagRun run)
    {
        var of = run.Of is { } all && run.State == RetagState.Running ? $" of {all}" : "";
        var at = run is { State: RetagState.Running, At: { } place } ? $", back to {place.UtcDateTime:yyyy-MM-dd}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{run.Stories}{of} stories looked at{at}, {run.Changed} given other tags or reasons");
    }
}
