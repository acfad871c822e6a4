using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Aggregator.Model.Text.Patterns;

namespace Aggregator.Content.Clustering;

/// <summary>Reads what stories are compared by, and learns from each how common its words are. Not thread-safe.</summary>
internal sealed partial class FeatureReader
{
    /// <summary>Words of a title that are read.</summary>
    private const int MaxTitleWords = 60;

    /// <summary>Words of the body that are read: what happened stands at the beginning, background comes later.</summary>
    private const int MaxBodyWords = 400;

    /// <summary>Words that count as the lead.</summary>
    private const int LeadWords = 60;

    /// <summary>Terms kept of a story, the weightiest; bounds memory and the cost of a comparison.</summary>
    private const int MaxTerms = 80;

    /// <summary>Terms a story is found by.</summary>
    public const int MaxKeys = 24;

    /// <summary>Names that tell what a text is mostly about.</summary>
    public const int MainNames = 5;

    /// <summary>Fewer telling words than this are no text to compare: a notice, a teaser, a wall.</summary>
    private const int LeastBodyTerms = 12;

    /// <summary>A word that more stories use than this tells nothing of one event.</summary>
    private const double TellingShare = 0.02;

    /// <summary>Words by which it can be told how often a text speaks to its reader.</summary>
    private const int LeastForAddresses = 40;

    /// <summary>How much more a name tells than another word as rare.</summary>
    private const double NameFactor = 1.5;

    private const double TitleWorth = 2;
    private const double LeadWorth = 1.5;

    /// <summary>Words for a part of a series, before its number.</summary>
    private static readonly FrozenSet<uint> PartsOfSeries =
        "issue part episode volume vol number no nr chapter round season edition week day version release folge teil ausgabe numéro épisode número parte"
            .Split(' ').Select(word => HashOf(Stemmer.Stem(word))).ToFrozenSet();

    private readonly DocumentFrequencies _frequencies = new();
    private readonly List<Word> _title = [];
    private readonly List<Word> _body = [];
    private readonly Dictionary<uint, (double Worth, double Share)> _counts = [];
    private readonly HashSet<uint> _names = [];
    private readonly List<(uint Term, double Weight)> _ranked = [];

    /// <summary>The features of a story. What it teaches counts from the next story on, so that none devalues its own words.</summary>
    public StoryFeatures Read(ClusterableStory story)
    {
        var language = PrimaryLanguage(story.Language);
        Cut(story.Title, MaxTitleWords, language, _title);
        Cut(story.Body, MaxBodyWords, language, _body);
        _counts.Clear();
        Count(_title, TitleWorth, TitleWorth);
        Count(_body, LeadWorth, 1);
        FindNames();
        Rank();
        var (titleTerms, rarities) = Rarities(_title.Where(word => word.Share < 1).Select(word => word.Term).Distinct());
        var mainNames = _ranked.Where(pair => _names.Count == 0 || _names.Contains(pair.Term)).Take(MainNames).ToArray();
        var kept = CollectionsMarshal.AsSpan(_ranked)[..Math.Min(MaxTerms, _ranked.Count)].ToArray();
        var keys = kept.Take(MaxKeys).Select(pair => pair.Term).ToArray();
        Array.Sort(kept, static (a, b) => a.Term.CompareTo(b.Term));
        var features = new StoryFeatures
        {
            Terms = Array.ConvertAll(kept, pair => pair.Term),
            Weights = ToUnit(Array.ConvertAll(kept, pair => (float)pair.Weight)),
            TitleTerms = titleTerms,
            TitleRarities = rarities,
            TitleWeights = ToUnit(rarities),
            TitleNumbers = [.. NumbersOfSeries().Distinct().Order()],
            Names = [.. _names.Order()],
            MainNames = Array.ConvertAll(mainNames, pair => pair.Term),
            MainNameWeights = Array.ConvertAll(mainNames, pair => (float)pair.Weight),
            Keys = keys,
            Sketch = Sketch.Of(CollectionsMarshal.AsSpan(_body)),
            HasBody = _body.Where(word => word.Share < TellingShare).Select(word => word.Term).Distinct().Take(LeastBodyTerms).Count() == LeastBodyTerms,
            IsDigest = Digest.IsMatch(story.Title),
            IsAdvice = Advice.IsPromisedBy(story.Title),
            Addresses = _body.Count < LeastForAddresses ? 0 : 100.0 * _body.Count(word => word.IsAddress) / _body.Count,
        };
        _frequencies.Learn(_counts.Where(count => count.Value.Share < 1).Select(count => count.Key));
        return features;
    }

    /// <summary>How terms of a story are spelt, as stems, in the order asked for.</summary>
    public static IReadOnlyList<string> Spell(ClusterableStory story, IReadOnlyList<uint> terms)
    {
        var spelt = new Dictionary<uint, string>();
        foreach (var (text, limit) in new[] { (story.Title, MaxTitleWords), (story.Body, MaxBodyWords) })
        {
            var reader = new WordReader(Normalized(text));
            for (var read = 0; read < limit && spelt.Count < terms.Count && reader.Read(); read++)
            {
                var term = HashOf(reader.Stem);
                if (terms.Contains(term))
                {
                    spelt[term] = reader.Stem.ToString();
                }
            }
        }

        return [.. terms.Where(spelt.ContainsKey).Select(term => spelt[term])];
    }

