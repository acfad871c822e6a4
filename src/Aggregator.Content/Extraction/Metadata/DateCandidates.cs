namespace Aggregator.Content.Extraction.Metadata;

/// <summary>The kinds of places that date a page. Two places of one kind repeat each other; two kinds that agree are evidence.</summary>
internal enum DateSource
{
    /// <summary>JSON-LD and meta elements.</summary>
    Stated,

    /// <summary>Elements whose name or attributes say that they hold a date.</summary>
    Marked,

    /// <summary>Lines of the page's text; often the text of a marked element.</summary>
    Written,

    /// <summary>The page's address.</summary>
    Address,

    /// <summary>The feed's own entry.</summary>
    Fed,
}

/// <summary>
/// Weighs on which day the page was published: each place adds its weight to its day, and places of different kinds add up. An instant in
/// UTC also speaks for the day before or after where its readers may live: "00:23Z" and "24 August" on the page mean the evening of the 24th.
/// </summary>
internal sealed class DateCandidates
{
    private const double OtherDay = 0.9;
    private const double Plain = 0.6;
    private const double Repeated = 0.3;

    private static readonly int Kinds = Enum.GetValues<DateSource>().Length;

    private readonly List<(DateSource Source, double Weight, Stamp Stamp)> _candidates = [];

    /// <summary>Whether nothing with at least this weight is known.</summary>
    public bool Lacks(double weight) => !_candidates.Exists(candidate => candidate.Weight >= weight);

    public void Add(DateSource source, double weight, Stamp? stamp)
    {
        if (stamp is { } given && weight > 0)
        {
            _candidates.Add((source, weight, given));
        }
    }

    /// <summary>Takes back what the page shows on the day of its last change, where machines are told another day of publication.</summary>
    public void LeaveOut(Stamp? changed)
    {
        if (changed is { } change && _candidates.Exists(candidate => candidate.Source == DateSource.Stated && candidate.Stamp.Date.Date != change.Date.Date)
            && !_candidates.Exists(candidate => candidate.Source == DateSource.Stated && candidate.Stamp.Date.Date == change.Date.Date))
        {
            _candidates.RemoveAll(candidate => candidate.Source is DateSource.Marked or DateSource.Written && candidate.Stamp.Date.Date == change.Date.Date);
        }
    }

    /// <summary>The day with the most behind it, told as precisely as any place tells it; null when nothing dates the page.</summary>
    /// <param name="home">The offset of the site's country at an instant; null: unknown.</param>
    public DateTimeOffset? Best(Func<DateTimeOffset, TimeSpan?> home)
    {
        DateTime? best = null;
        var most = 0.0;
        foreach (var day in _candidates.SelectMany(candidate => Days(candidate.Stamp, home)).Distinct())
        {
            var sum = 0.0;
            for (var kind = 0; kind < Kinds; kind++)
            {
                sum += (DateSource)kind == DateSource.Written ? Written(day, home) : Support(day, (DateSource)kind, home);
            }

            if (sum > most + 1e-9)
            {
                (best, most) = (day, sum);
            }
        }

        return best is { } chosen ? MostPrecise(chosen, home) : null;
    }

    /// <summary>A line is mostly the text of a marked element over again: it counts in full only where it confirms what a machine says, or on which day readers saw it.</summary>
    private double Written(DateTime day, Func<DateTimeOffset, TimeSpan?> home)
    {
        var support = Support(day, DateSource.Written, home);
        return support <= Repeated || _candidates.Exists(other => (other.Source == DateSource.Stated || other.Stamp.IsUtc) && Array.IndexOf(Days(other.Stamp, home), day) >= 0)
            ? support
            : _candidates.Exists(other => other.Source == DateSource.Marked && other.Stamp.Date.Date == day) ? Repeated : support;
    }

    internal IEnumerable<string> Dump() => _candidates.Select(c => $"{c.Source} {c.Weight:0.0} {c.Stamp.Date:yyyy-MM-ddTHH:mmzzz} t={c.Stamp.HasTime} z={c.Stamp.HasZone}").Distinct();

    private double Support(DateTime day, DateSource source, Func<DateTimeOffset, TimeSpan?> home)
    {
        var most = 0.0;
        foreach (var candidate in _candidates)
        {
            if (candidate.Source == source && Days(candidate.Stamp, home) is var days && Array.IndexOf(days, day) is var at and >= 0)
            {
                // That readers saw it on another day must be plain to see.
                if (at == 0 || _candidates.Exists(other => other.Stamp.Date.Date == day && other.Weight >= Plain))
                {
                    most = Math.Max(most, candidate.Weight * (at == 0 ? 1 : OtherDay));
                }
            }
        }

        return most;
    }

    /// <summary>The days that a stamp may mean, the likeliest first.</summary>
    private static DateTime[] Days(Stamp stamp, Func<DateTimeOffset, TimeSpan?> home)
    {
        var day = stamp.Date.Date;
        if (!stamp.IsUtc)
        {
            return [day];
        }

        var local = home(stamp.Date) is { } offset ? stamp.Date.ToOffset(offset).Date : day;
        var other = stamp.Date.Hour < 10 ? day.AddDays(-1) : stamp.Date.Hour >= 14 ? day.AddDays(1) : day;
        return local != day ? [local, day] : other != day ? [day, other] : [day];
    }

    private DateTimeOffset MostPrecise(DateTime day, Func<DateTimeOffset, TimeSpan?> home)
    {
        Stamp? best = null;
        foreach (var candidate in _candidates.OrderBy(candidate => candidate.Source).ThenByDescending(candidate => candidate.Weight))
        {
            if (Array.IndexOf(Days(candidate.Stamp, home), day) >= 0 && (best is null || (candidate.Stamp.HasTime && !best.Value.HasTime)))
            {
                best = candidate.Stamp;
            }
        }

        var stamp = best!.Value;
        if (!stamp.IsUtc)
        {
            return stamp.Date;
        }

        // The same instant with the site's own offset says where its readers live.
        foreach (var (_, _, other) in _candidates)
        {
            if (other.HasTime && other.Date.Offset != TimeSpan.Zero && (other.Date - stamp.Date).Duration() < TimeSpan.FromMinutes(2))
            {
                return other.Date;
            }
        }

        if (home(stamp.Date) is { } offset && stamp.Date.ToOffset(offset).Date == day)
        {
            return stamp.Date.ToOffset(offset);
        }

        // Nothing says where, only that it is another day there: the nearest full hour of offset at which it is.
        return stamp.Date.Date == day ? stamp.Date
            : stamp.Date.ToOffset(TimeSpan.FromHours(stamp.Date.Date > day ? -stamp.Date.Hour - 1 : 24 - stamp.Date.Hour));
    }
}
