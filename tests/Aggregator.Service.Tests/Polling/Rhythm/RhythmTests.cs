using System.Globalization;

namespace Aggregator.Service.Tests.Polling.Rhythm;

/// <summary>The adaptive interval beside a poll every hour, over four weeks of made-up publishers. The figures of decision 0008 are its output.</summary>
public sealed class RhythmTests(ITestOutputHelper output)
{
    [Fact]
    public void AllKindsOfPublishers_StatingNothing_CostFarFewerRequestsAndFindEntriesAboutAsSoon()
    {
        var (ours, hourly) = Compare(dated: true, fresh: null);

        Assert.True(ours.Polls < hourly.Polls * 0.6);
        Assert.InRange(ours.Median, 0, hourly.Median + 1);
        Assert.InRange(ours.P95, 0, hourly.P95 + 6);
    }

    [Fact]
    public void AllKindsOfPublishers_WithoutDates_CostFarFewerRequestsAndFindEntriesLittleLater()
    {
        var (ours, hourly) = Compare(dated: false, fresh: null);

        Assert.True(ours.Polls < hourly.Polls * 0.6);
        Assert.InRange(ours.Median, 0, hourly.Median + 5);
    }

    [Fact]
    public void AllKindsOfPublishers_AllowingMoreThanHourly_FindEntriesMuchSoonerWithFewerRequests()
    {
        var (ours, hourly) = Compare(dated: true, fresh: TimeSpan.FromMinutes(5));

        Assert.True(ours.Polls < hourly.Polls * 0.8);
        Assert.InRange(ours.Median, 0, hourly.Median * 0.6);
    }

    [Fact]
    public void DailyAtNine_Learnt_IsFoundSoonWithAFewRequestsADay()
    {
        var polls = PollSimulation.InRhythm(Publisher.All.Single(kind => kind.Name == "daily at nine"), seed: 3);

        Assert.InRange(polls.PerDay, 1, 4);
        Assert.InRange(polls.Median, 0, 40);
    }

    [Fact]
    public void SilentFeedThatWakes_IsPolledOftenAgain()
    {
        var polls = PollSimulation.InRhythm(Publisher.All.Single(kind => kind.Name == "wakes after three weeks"), seed: 3);

        Assert.InRange(polls.Median, 0, 60);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    public void AnyPublisher_StatingALifetime_IsNeverPolledSooner(int minutes)
    {
        foreach (var publisher in Publisher.All)
        {
            PollSimulation.InRhythm(publisher, seed: 7, fresh: TimeSpan.FromMinutes(minutes), watch: gap => Assert.InRange(gap.TotalMinutes, minutes, (24 * 60) + 61));
        }
    }

    private (SimulatedPolls Ours, SimulatedPolls Hourly) Compare(bool dated, TimeSpan? fresh)
    {
        var seeds = Environment.GetEnvironmentVariable("RHYTHM_SEEDS") is { } wanted ? int.Parse(wanted, CultureInfo.InvariantCulture) : 1;
        var lines = Publisher.All.Select(publisher => (publisher.Name,
            Ours: SimulatedPolls.Sum(Enumerable.Range(1, seeds).Select(seed => PollSimulation.InRhythm(publisher, seed, dated, fresh))),
            Hourly: SimulatedPolls.Sum(Enumerable.Range(1, seeds).Select(seed => PollSimulation.Hourly(publisher, seed))))).ToList();
        output.WriteLine("publisher | requests a day | median min | p95 min | hourly: median | p95");
        foreach (var (name, ours, hourly) in lines)
        {
            Write(name, ours, hourly, seeds);
        }

        var (all, every) = (SimulatedPolls.Sum(lines.Select(line => line.Ours)), SimulatedPolls.Sum(lines.Select(line => line.Hourly)));
        Write("all", all, every, seeds * lines.Count);
        return (all, every);
    }

    private void Write(string name, SimulatedPolls ours, SimulatedPolls hourly, int feeds) => output.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{name} | {ours.PerDay / feeds:0.0} | {ours.Median:0} | {ours.P95:0} | {hourly.Median:0} | {hourly.P95:0}"));
}
