namespace Aggregator.Content.Tagging;

/// <summary>A pattern whose phrases have numbers in the index.</summary>
internal sealed class CompiledPattern(Pattern pattern, PhraseIndexBuilder index)
{
    /// <summary>The pattern as written.</summary>
    public string Text { get; } = pattern.Text;

    /// <summary>For each part its phrases' numbers, and how far from the part before it may stand.</summary>
    public (int[] Phrases, int Distance, bool AfterOnly)[] Parts { get; } =
        [.. pattern.Parts.Select(part => (part.Phrases.Select(index.Add).Distinct().ToArray(), part.Distance, part.AfterOnly))];

    public static CompiledPattern[] All(IReadOnlyList<Pattern> patterns, PhraseIndexBuilder index) =>
        [.. patterns.Select(pattern => new CompiledPattern(pattern, index))];
}

/// <summary>The phrases found in one text, and the patterns made of them.</summary>
/// <param name="count">How many phrases there are to find; their numbers are below this.</param>
internal sealed class PatternMatches(int count)
{
    private const int Bits = 64;

    /// <summary>So many different phrases stand in an article, about: room for them is made at once.</summary>
    private const int UsualFinds = 48;

    private static readonly List<Span> Nowhere = [];

    private readonly Dictionary<int, List<Span>> _places = new(UsualFinds);

    /// <summary>A bit for each phrase that stands in the text: most are asked for and are not there.</summary>
    private readonly ulong[] _present = new ulong[(count / Bits) + 1];

    /// <summary>The numbers of the phrases that stand in the text.</summary>
    public Dictionary<int, List<Span>>.KeyCollection Phrases => _places.Keys;

    /// <summary>Notes a find. Those of one phrase come in text order.</summary>
    public void Add(int phrase, Span place)
    {
        if (!Stands(phrase))
        {
            _present[phrase / Bits] |= 1UL << (phrase % Bits);
            _places.Add(phrase, [place]);
            return;
        }

        _places[phrase].Add(place);
    }

    /// <summary>Whether any of <paramref name="patterns"/> stands in the text.</summary>
    public bool Any(CompiledPattern[] patterns)
    {
        foreach (var pattern in patterns)
        {
            if (StandsAny(pattern.Parts[0].Phrases) && (pattern.Parts.Length == 1 || FindEvery(pattern).Count > 0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a pattern stands, in text order, overlapping finds too. Not to be changed.</summary>
    public List<Span> FindEvery(CompiledPattern pattern)
    {
        var spans = Union(pattern.Parts[0].Phrases);
        for (var i = 1; i < pattern.Parts.Length && spans.Count > 0; i++)
        {
            var (others, distance, afterOnly) = pattern.Parts[i];
            spans = Near(spans, Union(others), distance, afterOnly);
        }

        return spans;
    }

    /// <summary>Where any of <paramref name="patterns"/> stands, overlapping finds too, pattern by pattern.</summary>
    public List<Span> FindEvery(CompiledPattern[] patterns)
    {
        List<Span>? all = null;
        foreach (var pattern in patterns)
        {
            if (FindEvery(pattern) is { Count: > 0 } spans)
            {
                (all ??= []).AddRange(spans);
            }
        }

        return all ?? Nowhere;
    }

    private bool Stands(int phrase) => (_present[phrase / Bits] & (1UL << (phrase % Bits))) != 0;

    private bool StandsAny(int[] phrases) => Array.Exists(phrases, Stands);

    private List<Span> Union(int[] numbers)
    {
        var union = Nowhere;
        var shared = false;
        foreach (var number in numbers)
        {
            if (!Stands(number))
            {
                continue;
            }

            if (union.Count == 0)
            {
                union = _places[number];
                continue;
            }

            if (!shared)
            {
                union = [.. union];
                shared = true;
            }

            union.AddRange(_places[number]);
        }

        if (shared)
        {
            union.Sort(static (a, b) => a.First != b.First ? a.First.CompareTo(b.First) : b.Last.CompareTo(a.Last));
        }

        return union;
    }

    /// <summary>Each of <paramref name="spans"/> with the nearest of <paramref name="others"/> that is close enough, as one span.</summary>
    private static List<Span> Near(List<Span> spans, List<Span> others, int distance, bool afterOnly)
    {
        if (others.Count == 0)
        {
            return others;
        }

        var joined = new List<Span>();
        var from = 0;
        var longest = 0;
        foreach (var other in others)
        {
            longest = Math.Max(longest, other.Last - other.First);
        }

        foreach (var span in spans)
        {
            while (from < others.Count && others[from].First < span.First - distance - 1 - longest)
            {
                from++;
            }

            for (var i = from; i < others.Count && others[i].First <= span.Last + distance + 1; i++)
            {
                var other = others[i];
                var follows = other.First > span.Last;
                var precedes = !afterOnly && other.Last < span.First && span.First - other.Last - 1 <= distance;
                if (other.Part == span.Part && (follows || precedes))
                {
                    joined.Add(new Span(Math.Min(span.First, other.First), Math.Max(span.Last, other.Last), span.Part));
                    break;
                }
            }
        }

        return joined;
    }
}
