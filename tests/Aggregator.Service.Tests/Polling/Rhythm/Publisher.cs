namespace Aggregator.Service.Tests.Polling.Rhythm;

/// <summary>A kind of publisher: when its entries come out, in seconds since the simulation began. The same seed gives the same times.</summary>
internal sealed record Publisher(string Name, Func<Random, double, IEnumerable<double>> Publish)
{
    private const double Hour = 3600;
    private const double Day = 24 * Hour;

    /// <summary>Kinds as they are met, none of them weighted.</summary>
    public static IReadOnlyList<Publisher> All { get; } =
    [
        new("at random, 6 an hour", (random, end) => AtRandom(random, end, 6 / Hour)),
        new("at random, 2 an hour", (random, end) => AtRandom(random, end, 2 / Hour)),
        new("at random, 1 an hour", (random, end) => AtRandom(random, end, 1 / Hour)),
        new("at random, 8 a day", (random, end) => AtRandom(random, end, 8 / Day)),
        new("at random, 3 a day", (random, end) => AtRandom(random, end, 3 / Day)),
        new("at random, 1 a day", (random, end) => AtRandom(random, end, 1 / Day)),
        new("at random, 2 a week", (random, end) => AtRandom(random, end, 2 / (7 * Day))),
        new("hourly at :05", (random, end) => Every(end, Hour, 5 * 60).Select(at => at + (random.NextDouble() * 120))),
        new("daily at nine", (random, end) => Every(end, Day, 9 * Hour).Select(at => at + (random.NextDouble() * 1200))),
        new("weekdays at nine", (random, end) => Every(end, Day, 9 * Hour).Where(OnWeekday).Select(at => at + (random.NextDouble() * 1200))),
        new("weekly, Tuesday at ten", (random, end) => Every(end, 7 * Day, Day + (10 * Hour)).Select(at => at + (random.NextDouble() * 1800))),
        new("office hours, 2 an hour", (random, end) => AtRandom(random, end, 2 / Hour).Where(at => OnWeekday(at) && at % Day is > 8 * Hour and < 18 * Hour)),
        new("office hours, 5 a day", (random, end) => AtRandom(random, end, 5 / (10 * Hour)).Where(at => OnWeekday(at) && at % Day is > 8 * Hour and < 18 * Hour)),
        new("daytime, 1 an hour", (random, end) => AtRandom(random, end, 1 / Hour).Where(at => at % Day is > 6 * Hour and < 23 * Hour)),
        new("bursts of 5 every two days", (random, end) => AtRandom(random, end, 1 / (2 * Day)).SelectMany(at => Enumerable.Range(0, 5).Select(n => at + (n * 600 * random.NextDouble())))),
        new("one in each 3 h", (random, end) => Every(end, 3 * Hour, 0).Select(at => at + (random.NextDouble() * 2.4 * Hour))),
        new("one in each 8 h", (random, end) => Every(end, 8 * Hour, 0).Select(at => at + (random.NextDouble() * 6.4 * Hour))),
        new("dead", (_, _) => []),
        new("wakes after three weeks", (random, end) => AtRandom(random, end, 1 / (3 * Hour)).Where(at => at > 21 * Day)),
    ];

    /// <summary>Its times from <paramref name="before"/> days before the simulation begins.</summary>
    public double[] Times(int seed, int days, int before)
    {
        // The simulation begins on a Monday at midnight, after whole weeks of history.
        var times = Publish(new Random(seed), (days + before) * Day).Select(at => at - (before * Day)).ToArray();
        Array.Sort(times);
        return times;
    }

    private static bool OnWeekday(double at) => at % (7 * Day) < 5 * Day;

    private static IEnumerable<double> AtRandom(Random random, double end, double rate)
    {
        for (var at = Gap(); at < end; at += Gap())
        {
            yield return at;
        }

        double Gap() => -Math.Log(1 - random.NextDouble()) / rate;
    }

    private static IEnumerable<double> Every(double end, double period, double phase)
    {
        for (var at = phase; at < end; at += period)
        {
            yield return at;
        }
    }
}