    /// <summary>The language without region or script: "en" of "en-GB" and of "en_US". Null when unknown.</summary>
    public static string? PrimaryLanguage(string? tag) =>
        string.IsNullOrWhiteSpace(tag) ? null : tag.Trim().Split('-', '_')[0].ToLowerInvariant();

    /// <summary>Equal in every run and on every machine.</summary>
    private static uint HashOf(ReadOnlySpan<char> stem)
    {
        var hash = Fnv.Add(Fnv.Start, stem);
        return (uint)(hash ^ (hash >> 32));
    }

    // A lone surrogate has no normal form; such a text is read as it stands.
    private static string Normalized(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    private static void Cut(string text, int limit, string? language, List<Word> into)
    {
        into.Clear();
        var reader = new WordReader(Normalized(text));
        while (into.Count < limit && reader.Read())
        {
            var stem = reader.Stem;
            into.Add(new Word(HashOf(stem), reader.IsNumber && stem.Length == 1 ? 1 : CommonWords.Share(stem, language))
            {
                IsName = reader.IsName,
                IsNumber = reader.IsNumber,
                IsAddress = Advice.IsAddress(stem, reader.IsName),
            });
        }
    }

    private void Count(List<Word> words, double leadWorth, double worth)
    {
        for (var i = 0; i < words.Count; i++)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, words[i].Term, out _);
            entry = (entry.Worth + (i < LeadWords ? leadWorth : worth), words[i].Share);
        }
    }

    /// <summary>The words of the body always written like names, but for those every other story names.</summary>
    private void FindNames()
    {
        _names.Clear();
        foreach (var word in _body)
        {
            if (word is { IsName: true, Share: 0 })
            {
                _names.Add(word.Term);
            }
        }

        foreach (var word in _body)
        {
            if (word is { IsName: false, IsNumber: false })
            {
                _names.Remove(word.Term);
            }
        }
    }

    /// <summary>
    /// The numbers of the title that tell which one of a series, a version or an edition it is: after a name ("iPhone 6"), after a word for a
    /// part, or at the end. How many were hurt is no such number, and changes while an event is reported.
    /// </summary>
    private IEnumerable<uint> NumbersOfSeries()
    {
        for (var i = 1; i < _title.Count; i++)
        {
            var before = _title[i - 1];
            if (_title[i].IsNumber && (_names.Contains(before.Term) || before.IsNumber || PartsOfSeries.Contains(before.Term) || (i == _title.Count - 1 && before.Share < 1)))
            {
                yield return _title[i].Term;
            }
        }
    }

    /// <summary>Puts the terms that tell anything in order, weightiest first. A word used often says what the story is about, not what happened: frequency saturates early.</summary>
    private void Rank()
    {
        _ranked.Clear();
        foreach (var (term, (worth, share)) in _counts)
        {
            if (share < 1 && _frequencies.Rarity(term, share) is > 0 and var rarity)
            {
                _ranked.Add((term, worth / (worth + 1.5) * rarity * (_names.Contains(term) ? NameFactor : 1)));
            }
        }

        _ranked.Sort(static (a, b) => a.Weight != b.Weight ? b.Weight.CompareTo(a.Weight) : a.Term.CompareTo(b.Term));
    }

    /// <summary>Terms in rising order, and how rare each is.</summary>
    private (uint[] Terms, float[] Rarities) Rarities(IEnumerable<uint> of)
    {
        var terms = of.Where(term => _frequencies.Rarity(term, _counts[term].Share) > 0).Order().ToArray();
        return (terms, Array.ConvertAll(terms, term => (float)_frequencies.Rarity(term, _counts[term].Share)));
    }

    /// <summary>The same vector with length 1; one of length 0 as it is.</summary>
    public static float[] ToUnit(float[] weights)
    {
        var length = Math.Sqrt(weights.Sum(weight => (double)weight * weight));
        return length == 0 ? weights : Array.ConvertAll(weights, weight => (float)(weight / length));
    }

    private static readonly LinearPattern Digest = new(
        @"\b(live[ -]?blog|live updates|as it happened|round-?up|digest|newsletter|briefing|week in review|this week in|links for|link dump|top stories|top \d+ stories|open thread|morning (brief|report|wrap)|daily (brief|wrap))\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}

/// <summary>A word of a story.</summary>
/// <param name="Term">The hash of its stem.</param>
/// <param name="Share">The share of stories known to use it before any is read; 1 for words without meaning, 0 for words not listed.</param>
internal readonly record struct Word(uint Term, double Share)
{
    /// <summary>Whether it is written like a name.</summary>
    public bool IsName { get; init; }

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber { get; init; }

    /// <summary>Whether it speaks to the reader.</summary>
    public bool IsAddress { get; init; }
}
