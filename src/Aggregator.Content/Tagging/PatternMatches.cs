namespace Aggregator.Content.Tagging;

/// <summary>What a text's length asks of the counts in it.</summary>
/// <param name="FullBodyCount">So many mentions in the rest of the body mean that a phrase goes through it; at least 1.</param>
/// <param name="Shortness">From 0, a body of ordinary length, to 1, hardly any: how far the lead stands for the rest too.</param>
internal readonly record struct TextShape(double FullBodyCount, double Shortness);

/// <summary>A pattern whose phrases have numbers in the index.</summary>
internal sealed class CompiledPattern(Pattern pattern, PhraseIndex index)
{
    /// <summary>The pattern as written.</summary>
    public string Text { get; } = pattern.Text;

    /// <summary>For each part its phrases' numbers, and how far from the part before it may stand.</summary>
    public (int[] Phrases, int Distance, bool AfterOnly)[] Parts { get; } =
        [.. pattern.Parts.Select(part => (part.Phrases.Select(index.Add).Distinct().ToArray(), part.Distance, part.AfterOnly))];

    public static CompiledPattern[] All(IReadOnlyList<Pattern> patterns, PhraseIndex index) =>
        [.. patterns.Select(pattern => new CompiledPattern(pattern, index))];
}

/// <summary>The phrases found in one text, and the patterns made of them.</summary>
internal sealed class PatternMatches(Dictionary<int, List<Span>> phrases)
{
    /// <summary>The numbers of the phrases that stand in the text.</summary>
    public IReadOnlyCollection<int> Phrases => phrases.Keys;

    /// <summary>Whether any of <paramref name="patterns"/> stands in the text.</summary>
    public bool Any(CompiledPattern[] patterns) => Array.Exists(patterns, pattern => FindEvery(pattern).Count > 0);

    /// <summary>Where a pattern stands, in text order; overlapping finds count once.</summary>
    public List<Span> Find(CompiledPattern pattern) => WithoutOverlaps(FindEvery(pattern));

    /// <summary>Where any of <paramref name="patterns"/> stands, overlapping finds too.</summary>
    public List<Span> FindEvery(CompiledPattern[] patterns) => [.. patterns.SelectMany(FindEvery)];

    private List<Span> FindEvery(CompiledPattern pattern)
    {
        var spans = Union(pattern.Parts[0].Phrases);
        for (var i = 1; i < pattern.Parts.Length && spans.Count > 0; i++)
        {
            var (others, distance, afterOnly) = pattern.Parts[i];
            spans = Near(spans, Union(others), distance, afterOnly);
        }

        return spans;
    }

    private List<Span> Union(int[] numbers)
    {
        List<Span>? union = null;
        var shared = false;
        foreach (var number in numbers)
        {
            if (phrases.TryGetValue(number, out var found))
            {
                union = union is null ? found : [.. union, .. found];
                shared = shared || !ReferenceEquals(union, found);
            }
        }

        if (shared)
        {
            union!.Sort((a, b) => a.First != b.First ? a.First.CompareTo(b.First) : b.Last.CompareTo(a.Last));
        }

        return union ?? [];
    }

    /// <summary>Each of <paramref name="spans"/> with the nearest of <paramref name="others"/> that is close enough, as one span.</summary>
    private static List<Span> Near(List<Span> spans, List<Span> others, int distance, bool afterOnly)
    {
        var joined = new List<Span>();
        var from = 0;
        var longest = others.Count == 0 ? 0 : others.Max(other => other.Last - other.First);
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

    private static List<Span> WithoutOverlaps(List<Span> spans)
    {
        if (spans.Count == 0)
        {
            return spans;
        }

        var kept = new List<Span>(spans.Count);
        foreach (var span in spans)
        {
            if (kept.Count == 0 || span.First > kept[^1].Last)
            {
                kept.Add(span);
            }
        }

        return kept;
    }
}
