namespace Aggregator.Content.Clustering;

/// <summary>
/// How much speaks for two stories being reports of one event, in logarithms of odds: 0 is even, each point nearly triples the odds.
/// <para>
/// A logistic model of seven observations. Its weights were learned from pairs of labelled news articles and of articles on other
/// events and subjects, events kept apart between learning and testing; <c>docs/decisions/0034</c> tells what each is worth.
/// </para>
/// </summary>
internal static class Likeness
{
    /// <summary>What is returned for stories that cannot be one event.</summary>
    public const double Never = -20;

    // The learned weights. Each observation lies between 0 and about 1.
    private const double Bias = -6.5;
    private const double TitleInText = 4.2;
    private const double LesserTitleInText = 1.8;
    private const double SharedNames = 3.4;
    private const double TitleRarity = 2;
    private const double SharedText = 6.5;
    private const double SpeaksToReader = -4;
    private const double PromisesAdvice = -4.9;

    /// <summary>The most one term may add to the cosine of two texts: one shared word, however rare, is a shared subject and no shared event.</summary>
    private const double MostOfOneTerm = 0.04;

    /// <summary>Rarities of shared title words from which more say no more.</summary>
    private const double MostTitleRarity = 60;

    /// <summary>Words that speak to the reader, in a hundred, from which more say no more.</summary>
    private const double MostAddresses = 6;

    // Not learned: the labelled articles hold too few cases. Reasoned from what such pairs have in common.

    /// <summary>
    /// Titles that share at most one telling word with the other's text, or little of what they tell with a text that is much like their own:
    /// pages alike in their menu, footer or filling.
    /// </summary>
    private const int StrangeTitle = 1;
    private const double StrangeTitleShare = 0.35;
    private const double LikeText = 0.5;
    private const double MostOfStrangers = -1;

    /// <summary>Titles that differ in their number only ("... 12", "... 13") are a series.</summary>
    private const double Series = -3;
    private const double TitlesOfSeries = 0.3;

    /// <summary>Two pieces of one outlet share its habits of writing; they must agree more.</summary>
    private const double SameOutlet = -1;

    /// <summary>The same wording under a like title is the same report, advice or not.</summary>
    private const double Reprint = 4;
    private const double TitlesOfReprint = 0.5;

    /// <summary>Titles alone agree when they share so many telling words and most of what they tell.</summary>
    private const int LeastOfTitlesAlone = 3;
    private const double TitlesAlone = 10;
    private const double EvenTitles = 0.4;

    /// <summary>From <see cref="Never"/>, through 0, even odds, to about 10.</summary>
    public static double Of(Held one, Held other)
    {
        if (one.Language is not null && other.Language is not null && one.Language != other.Language)
        {
            return Never;
        }

        var (a, b) = (one.Features, other.Features);
        var titles = Cosine(a.TitleTerms, a.TitleWeights, b.TitleTerms, b.TitleWeights, most: 1);
        var evidence = a.HasBody || b.HasBody ? WithBodies(a, b) : OfTitles(a, b, titles);
        if (titles > TitlesOfReprint && Sketch.Agree(a.Sketch, b.Sketch))
        {
            evidence = Math.Max(evidence, Reprint);
        }

        if (titles > TitlesOfSeries && a.TitleNumbers.Length > 0 && b.TitleNumbers.Length > 0 && CountShared(a.TitleNumbers, b.TitleNumbers) == 0)
        {
            evidence += Series;
        }

        return one.Outlet == other.Outlet ? evidence + SameOutlet : evidence;
    }

    /// <summary>The cosine of two vectors of unit length, 0 to 1, to which no single term adds more than <paramref name="most"/>.</summary>
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

    private static double WithBodies(StoryFeatures a, StoryFeatures b)
    {
        var (share, rarity, count) = Covered(a, b);
        var (otherShare, otherRarity, otherCount) = Covered(b, a);
        var text = Cosine(a.Terms, a.Weights, b.Terms, b.Weights, MostOfOneTerm);
        var evidence = Bias
            + (TitleInText * (share + otherShare) / 2)
            + (LesserTitleInText * Math.Min(share, otherShare))
            + (SharedNames * Cosine(a.Names, a.NameWeights, b.Names, b.NameWeights, most: 1))
            + (TitleRarity * Math.Min(rarity + otherRarity, MostTitleRarity) * 2 / MostTitleRarity)
            + (SharedText * text)
            + (SpeaksToReader * Math.Min(Math.Max(a.Addresses, b.Addresses), MostAddresses) / MostAddresses)
            + (PromisesAdvice * ((a.IsAdvice ? 0.5 : 0) + (b.IsAdvice ? 0.5 : 0)));
        var strangers = count + otherCount <= StrangeTitle || (text > LikeText && (share + otherShare) / 2 < StrangeTitleShare);
        return strangers ? Math.Min(evidence, MostOfStrangers) : evidence;
    }

    /// <summary>How much of one's title stands in the other's text: as a share of what the title tells, as rarities, and as words.</summary>
    private static (double Share, double Rarity, int Count) Covered(StoryFeatures title, StoryFeatures text)
    {
        var (share, rarity, count) = (0.0, 0.0, 0);
        for (var i = 0; i < title.TitleTerms.Length; i++)
        {
            if (Array.BinarySearch(text.Terms, title.TitleTerms[i]) >= 0)
            {
                share += title.TitleWeights[i] * title.TitleWeights[i];
                rarity += title.TitleRarities[i];
                count++;
            }
        }

        return (share, rarity, count);
    }

    private static double OfTitles(StoryFeatures a, StoryFeatures b, double titles) =>
        CountShared(a.TitleTerms, b.TitleTerms) >= LeastOfTitlesAlone ? TitlesAlone * (titles - EvenTitles) : Never;

    /// <summary>How many of two rising lists are in both.</summary>
    private static int CountShared(ulong[] a, ulong[] b)
    {
        var shared = 0;
        foreach (var term in a)
        {
            shared += Array.BinarySearch(b, term) >= 0 ? 1 : 0;
        }

        return shared;
    }
}
