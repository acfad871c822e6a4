using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Aggregator.Content.Clustering;

/// <summary>What a story is compared by: weighted terms of its text and of its title, and a sketch of its wording.</summary>
internal sealed partial class StoryFeatures
{
    // MaxBodyWords, MaxTerms and NameFactor were tuned together with the values of Likeness, which tell how.

    /// <summary>Words of the body that are read: what happened stands at the beginning, background comes later. 250 lose recall; 800 gain
    /// 0.005 of F1 for twice the time.</summary>
    private const int MaxBodyWords = 400;

    /// <summary>Words that count as the lead.</summary>
    private const int LeadWords = 60;

    /// <summary>Terms kept of a story, the weightiest; bounds memory and the cost of a comparison.</summary>
    private const int MaxTerms = 80;

    /// <summary>Terms a story is found by.</summary>
    private const int MaxKeys = 24;

    /// <summary>Fewer telling words than this are no text to compare: a notice, a teaser, a wall.</summary>
    private const int LeastBodyTerms = 12;

    private const int SketchSize = 8;

    /// <summary>How much more a name tells than another word as rare. At 2 neighbour events of one firm begin to join.</summary>
    private const double NameFactor = 1.5;

    private StoryFeatures()
    {
    }

    /// <summary>The terms in rising order, with weights of unit length beside them.</summary>
    public ulong[] Terms { get; private init; } = [];

    public float[] Weights { get; private init; } = [];

    /// <summary>The telling words of the title in rising order, with weights of unit length beside them.</summary>
    public ulong[] TitleTerms { get; private init; } = [];

    public float[] TitleWeights { get; private init; } = [];

    /// <summary>The numbers in the title in rising order: an issue, a version, a date.</summary>
    public ulong[] TitleNumbers { get; private init; } = [];

    /// <summary>The names and telling numbers in rising order: who, where, how many. They tell an event from its subject.</summary>
    public ulong[] Names { get; private init; } = [];

    /// <summary>The weightiest terms, weightiest first.</summary>
    public ulong[] Keys { get; private init; } = [];

    /// <summary>The least hashes of the runs of four words; equal places estimate how much wording is shared (min-wise hashing, Broder 1997).</summary>
    public ulong[] Sketch { get; private init; } = [];

    /// <summary>Whether the body has enough telling words to be compared.</summary>
    public bool HasBody { get; private init; }

    /// <summary>Whether the title announces a collection of many events; such a story stays alone.</summary>
    public bool IsDigest { get; private init; }

