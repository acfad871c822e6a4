namespace Aggregator.Content.Extraction.Metadata;

/// <summary>The kinds of places that name authors. Two places of one kind repeat each other; two kinds that agree are evidence.</summary>
internal enum AuthorSource
{
    /// <summary>JSON-LD and meta elements: what the publishing system believes.</summary>
    Stated,

    /// <summary>Elements whose attributes say that they hold an author.</summary>
    Marked,

    /// <summary>Lines of the page's text that read like a byline.</summary>
    Written,

    /// <summary>The feed's own entry.</summary>
    Fed,
}

/// <summary>Weighs who may have written the page: each place that names somebody adds its weight, and places of different kinds add up.</summary>
/// <param name="site">The site's names, squeezed: a site that names itself says little.</param>
internal sealed class AuthorCandidates(IReadOnlySet<string> site)
{
    private static readonly int Kinds = Enum.GetValues<AuthorSource>().Length;

    private readonly List<Candidate> _candidates = [];

    /// <summary>Adds what one place says. The site's own name beside others is left out.</summary>
    public void Add(AuthorSource source, double weight, List<string> names)
    {
        var persons = names.Count > 1 ? names.FindAll(name => !IsSite(name)) : names;
        persons = persons.Count == 0 ? names : persons;
        if (persons.Count == 0)
        {
            return;
        }

        var keys = persons.Select(TextKey.Of).ToHashSet(StringComparer.Ordinal);
        var candidate = _candidates.Find(other => other.Keys.SetEquals(keys));
        if (candidate is null)
        {
            _candidates.Add(candidate = new Candidate(persons, keys, persons.TrueForAll(PersonNames.IsPerson), Form(persons)));
        }

        candidate.Weights[(int)source] = Math.Max(candidate.Weights[(int)source], weight);
    }

    /// <summary>Below this nobody is named: a phrase that only a class name calls an author, the site's own name in a corner.</summary>
    private const double Least = -0.4;

    /// <summary>The names with the most behind them; empty when nobody is named.</summary>
    public IReadOnlyList<string> Best()
    {
        Candidate? best = null;
        var most = Least;
        foreach (var candidate in _candidates)
        {
            var sum = candidate.Form;
            for (var kind = 0; kind < Kinds; kind++)
            {
                sum += Support(candidate, kind);
            }

            if (sum > most + 1e-9)
            {
                (best, most) = (candidate, sum);
            }
        }

        return best?.Names ?? [];
    }

    /// <summary>What places of one kind say for these names. Who names some of them says nothing against the others: "Jane Doe" supports "Jane Doe and John Roe".</summary>
    private double Support(Candidate candidate, int kind)
    {
        var most = candidate.Weights[kind];
        foreach (var other in _candidates)
        {
            if (other != candidate && other.Weights[kind] > most && Includes(candidate, other))
            {
                most = other.Weights[kind];
            }
        }

        return most;
    }

    /// <summary>Whether each of the others' names is one of these, or the beginning or end of one ("Jane" in "Jane Doe").</summary>
    private static bool Includes(Candidate candidate, Candidate other) =>
        candidate.Keys.Count >= other.Keys.Count && other.Keys.All(key => candidate.Keys.Any(own =>
            own == key || (candidate.IsPersons && key.Length > 2 && !key.Contains(' ', StringComparison.Ordinal) && own.Length > key.Length && (own.StartsWith(key + " ", StringComparison.Ordinal) || own.EndsWith(" " + key, StringComparison.Ordinal)))));

    /// <summary>What the names themselves say for or against them.</summary>
    private double Form(List<string> names) =>
        names.TrueForAll(IsSite) ? -1.6
        : names.TrueForAll(PersonNames.IsPerson) ? 0.4
        : names.Exists(PersonNames.IsPhrase) ? -2
        : names.Exists(PersonNames.IsDesk) ? -0.9
        : 0;

    private bool IsSite(string name) => site.Contains(TitleReader.Squeezed(name));

    private sealed record Candidate(List<string> Names, HashSet<string> Keys, bool IsPersons, double Form)
    {
        public double[] Weights { get; } = new double[Kinds];
    }
}
