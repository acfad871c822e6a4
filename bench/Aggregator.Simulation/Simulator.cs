using System.Diagnostics;
using System.Globalization;

namespace Aggregator.Simulation;

/// <summary>
/// Lets days pass: whenever the service waits for nothing but the clock, world and service are moved together to the next instant at
/// which somebody wants to be woken. Results are the same as in real time, as far as the work itself takes none.
/// </summary>
internal static class Simulator
{
    /// <summary>The longest step, so that the world's publishing and the service's clock never drift apart by more.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan MeasuredEvery = TimeSpan.FromHours(1);

    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    public static async Task<Report> RunAsync(Plan plan, TextWriter log, CancellationToken cancellationToken)
    {
        using var world = new World(plan.World, plan.Direct);
        var start = await world.NowAsync(cancellationToken);
        var clock = new SteppedClock(start);
        var feeds = await world.ListFeedsAsync(cancellationToken);
        using var detour = new Detour(plan.World);
        var faults = await world.ListFaultsAsync(cancellationToken);
        var faulty = Enumerable.Range(0, plan.Faulty).Select(number => Detour.FaultyFeed(number, faults[number % faults.Count])).ToList();
        var service = await SimulatedService.StartAsync(plan, feeds, faulty, detour, clock, cancellationToken);
        try
        {
            var end = start + plan.Length;
            var vitals = new List<Vitals>();
            await Task.Factory.StartNew(
                () => Step(plan, world, detour, clock, service, start, start + plan.JudgedAfter, end, vitals, log, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var found = await service.ReadFirstSeenAsync(cancellationToken);
            var lateness = Lateness.Of(await world.ReadTruthAsync(cancellationToken), found, start, end);
            return new Report(feeds.Count, service.Progress, vitals, lateness, await world.ReadScorecardAsync(cancellationToken), await service.ReadStatesAsync(plan.Also, cancellationToken));
        }
        finally
        {
            // What still waits for the clock while the service stops must not wait for one that nobody moves.
            using var ticking = clock.CreateTicking();
            await service.DisposeAsync();
        }
    }

    private static void Step(Plan plan, World world, Detour detour, SteppedClock clock, SimulatedService service, DateTimeOffset start, DateTimeOffset judged, DateTimeOffset end, List<Vitals> vitals, TextWriter log, CancellationToken cancellationToken)
    {
        var said = Stopwatch.StartNew();
        var (now, hasJumped) = (start, false);
        while (now < end)
        {
            service.WaitUntilQuiet(cancellationToken);
            if (now >= judged)
            {
                world.ResetScorecard();
                judged = DateTimeOffset.MaxValue;
            }

            var longest = now + LongestStep < end ? now + LongestStep : end;
            var next = clock.NextTimer() is { } due && due < longest ? due : longest;
            if (next > now)
            {
                world.Advance(next - now);
            }

            clock.MoveTo(next);
            now = next;
            detour.IsDown = plan.Outage is var (from, until) && now - start >= from && now - start < until;
            if (!hasJumped && plan.Jump != TimeSpan.Zero && now - start >= plan.Length / 2)
            {
                hasJumped = true;
                clock.Set(plan.Jump);
            }

            if (now - start >= (vitals.Count + 1) * MeasuredEvery)
            {
                vitals.Add(Vitals.Take(now - start, service.FindLongestOverdueAsync(cancellationToken).GetAwaiter().GetResult()));
                log.WriteLine(vitals[^1]);
            }

            if (said.Elapsed >= SayEvery)
            {
                said.Restart();
                log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now - start:d\\.hh\\:mm\\:ss} passed, {service.Progress.FeedsDone} polls, {service.Progress.StoriesAdded} stories"));
            }
        }

        service.WaitUntilQuiet(cancellationToken);
    }
}