    /// <summary>
    /// Computes the features and teaches <paramref name="frequencies"/> the story's terms afterwards, so that a story never devalues
    /// its own words. <paramref name="names"/> receives the spelling of the terms. Null: nobody asks for it.
    /// </summary>
    public static StoryFeatures Of(ClusterableStory story, DocumentFrequencies frequencies, TermNames? names)
    {
        var language = Words.PrimaryLanguage(story.Language);
        var title = Weigh(Words.Of(story.Title, 60), language);
        var body = Weigh(Words.Of(story.Body, MaxBodyWords), language);
        var weights = new Dictionary<ulong, double>();
        var titleWeights = new Dictionary<ulong, double>();
        var counts = new Dictionary<ulong, (double Count, double PriorShare, double Factor)>();
        var numbers = new SortedSet<ulong>();
        Count(title, 2.0, 0, counts, names);
        Count(body, 1.0, 1.0, counts, names);
        var nameTerms = NamesOf(body);
        foreach (var (term, (count, prior, factor)) in counts)
        {
            if (prior < 1 && frequencies.Weight(term, prior) is > 0 and var weight)
            {
                // A word used often says what the story is about, not what happened: frequency saturates early.
                weights[term] = count / (count + 1.5) * weight * factor * (nameTerms.Contains(term) ? NameFactor : 1);
            }
        }

        foreach (var word in title)
        {
            if (weights.ContainsKey(word.Term))
            {
                titleWeights[word.Term] = frequencies.Weight(word.Term, word.Share);
            }

            if (char.IsAsciiDigit(word.Stem[0]))
            {
                numbers.Add(word.Term);
            }
        }

        frequencies.Learn(counts.Keys);
        var ranked = weights.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MaxTerms).ToArray();
        var (terms, unit) = Vector(ranked);
        var (titleTerms, titleUnit) = Vector([.. titleWeights]);
        return new StoryFeatures
        {
            Terms = terms,
            Weights = unit,
            TitleTerms = titleTerms,
            TitleWeights = titleUnit,
            TitleNumbers = [.. numbers],
            Names = [.. nameTerms.Order()],
            Keys = [.. ranked.Take(MaxKeys).Select(pair => pair.Key)],
            Sketch = SketchOf(body),
            HasBody = body.Where(word => word.Share < 0.02).Select(word => word.Term).Distinct().Take(LeastBodyTerms).Count() == LeastBodyTerms,
            IsDigest = Digest().IsMatch(story.Title),
        };
    }

    /// <summary>
    /// The cosine of two vectors of unit length, 0 to 1, to which no single term adds more than <paramref name="most"/>: one shared
    /// word, however weighty, is a shared subject and no shared event.
    /// </summary>
    public static double Cosine(ulong[] terms, float[] weights, ulong[] otherTerms, float[] otherWeights, double most)
    {
        double sum = 0;
        for (int i = 0, j = 0; i < terms.Length && j < otherTerms.Length;)
        {
            if (terms[i] == otherTerms[j])
            {
                sum += Math.Min(most, weights[i++] * otherWeights[j++]);
            }
            else if (terms[i] < otherTerms[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return Math.Min(1, sum);
    }

    /// <summary>The hash of a word, equal in every run and on every machine.</summary>
    public static ulong Hash(string text) => Fnv.Add(Fnv.Start, text);

    /// <summary>The hash of two words with a space between.</summary>
    private static ulong HashPair(ulong first, string second) => Fnv.Add(Fnv.Add(first, ' '), second);

    [GeneratedRegex(
        @"\b(live[ -]?blog|live updates|as it happened|round-?up|digest|newsletter|briefing|week in review|this week in|links for|link dump|top stories|top \d+ stories|open thread|morning (brief|report|wrap)|daily (brief|wrap))\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Digest();

    private static List<WeighedWord> Weigh(List<Word> words, string? language) =>
        words.ConvertAll(word => new WeighedWord(word.Stem, Hash(word.Stem), CommonWords.Share(word.Stem, language), word.IsName));

    private static void Count(
        List<WeighedWord> words,
        double worth,
        double leadBonus,
        Dictionary<ulong, (double Count, double PriorShare, double Factor)> counts,
        TermNames? names)
    {
        WeighedWord? previous = null;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            var add = worth + (i < LeadWords ? leadBonus * 0.5 : 0);
            Add(word.Term, word.Share, 1, add);
            names?.Add(word.Term, word.Stem);
            if (word.Share < 1 && previous is { Share: < 1 } before)
            {
                var pair = HashPair(before.Term, word.Stem);
                Add(pair, 0, 0.6, add);
                names?.Add(pair, before.Stem, word.Stem);
            }

            previous = word;
        }

        void Add(ulong term, double share, double factor, double add)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _);
            entry = (entry.Count + add, share, factor);
        }
    }

    /// <summary>The words always written like names, but for those every other story names.</summary>
    private static HashSet<ulong> NamesOf(List<WeighedWord> body)
    {
        var names = new HashSet<ulong>(body.Where(word => word.IsName && word.Share == 0).Select(word => word.Term));
        foreach (var word in body)
        {
            if (!word.IsName && char.IsLetter(word.Stem[0]))
            {
                names.Remove(word.Term);
            }
        }

        return names;
    }

    private static (ulong[] Terms, float[] Weights) Vector(KeyValuePair<ulong, double>[] weighted)
    {
        Array.Sort(weighted, (a, b) => a.Key.CompareTo(b.Key));
        var length = Math.Sqrt(weighted.Sum(pair => pair.Value * pair.Value));
        return ([.. weighted.Select(pair => pair.Key)], [.. weighted.Select(pair => (float)(pair.Value / Math.Max(length, 1e-9)))]);
    }

    private static ulong[] SketchOf(List<WeighedWord> words)
    {
        if (words.Count < 40)
        {
            return [];
        }

        var sketch = new ulong[SketchSize];
        Array.Fill(sketch, ulong.MaxValue);
        for (var i = 0; i + 4 <= words.Count; i++)
        {
            var run = HashPair(HashPair(HashPair(words[i].Term, words[i + 1].Stem), words[i + 2].Stem), words[i + 3].Stem);
            for (var place = 0; place < SketchSize; place++)
            {
                var mixed = (run ^ ((ulong)(place + 1) * 0x9E3779B97F4A7C15UL)) * 0xBF58476D1CE4E5B9UL;
                sketch[place] = Math.Min(sketch[place], mixed ^ (mixed >> 29));
            }
        }

        return sketch;
    }

    /// <summary>A word with its hash and the share of stories that use it.</summary>
    private readonly record struct WeighedWord(string Stem, ulong Term, double Share, bool IsName);
}

/// <summary>How terms are spelt: words, and pairs of words, which are put together when somebody asks.</summary>
internal sealed class TermNames
{
    private readonly Dictionary<ulong, (string Word, string? Next)> _names = [];

    public void Add(ulong term, string word, string? next = null) => _names.TryAdd(term, (word, next));

    public string Of(ulong term) => _names[term] is { Next: { } next } pair ? $"{pair.Word} {next}" : _names[term].Word;
}
