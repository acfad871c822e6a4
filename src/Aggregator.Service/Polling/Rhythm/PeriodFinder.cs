using Aggregator.Model.Feeds;

namespace Aggregator.Service.Polling.Rhythm;

/// <summary>
/// Finds the period after which a feed publishes at the same times again: an hour, a day, a week. Each instant is foretold from the
/// instants of the other periods; a period is believed if it foretells them clearly better than chance does. Pure.
/// </summary>
internal static class PeriodFinder
{
    /// <summary>
    /// A period must make the instants e^6 times likelier than chance. With 18 candidates tried on feeds without any rhythm, about one
    /// in fifty then gets one (RhythmTests).
    /// </summary>
    private const double LeastGain = 6;

    private const int FewestInstants = 8;
    private const int MostInstants = 48;
    private const double Chance = 0.1;

    private static readonly double[] CandidateHours = [1, 2, 3, 4, 6, 8, 12, 24, 168];

    /// <summary>The same times with the period they show.</summary>
    public static PublicationTimes Learn(PublicationTimes times)
    {
        var all = times.Seconds;
        if (all.Length < FewestInstants)
        {
            return times;
        }

        var recent = all[Math.Max(0, all.Length - MostInstants)..];
        Span<double> hours = stackalloc double[recent.Length];
        for (var i = 0; i < recent.Length; i++)
        {
            hours[i] = (recent[i] - recent[0]) / 3600.0;
        }

        var span = hours[^1];
        var meanGap = span / (hours.Length - 1);
        (double Gain, double Hours, bool Sharp) best = (LeastGain, 0, false);
        foreach (var period in CandidateHours)
        {
            if (period < meanGap * 0.75 || period * 2.5 > span)
            {
                continue;
            }

            var (sharp, loose) = Gains(hours, period);
            best = loose > best.Gain ? (loose, period, false) : best;
            best = sharp > best.Gain ? (sharp, period, true) : best;
        }

        return best.Hours > 0 ? times.WithPeriod(TimeSpan.FromHours(best.Hours), best.Sharp) : times;
    }

    /// <summary>How far around an instant its like are expected in other periods, in hours.</summary>
    public static double HalfWidth(double period, bool sharp) => sharp ? period / 48 : period / 12;

    /// <summary>The log-likelihood gained over chance with sharp and with loose times. Runs with every change of every feed: each pair is looked at once.</summary>
    private static (double Sharp, double Loose) Gains(ReadOnlySpan<double> hours, double period)
    {
        var (narrow, wide) = (HalfWidth(period, true), HalfWidth(period, false));
        Span<double> phases = stackalloc double[hours.Length];
        Span<double> near = stackalloc double[hours.Length];
        Span<double> around = stackalloc double[hours.Length];
        Span<int> others = stackalloc int[hours.Length];
        near.Clear();
        around.Clear();
        others.Clear();
        for (var i = 0; i < hours.Length; i++)
        {
            phases[i] = hours[i] % period;
            for (var j = 0; j < i; j++)
            {
                // Neighbours in the same period are a burst, not a rhythm.
                if (hours[i] - hours[j] <= period / 2)
                {
                    break;
                }

                others[i]++;
                others[j]++;
                var away = Math.Abs(phases[i] - phases[j]);
                away = Math.Min(away, period - away);
                if (away < wide)
                {
                    around[i] += 1 - (away / wide);
                    around[j] += 1 - (away / wide);
                    if (away < narrow)
                    {
                        near[i] += 1 - (away / narrow);
                        near[j] += 1 - (away / narrow);
                    }
                }
            }
        }

        var (sharp, loose) = (0.0, 0.0);
        for (var i = 0; i < hours.Length; i++)
        {
            if (others[i] > 0)
            {
                sharp += Math.Log(Chance + ((1 - Chance) * near[i] / others[i] * period / narrow));
                loose += Math.Log(Chance + ((1 - Chance) * around[i] / others[i] * period / wide));
            }
        }

        return (sharp, loose);
    }
}
