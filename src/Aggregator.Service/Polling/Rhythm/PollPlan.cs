using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling.Rhythm;

/// <summary>
/// When to ask a feed next, from its rhythm alone. Over the next days those polls are chosen that cost least together: each poll costs
/// the publisher a request, each hour that an entry lies unread costs the reader. Pure.
/// </summary>
/// <param name="Wait">How long to wait.</param>
/// <param name="Words">What is known of the rhythm, in words.</param>
/// <param name="Timed">Whether the poll is laid shortly after an expected publication, and should not be put off.</param>
public sealed record PollPlan(TimeSpan Wait, string Words, bool Timed)
{
    /// <summary>
    /// A request is worth as much as an entry that lies unread for this many hours. A feed of n entries an hour at random times is then
    /// asked every sqrt(2 * 0.25 / n) hours. Chosen by RhythmTests' simulation; docs/decisions/0008-adaptive-interval.md has its figures.
    /// </summary>
    private const double RequestInHours = 0.25;

    private const double Step = 1.0 / 6;
    private const int FineSteps = 48;
    private const int HalfHours = 32;
    private const int Hours = 24;

    /// <summary>The plan of a feed that was polled just now.</summary>
    /// <param name="times">Its publications.</param>
    /// <param name="silentSince">Since when it is silent, where no publication is known.</param>
    /// <param name="least">No poll is sooner.</param>
    /// <param name="most">No poll is later, unless <paramref name="least"/> is.</param>
    /// <param name="now">The instant.</param>
    public static PollPlan Of(PublicationTimes times, DateTimeOffset silentSince, TimeSpan least, TimeSpan most, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(times);
        var forecast = new PublicationForecast(times, silentSince, now);
        Span<double> hours = stackalloc double[(int)Math.Ceiling(least.TotalHours / Step) + FineSteps + HalfHours + Hours + 1];
        Span<double> counts = stackalloc double[hours.Length];
        var count = LayOut(hours, least.TotalHours);
        hours = hours[..count];
        counts = counts[..count];
        forecast.Expect(hours, counts);
        var longest = most > least ? most : least;
        var first = FirstPoll(hours, counts, least.TotalHours, longest.TotalHours);

        // What is laid out ends after two days; where nothing in it is worth asking for, the feed waits for as long as it may.
        var wait = first == count - 1 ? longest : TimeSpan.FromHours(hours[first]);
        return new PollPlan(wait, Tell(forecast, times, hours, counts, now), forecast.IsRegular && times.Period is not null);
    }

    /// <summary>Instants at which a poll could be: fine at first, coarse later. One of them is exactly the soonest that is allowed.</summary>
    private static int LayOut(Span<double> hours, double least)
    {
        var before = Math.Max(1, (int)Math.Ceiling(Math.Min(least / Step, 24)));
        var count = 0;
        for (var i = 0; i <= before; i++)
        {
            hours[count++] = least * i / before;
        }

        foreach (var (steps, step) in (ReadOnlySpan<(int, double)>)[(FineSteps, Step), (HalfHours, 0.5), (Hours, 1)])
        {
            for (var i = 0; i < steps && count < hours.Length; i++)
            {
                hours[count] = hours[count - 1] + step;
                count++;
            }
        }

        return count;
    }

    /// <summary>
    /// The shortest path through the possible polls, an edge costing the request at its end and the hours that entries published along
    /// it lie unread; of all ends in the second half that which is cheapest by the hour. The first poll on it.
    /// </summary>
    private static int FirstPoll(ReadOnlySpan<double> hours, ReadOnlySpan<double> counts, double least, double most)
    {
        Span<double> area = stackalloc double[hours.Length];
        Span<double> cost = stackalloc double[hours.Length];
        Span<int> first = stackalloc int[hours.Length];
        var (best, bestRate) = (-1, double.MaxValue);
        const double Rounding = 1e-9;
        for (var end = 1; end < hours.Length; end++)
        {
            area[end] = area[end - 1] + ((counts[end] + counts[end - 1]) / 2 * (hours[end] - hours[end - 1]));
            cost[end] = double.MaxValue;
            for (var start = 0; start < end && hours[end] - hours[start] >= least - Rounding; start++)
            {
                if (hours[end] - hours[start] > most + Rounding || (start > 0 && first[start] == 0))
                {
                    continue;
                }

                var total = cost[start] + RequestInHours + area[end] - area[start] - (counts[start] * (hours[end] - hours[start]));
                if (total < cost[end])
                {
                    (cost[end], first[end]) = (total, start == 0 ? end : first[start]);
                }
            }

            if (first[end] > 0 && (hours[end] * 2 >= hours[^1] || best < 0) && cost[end] / hours[end] < bestRate)
            {
                (best, bestRate) = (end, hours[end] * 2 >= hours[^1] ? cost[end] / hours[end] : double.MaxValue);
            }
        }

        return first[best];
    }

    private static string Tell(PublicationForecast forecast, PublicationTimes times, ReadOnlySpan<double> hours, ReadOnlySpan<double> counts, DateTimeOffset now)
    {
        if (forecast.IsSilent)
        {
            return times.Seconds.Length == 0 ? "nothing new was seen yet" : $"silent for {Fetching.Words.Of(forecast.SilentFor)}";
        }

        var words = $"publishes about every {Fetching.Words.Of(forecast.MeanGap)}";
        if (!forecast.IsRegular)
        {
            return words;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] >= 0.5)
            {
                var at = now.ToUniversalTime() + TimeSpan.FromHours(hours[i]);
                return words + string.Create(System.Globalization.CultureInfo.InvariantCulture, $"; expected about {(at.Date == now.UtcDateTime.Date ? $"{at:HH:mm}" : $"{at:ddd HH:mm}")} UTC");
            }
        }

        return words;
    }
}
