using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Aggregator.Model.Feeds;
using Aggregator.Service.Polling;

namespace Aggregator.Simulation;

/// <summary>What a simulation showed.</summary>
internal sealed record Report(int Feeds, PollCounts Polls, IReadOnlyList<Vitals> Vitals, Lateness Lateness, JsonObject Scorecard, IReadOnlyList<FeedState> Also)
{
    private const int FeedsShown = 20;

    public async Task WriteAsync(TextWriter output)
    {
        using var process = Process.GetCurrentProcess();
        await output.WriteLineAsync(Line($"feeds      {Feeds}"));
        await output.WriteLineAsync(Line($"polls      {Polls.FeedsDone}, of them {Polls.FeedsFailed} failed; {(double)Polls.FeedsDone / Feeds:0.0} a feed"));
        await output.WriteLineAsync(Line($"stories    {Polls.StoriesAdded} added, {Polls.StoriesReplaced} replaced, {Polls.StoriesCarried} carried by one more feed; pages read {Polls.PagesRead}"));
        await output.WriteLineAsync(Line($"published  {Lateness.Published} articles meanwhile, {Lateness.Found} found"));
        await output.WriteLineAsync(Line($"late by    median {Lateness.Median:h\\:mm\\:ss}, 95 % {Lateness.Percentile95:d\\.hh\\:mm\\:ss}, at most {Lateness.Longest:d\\.hh\\:mm\\:ss}"));
        await output.WriteLineAsync(Line($"process    {process.TotalProcessorTime.TotalSeconds:0.0} s CPU, {process.PeakWorkingSet64 / 1e6:0} MB at most"));
        await output.WriteLineAsync();
        await output.WriteLineAsync("hour  resident MB  managed MB  threads  files and sockets  longest overdue");
        foreach (var hour in Vitals)
        {
            await output.WriteLineAsync(Line($"{hour.At.TotalHours,4:0}  {hour.Resident / 1e6,11:0}  {hour.Managed / 1e6,10:0}  {hour.Threads,7}  {hour.Handles,17}  {hour.Overdue,15:h\\:mm\\:ss}"));
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync("violations      of  rule");
        foreach (var rule in Scorecard["rules"]!.AsArray())
        {
            await output.WriteLineAsync(Line($"{(long)rule!["violations"]!,10} {(long)rule["of"]!,7}  {(string)rule["rule"]!}"));
        }

        await output.WriteLineAsync();
        var judged = (Scorecard["feeds"]?.AsArray() ?? []).OfType<JsonObject>().ToLookup(World.IsFaulty);
        await output.WriteLineAsync(Line($"feeds with violations: {judged[false].Count()}; besides {judged[true].Count()} addresses that misbehave, each of which stands for many hosts and is judged as if it were one feed"));
        foreach (var feed in judged[false].Take(FeedsShown))
        {
            await output.WriteLineAsync(feed.ToJsonString());
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync(Scorecard["totals"]?.ToJsonString() ?? "");
        foreach (var feed in Also)
        {
            var notes = string.Join("; ", feed.Problems.Prepend(feed.LastError).OfType<string>());
            await output.WriteLineAsync(Line($"{feed.Address.PathAndQuery,-40} {feed.Health,-10} polls {feed.Polls,3}, stories {feed.Stories,5}  {(feed.MovedTo is { } now ? $"now at {now}; " : "")}{notes}"));
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
