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
            var wish = service.PostAsync<PollAnswer>("/api/poll", new PollWish(parsed.GetValue(sources), parsed.GetValue(all)), stop.Token);

            var now = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
                ? await ShowBarsAsync(service, wish, before, stop.Token)
                : await ShowLinesAsync(service, wish, before, stop.Token);
            return Report(await wish, Since(before, now));
        });
        return command;
    }

    private static async Task<PollCounts> ShowBarsAsync(ServiceConnection service, Task<PollAnswer> wish, PollCounts before, CancellationToken cancellationToken) =>
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var feeds = context.AddTask("feeds");
                var pages = context.AddTask("pages");
                var stories = context.AddTask("stories");
                return await FollowAsync(service, wish, counts =>
                {
                    var done = Since(before, counts);
                    Show(feeds, "feeds", done.FeedsDone, done.FeedsQueued, wish.IsCompleted);
                    Show(pages, "pages", done.PagesRead + done.PagesMissed, done.EntriesNew, wish.IsCompleted && counts.Idle);
                    Show(stories, "stories", done.StoriesAdded + done.StoriesReplaced, done.EntriesNew, wish.IsCompleted && counts.Idle);
                }, LookEvery, cancellationToken);
            });

    private static async Task<PollCounts> ShowLinesAsync(ServiceConnection service, Task<PollAnswer> wish, PollCounts before, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var said = clock.GetTimestamp();
        return await FollowAsync(service, wish, counts =>
        {
            if (clock.GetElapsedTime(said) >= SayEvery)
            {
                said = clock.GetTimestamp();
                var done = Since(before, counts);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"feeds {done.FeedsDone}/{done.FeedsQueued}, pages {done.PagesRead + done.PagesMissed}/{done.EntriesNew}, stories {done.StoriesAdded + done.StoriesReplaced}"));
            }
        }, LookEvery, cancellationToken);
    }

    private static async Task<PollCounts> FollowAsync(
        ServiceConnection service, Task<PollAnswer> wish, Action<PollCounts> show, TimeSpan every, CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = wish.IsCompleted;
            var counts = await service.GetAsync<PollCounts>("/api/poll", cancellationToken);
            show(counts);
            if (asked && counts.Idle)
            {
                return counts;
            }

            await Task.Delay(every, TimeProvider.System, cancellationToken);
        }
    }

    private static void Show(ProgressTask bar, string name, long done, long of, bool final)
    {
        bar.Description = string.Create(CultureInfo.InvariantCulture, $"{name} {done}/{of}");
        bar.MaxValue = Math.Max(1, of);
        bar.Value = of == 0 && final ? 1 : done;
    }

    private static int Report(PollAnswer answer, PollCounts done)
    {
        if (answer.TooSoon > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.TooSoon} feeds left alone: polled a moment ago."));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{done.FeedsDone} feeds polled, {done.FeedsFailed} failed; {done.EntriesNew} new entries, {done.PagesRead} pages read; {done.StoriesAdded} stories added, {done.StoriesReplaced} changed."));
        if (done.FeedsFailed > 0)
        {
            Console.WriteLine("Which feeds, and why: aggregator feeds list --failing");
        }

        return done.FeedsFailed > 0 ? ExitCode.SomeFeedsFailed : ExitCode.Done;
    }

    private static PollCounts Since(PollCounts before, PollCounts now) => new(
        now.FeedsQueued - before.FeedsQueued,
        now.FeedsDone - before.FeedsDone,
        now.FeedsFailed - before.FeedsFailed,
        now.EntriesNew - before.EntriesNew,
        now.PagesRead - before.PagesRead,
        now.PagesMissed - before.PagesMissed,
        now.StoriesAdded - before.StoriesAdded,
        now.StoriesReplaced - before.StoriesReplaced);
}
