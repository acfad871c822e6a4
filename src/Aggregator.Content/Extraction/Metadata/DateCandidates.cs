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
/// <param name="home">The offset of the site's country at an instant; null: unknown.</param>
internal sealed class DateCandidates(Func<DateTimeOffset, TimeSpan?> home)
{
    private const double OtherDay = 0.9;
    private const double Plain = 0.6;
    private const double Repeated = 0.3;

    private static readonly int Kinds = Enum.GetValues<DateSource>().Length;

    private readonly List<Candidate> _candidates = [];

    /// <summary>Whether nothing with at least this weight is known.</summary>
    public bool Lacks(double weight) => !_candidates.Exists(candidate => candidate.Weight >= weight);

    public void Add(DateSource source, double weight, Stamp? stamp)
    {
        if (stamp is not { } given || weight <= 0)
        {
            return;
        }

        var at = _candidates.FindIndex(other => other.Source == source && other.Stamp == given);
        if (at < 0)
        {
            var (day, other) = Days(given);
            _candidates.Add(new Candidate(source, weight, given, day, other));
        }
        else if (_candidates[at].Weight < weight)
        {
            _candidates[at] = _candidates[at] with { Weight = weight };
        }
    }

    /// <summary>Takes back what the page shows on the day of its last change, where machines are told another day of publication.</summary>
    public void LeaveOut(Stamp? changed)
    {
        if (changed is { } change && _candidates.Exists(candidate => candidate.Source == DateSource.Stated)
            && !_candidates.Exists(candidate => candidate.Source == DateSource.Stated && candidate.Stamp.Date.Date == change.Date.Date))
        {
            _candidates.RemoveAll(candidate => candidate.Source is DateSource.Marked or DateSource.Written && candidate.Stamp.Date.Date == change.Date.Date);
        }
    }

    /// <summary>The day with the most behind it, told as precisely as any place tells it; null when nothing dates the page.</summary>
    public DateTimeOffset? Best()
    {
        DateTime? best = null;
        var most = 0.0;
        foreach (var day in _candidates.Select(candidate => candidate.Day).Concat(_candidates.Select(candidate => candidate.OtherDay)).Distinct())
        {
            var sum = 0.0;
            for (var kind = 0; kind < Kinds; kind++)
            {
                sum += (DateSource)kind == DateSource.Written ? Written(day) : Support(day, (DateSource)kind);
            }

            if (sum > most + 1e-9)
            {
                (best, most) = (day, sum);
            }
        }

        return best is { } chosen ? MostPrecise(chosen) : null;
    }

    private double Support(DateTime day, DateSource source)
    {
        var most = 0.0;
        foreach (var candidate in _candidates)
        {
            // That readers saw it on another day must be plain to see.
            if (candidate.Source == source && (candidate.Day == day || (candidate.OtherDay == day && _candidates.Exists(other => other.Stamp.Date.Date == day && other.Weight >= Plain))))
            {
                most = Math.Max(most, candidate.Weight * (candidate.Day == day ? 1 : OtherDay));
            }
        }

        return most;
    }

    /// <summary>A line is mostly the text of a marked element over again: it counts in full only where it confirms what a machine says, or on which day readers saw it.</summary>
    private double Written(DateTime day)
    {
        var support = Support(day, DateSource.Written);
        return support <= Repeated || _candidates.Exists(other => (other.Source == DateSource.Stated || other.Stamp.IsUtc) && other.MayBe(day))
            ? support
            : _candidates.Exists(other => other.Source == DateSource.Marked && other.Stamp.Date.Date == day) ? Repeated : support;
    }

    /// <summary>The day that a stamp means, and another that it may mean as well: the same where there is none.</summary>
    private (DateTime Day, DateTime Other) Days(Stamp stamp)
    {
        var day = stamp.Date.Date;
        if (!stamp.IsUtc)
        {
            return (day, day);
        }

        var local = home(stamp.Date) is { } offset ? stamp.Date.ToOffset(offset).Date : day;
        return local != day ? (local, day)
            : stamp.Date.Hour < 10 ? (day, day.AddDays(-1))
            : stamp.Date.Hour >= 14 ? (day, day.AddDays(1))
            : (day, day);
    }

    private DateTimeOffset MostPrecise(DateTime day)
    {
        var stamp = _candidates.Where(candidate => candidate.MayBe(day)).OrderByDescending(candidate => candidate.Stamp.HasTime)
            .ThenBy(candidate => candidate.Source).ThenByDescending(candidate => candidate.Weight).First().Stamp;
        if (!stamp.IsUtc)
        {
            return stamp.Date;
        }

        // The same instant with the site's own offset says where its readers live.
        foreach (var (_, _, other, _, _) in _candidates)
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

    private readonly record struct Candidate(DateSource Source, double Weight, Stamp Stamp, DateTime Day, DateTime OtherDay)
    {
        public bool MayBe(DateTime day) => Day == day || OtherDay == day;
    }
}
