using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling.Rhythm;

/// <summary>
/// How much busier than on average a feed is at each time of its period, and the time that has passed in its own measure: an hour of
/// the night counts for little where nothing is published at night. Without a period every hour is an hour.
/// </summary>
internal sealed class PhaseDensity
{
    private const int Bins = 192;

    /// <summary>So much of all publications is expected at any time, whatever the pattern.</summary>
    private const double Anytime = 0.1;

    private readonly double _period;
    private readonly double[]? _before;

    /// <summary>The density that the times show.</summary>
    public PhaseDensity(PublicationTimes times)
    {
        if (times.Period is not { } period)
        {
            return;
        }

        _period = period.TotalSeconds;
        var width = Math.Max(1, (int)Math.Round(PeriodFinder.HalfWidth(Bins, times.Sharp)));
        var bins = new double[Bins];
        foreach (var at in times.Seconds)
        {
            var middle = (int)(at % _period / _period * Bins);
            for (var away = -width + 1; away < width; away++)
            {
                bins[(middle + away + Bins) % Bins] += width - Math.Abs(away);
            }
        }

        var scale = (1 - Anytime) * Bins / (times.Seconds.Length * (double)width * width);
        _before = new double[Bins + 1];
        for (var i = 0; i < Bins; i++)
        {
            _before[i + 1] = _before[i] + (((bins[i] * scale) + Anytime) / Bins);
        }
    }

    /// <summary>The feed's own time at an instant (seconds since 1970), in hours since 1970. Over whole periods it runs as the clock does.</summary>
    public double OwnHours(double seconds)
    {
        if (_before is null)
        {
            return seconds / 3600;
        }

        var periods = Math.Floor(seconds / _period);
        var at = (seconds / _period - periods) * Bins;
        var bin = Math.Min((int)at, Bins - 1);
        var within = _before[bin] + ((_before[bin + 1] - _before[bin]) * (at - bin));
        return (periods + within) * _period / 3600;
    }
}
