using Aggregator.Service.Api;
using Aggregator.Service.Cli;

namespace Aggregator.Service.Tests.Cli;

public sealed class HistogramTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lines_OfNamedDays_AreEachDayWithABarByItsCount()
    {
        var facets = Facets(("2026-11-22", 10), ("2026-11-24", 1_000)) with { Since = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero) };

        var lines = Histogram.Lines(facets, Now, width: 39).ToList();

        Assert.Equal(["2026-11-22     10  █", "2026-11-23      0", $"2026-11-24  1,000  {new string('█', 20)}"], lines);
    }

    [Fact]
    public void Lines_OfNoNamedTime_AreTheLastThirtyDays()
    {
        var lines = Histogram.Lines(Facets(("2025-01-01", 7), ("2026-11-24", 1)), Now, 80).ToList();

        Assert.Equal(30, lines.Count);
        Assert.StartsWith("2026-10-26  0", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("2026-11-24  1  █", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_UntilMidnight_EndTheDayBefore()
    {
        var facets = Facets() with { Since = Now.AddDays(-2), Until = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero) };

        Assert.Equal(["2026-11-22  0", "2026-11-23  0"], Histogram.Lines(facets, Now, 80));
    }

    [Theory]
    [InlineData(400, "week of 2025-10-20  ", 58)]
    [InlineData(2_000, "month of 2021-06-01  ", 66)]
    public void Lines_OfALongTime_AreWeeksOrMonths(int days, string first, int count)
    {
        var lines = Histogram.Lines(Facets(("2026-11-24", 3), ("2026-11-23", 4)) with { Since = Now.AddDays(-days) }, Now, 80).ToList();

        Assert.StartsWith(first, lines[0], StringComparison.Ordinal);
        Assert.Contains("  7  █", lines[^1], StringComparison.Ordinal);
        Assert.Equal(count, lines.Count);
    }

    private static FacetsAnswer Facets(params (string Day, long Count)[] days) => new(
        days.Sum(day => day.Count), [], [], [.. days.Select(day => new DayCount(DateOnly.Parse(day.Day, System.Globalization.CultureInfo.InvariantCulture), day.Count))], null);
}
