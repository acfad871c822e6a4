using System.Globalization;

namespace Aggregator.Service.Tests.Polling.Rhythm;

/// <summary>The adaptive interval beside a poll every hour, over four weeks of made-up publishers.</summary>
public sealed class RhythmTests(ITestOutputHelper output)
{
    private const int Seeds = 5;

    [Fact]
    public void Table()
    {
        var line = "";
        foreach (var (title, dated, fresh) in new (string, bool, TimeSpan?)[] { ("dated", true, null), ("undated", false, null), ("max-age 5 min", true, TimeSpan.FromMinutes(5)) })
        {
            line = string.Create(CultureInfo.InvariantCulture, $"{title,-28} | req/day | median | p95   || hourly median | p95");
            output.WriteLine(line);
            var ours = new List<SimulatedPolls>();
            var hours = new List<SimulatedPolls>();
            foreach (var publisher in Publisher.All)
            {
                var rhythm = SimulatedPolls.Sum(Enumerable.Range(1, Seeds).Select(seed => PollSimulation.InRhythm(publisher, seed, dated, fresh)));
                var hourly = SimulatedPolls.Sum(Enumerable.Range(1, Seeds).Select(seed => PollSimulation.Hourly(publisher, seed)));
                ours.Add(rhythm);
                hours.Add(hourly);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{publisher.Name,-28} | {rhythm.PerDay / Seeds,7:0.0} | {rhythm.Median,6:0} | {rhythm.P95,5:0} || {hourly.Median,6:0} | {hourly.P95,5:0} | {PollSimulation.InRhythm(publisher, 1, dated, fresh).Last!.NextPollReason}"));
            }

            var (all, every) = (SimulatedPolls.Sum(ours), SimulatedPolls.Sum(hours));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"all",-28} | {all.PerDay / Seeds / ours.Count,7:0.0} | {all.Median,6:0} | {all.P95,5:0} || {every.Median,6:0} | {every.P95,5:0}"));
        }
    }
}
