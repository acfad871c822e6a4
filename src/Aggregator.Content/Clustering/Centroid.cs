using System.Runtime.InteropServices;

namespace Aggregator.Content.Clustering;

/// <summary>
/// What the stories of a cluster tell together, in the form of one story: each report of an event has details that another lacks, and all of
/// them speak for a newcomer that tells some.
/// </summary>
internal static class Centroid
{
    /// <summary>Two stories are compared one by one.</summary>
    public const int LeastMembers = 3;

    /// <summary>Members that speak for all, spread over the cluster's life.</summary>
    private const int MaxWitnesses = 12;

    private const int MaxTerms = 160;
    private const int MaxTitleTerms = 12;
    private const int MaxNames = 200;

    /// <summary>The features of several stories together.</summary>
    public static StoryFeatures Of(IReadOnlyList<Held> members)
    {
        var (terms, titles, rarities, names) = (new Dictionary<uint, double>(), new Dictionary<uint, double>(), new Dictionary<uint, float>(), new Dictionary<uint, double>());
        var (witnesses, advice, addresses, hasBody) = (0, 0, 0.0, false);
        var step = Math.Max(1, (members.Count + MaxWitnesses - 1) / MaxWitnesses);
        for (var i = 0; i < members.Count; i += step)
        {
            var features = members[i].Features;
            AddAll(terms, features.Terms, features.Weights);
            AddAll(titles, features.TitleTerms, features.TitleWeights);
            for (var t = 0; t < features.TitleTerms.Length; t++)
            {
                rarities[features.TitleTerms[t]] = features.TitleRarities[t];
            }

            foreach (var name in features.Names)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(names, name, out _)++;
            }

            witnesses++;
            advice += features.IsAdvice ? 1 : 0;
            addresses += features.Addresses;
            hasBody |= features.HasBody;
        }

        var (ranked, heaviest) = Heaviest(terms, MaxTerms);
        var (titleTerms, titleWeights) = Heaviest(titles, MaxTitleTerms);
        var main = ranked.Zip(heaviest).Where(pair => names.ContainsKey(pair.First)).OrderByDescending(pair => pair.Second).ThenBy(pair => pair.First)
            .Take(FeatureReader.MainNames).ToArray();
        return new StoryFeatures
        {
            Terms = ranked,
            Weights = FeatureReader.ToUnit(heaviest),
            TitleTerms = titleTerms,
            TitleRarities = Array.ConvertAll(titleTerms, term => rarities[term]),
            TitleWeights = FeatureReader.ToUnit(titleWeights),
            TitleNumbers = [],
            Names = Heaviest(names, MaxNames).Terms,
            MainNames = Array.ConvertAll(main, pair => pair.First),
            MainNameWeights = Array.ConvertAll(main, pair => pair.Second),
            Keys = [],
            Sketch = [],
            HasBody = hasBody,
            IsDigest = false,
            IsAdvice = advice * 2 > witnesses,
            Addresses = addresses / witnesses,
        };
    }

    private static void AddAll(Dictionary<uint, double> sums, uint[] terms, float[] weights)
    {
        for (var i = 0; i < terms.Length; i++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums, terms[i], out _) += weights[i];
        }
    }

    /// <summary>The heaviest terms, in rising order, and their weights.</summary>
    private static (uint[] Terms, float[] Weights) Heaviest(Dictionary<uint, double> sums, int most)
    {
        var heaviest = sums.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(most).OrderBy(pair => pair.Key).ToArray();
        return (Array.ConvertAll(heaviest, pair => pair.Key), Array.ConvertAll(heaviest, pair => (float)pair.Value));
    }
}
