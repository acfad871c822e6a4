using System.CommandLine;
using System.Globalization;
using Aggregator.Service.Api;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Spectre.Console;

namespace Aggregator.Service.Cli;

/// <summary>poll: bring the feeds up to date once, and show how it goes.</summary>
internal static class PollCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(5);

    public static Command Create(CommonOptions common)
    {
        var sources = new Argument<string[]>("source")
        {
            Description = "Feeds to poll now: id, address, host or name. Without any: every feed that is due.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var all = new Option<bool>("--all") { Description = "Every feed, due or not, except those polled a moment ago" };
        var command = new Command("poll", "Poll once and show the progress of every stage. Exit code 3: some feeds failed.") { sources, all };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var service = await ServiceConnection.OpenAsync(common.Paths(parsed), common.Settings(parsed), ServiceMode.PollOnce, cancellationToken);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, service.Stopping);
            var before = await service.GetAsync<PollCounts>("/api/poll", stop.Token);
            var poll = await service.PostAsync<ManualPollCounts>("/api/poll", new PollWish(parsed.GetValue(sources), parsed.GetValue(all)), stop.Token);

            var done = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
                ? await ShowBarsAsync(service, poll.Id, before, stop.Token)
                : await ShowLinesAsync(service, poll.Id, stop.Token);
            return Report(done);
        });
        return command;
    }

    /// <summary>A bar a stage. Feeds are those asked for; pages and stories are all that the service reads and stores meanwhile.</summary>
    private static async Task<ManualPollCounts> ShowBarsAsync(ServiceConnection service, string poll, PollCounts before, CancellationToken cancellationToken) =>
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var feeds = context.AddTask("feeds");
                var pages = context.AddTask("pages");
                var stories = context.AddTask("stories");
                return await FollowAsync(service, poll, async done =>
                {
                    var now = await service.GetAsync<PollCounts>("/api/poll", cancellationToken);
                    var entries = now.EntriesNew - before.EntriesNew;
                    Show(feeds, "feeds", done.FeedsDone, done.Feeds, done.Ended);
                    Show(pages, "pages", now.PagesRead + now.PagesMissed - before.PagesRead - before.PagesMissed, entries, done.Ended);
                    Show(stories, "stories", now.StoriesAdded + now.StoriesReplaced + now.StoriesCarried - before.StoriesAdded - before.StoriesReplaced - before.StoriesCarried, entries, done.Ended);
                }, cancellationToken);
            });

    private static async Task<ManualPollCounts> ShowLinesAsync(ServiceConnection service, string poll, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var said = clock.GetTimestamp();
        return await FollowAsync(service, poll, done =>
        {
            if (clock.GetElapsedTime(said) >= SayEvery)
            {
                said = clock.GetTimestamp();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"feeds {done.FeedsDone}/{done.Feeds}, stories {done.StoriesAdded}"));
            }

            return Task.CompletedTask;
        }, cancellationToken);
    }

    private static async Task<ManualPollCounts> FollowAsync(
        ServiceConnection service, string poll, Func<ManualPollCounts, Task> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            var done = await service.GetAsync<ManualPollCounts>($"/api/poll/{poll}", cancellationToken);
            await show(done);
            if (done.Ended)
            {
                return done;
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private static void Show(ProgressTask bar, string name, long done, long of, bool final)
    {
        bar.Description = string.Create(CultureInfo.InvariantCulture, $"{name} {done}/{of}");
        bar.MaxValue = Math.Max(1, of);
        bar.Value = of == 0 && final ? 1 : done;
    }

    private static int Report(ManualPollCounts done)
    {
        if (done.LeftAlone > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done.LeftAlone} feeds left alone: polled a moment ago, at rest because their publisher asked for it, switched off, or about to be polled by another process."));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done.FeedsDone} feeds polled, {done.FeedsFailed} failed; {done.StoriesAdded} stories added."));
        if (done.FeedsFailed > 0)
        {
            Console.WriteLine("Which feeds, and why: aggregator feeds list --failing");
        }

        return done.Fault is { } fault ? throw new HttpRequestException($"not all feeds were polled: {fault}")
            : done.FeedsFailed > 0 ? ExitCode.SomeFeedsFailed
            : ExitCode.Done;
    }
}
