using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling.Rhythm;

/// <summary>
/// How many publications a feed is expected to have brought by an instant to come. The gaps between those of the past, told in the
/// feed's own time (<see cref="PhaseDensity"/>), are taken for a Weibull distribution: its shape tells a feed that publishes like a clock
/// from one that publishes by chance or in bursts. A feed silent for much longer than it ever was is expected to stay silent for about
/// as long again.
/// </summary>
internal sealed class PublicationForecast
{
    /// <summary>Gaps looked at: few, so that a feed that changes its ways is believed soon.</summary>
    private const int MostGaps = 20;

    /// <summary>With so many gaps, half of what they say about the shape is believed; without any, chance is assumed.</summary>
    private const double ShapeDoubt = 8;

    /// <summary>Silence that only one gap in twenty outlasts is no gap any more.</summary>
    private const double Silence = 0.05;

    private readonly PhaseDensity _density;
    private readonly double _now;
    private readonly double _ownNow;
    private readonly double _age;
    private readonly double _scale = 1;
    private readonly double _shape = 1;

    /// <summary>The forecast of a feed at <paramref name="now"/>.</summary>
    /// <param name="times">Its publications.</param>
    /// <param name="since">Since when it is silent, where no publication is known.</param>
    /// <param name="now">The instant.</param>
    public PublicationForecast(PublicationTimes times, DateTimeOffset since, DateTimeOffset now)
    {
        _density = new PhaseDensity(times);
        _now = now.ToUnixTimeMilliseconds() / 1000.0;
        _ownNow = _density.OwnHours(_now);
        var last = Math.Min((times.Last ?? since).ToUnixTimeSeconds(), _now);
        SilentFor = TimeSpan.FromSeconds(_now - last);
        _age = _ownNow - _density.OwnHours(last);
        var gaps = OwnGaps(times);
        if (gaps.Length < 2)
        {
            IsSilent = true;
            return;
        }

        var mean = gaps.Average();
        MeanGap = TimeSpan.FromHours(mean);
        Array.Sort(gaps);
        if (gaps.Length >= 4)
        {
            // Quartiles, because a holiday among the gaps must not tell the whole feed's nature.
            var spread = Math.Log(Quantile(gaps, 0.75) / Quantile(gaps, 0.25));
            var shape = Math.Clamp(1.5725 / Math.Max(spread, 0.2), 0.5, 6);
            _shape = Math.Exp(Math.Log(shape) * gaps.Length / (gaps.Length + ShapeDoubt));
        }

        _scale = Quantile(gaps, 0.5) / Math.Pow(Math.Log(2), 1 / _shape);
        IsSilent = Math.Exp(-Math.Pow(_age / _scale, _shape)) < Silence;
        IsRegular = !IsSilent && (times.Period is not null || _shape >= 2.5);
    }

    /// <summary>The usual time between publications. Zero: not known.</summary>
    public TimeSpan MeanGap { get; }

    /// <summary>How long nothing has been published.</summary>
    public TimeSpan SilentFor { get; }

    /// <summary>Whether it is silent for longer than its gaps explain, or nothing is known of them.</summary>
    public bool IsSilent { get; }

    /// <summary>Whether the time of the next publication can be told with some confidence.</summary>
    public bool IsRegular { get; }

    /// <summary>Fills <paramref name="counts"/> with the number of publications expected within each of these times from now (hours, ascending from 0).</summary>
    public void Expect(ReadOnlySpan<double> hours, Span<double> counts)
    {
        Span<double> own = stackalloc double[hours.Length];
        for (var i = 0; i < hours.Length; i++)
        {
            own[i] = _density.OwnHours(_now + (hours[i] * 3600)) - _ownNow;
        }

        if (IsSilent)
        {
            for (var i = 0; i < hours.Length; i++)
            {
                counts[i] = own[i] / Math.Max(_age, 0.5);
            }

            return;
        }

        // The first, and those that follow it at the mean rate; a regular feed rests after each (renewal theory).
        var rate = 1 / Math.Max(MeanGap.TotalHours, 0.05);
        var rest = Math.Max(0, (1 - Math.Pow(_shape, -1.85)) / 2 / rate);
        var survived = Math.Pow(_age / _scale, _shape);
        Span<double> summed = stackalloc double[hours.Length];
        for (var i = 0; i < hours.Length; i++)
        {
            counts[i] = 1 - Math.Exp(survived - Math.Pow((_age + own[i]) / _scale, _shape));
            summed[i] = i == 0 ? 0 : summed[i - 1] + ((own[i] - own[i - 1]) * (counts[i] + counts[i - 1]) / 2);
        }

        // From the end, because the sum looks back at what was before.
        for (var (i, back) = (hours.Length - 1, hours.Length - 1); i >= 0; i--)
        {
            var at = own[i] - rest;
            if (at <= 0)
            {
                break;
            }

            while (own[back] > at)
            {
                back--;
            }

            counts[i] += rate * (summed[back] + ((at - own[back]) * counts[back]));
        }
    }

    private static double Quantile(double[] sorted, double share) => sorted[(int)Math.Round((sorted.Length - 1) * share)];

    private double[] OwnGaps(PublicationTimes times)
    {
        var seconds = times.Seconds;
        var count = Math.Min(MostGaps, seconds.Length - 1);
        if (count < 1)
        {
            return [];
        }

        var gaps = new double[count];
        for (var i = 0; i < count; i++)
        {
            var end = seconds.Length - 1 - i;
            gaps[i] = Math.Max(0.02, _density.OwnHours(seconds[end]) - _density.OwnHours(seconds[end - 1]));
        }

        return gaps;
    }
}
