namespace Aggregator.Content.Clustering;

/// <summary>
/// How much speaks for two stories being reports of one event, in logarithms of odds: 0 is even, each point nearly triples the odds.
/// <para>
/// A logistic model of nine observations. Its weights were learned from pairs of labelled news articles, of articles on other
/// events and subjects, events kept apart between learning and testing; <c>docs/decisions/0034</c> tells what each is worth.
/// </para>
/// </summary>
internal static class Likeness
{
    /// <summary>What is returned for stories that cannot be one event.</summary>
    public const double Never = -20;

    // The learned weights. Each observation lies between 0 and about 1.
    private const double Bias = -5.7;
    private const double TitleInText = 3;
    private const double LesserTitleInText = 1.6;
    private const double MainNames = 1.9;
    private const double MainNamesAgain = 2.5;
    private const double NamesOfTitleMissing = -1.5;
    private const double TitleRarity = 2;
    private const double SharedText = 5.2;
    private const double SpeaksToReader = -4.2;
    private const double PromisesAdvice = -4.9;

    /// <summary>The most one term may add to the cosine of two texts: one shared word, however rare, is a shared subject and no shared event.</summary>
    private const double MostOfOneTerm = 0.04;

    /// <summary>What a text without names counts as knowing of the other's.</summary>
    private const double ShareWithoutNames = 0.3;

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

    /// <summary>
    /// Texts that share wording, or much of what they tell, and not the names they are about, are made from one template: results of other
    /// firms, advisories on other products, announcements in series.
    /// </summary>
    private const double NamesOfTemplate = 0.5;
    private const double WordingOfTemplate = 0.1;
    private const double FewNamesOfTemplate = 0.4;
    private const double TextOfTemplate = 0.35;

    /// <summary>Titles that differ in their number only ("... 12", "... 13") are a series.</summary>
    private const double Series = -3;
    private const double TitlesOfSeries = 0.3;

    /// <summary>Two pieces of one outlet share its habits of writing; they must agree more.</summary>
    private const double SameOutlet = -1;

    /// <summary>The same wording under a like title is the same report, advice or not.</summary>
    private const double Reprint = 4;
    private const double TitlesOfReprint = 0.5;
    private const double WordingOfReprint = 0.5;
    private const double WordingOfCopy = 0.9;

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
        if (titles > TitlesOfReprint && IsReprint(a, b))
        {
            evidence = Math.Max(evidence, Reprint);
        }

        if (titles > TitlesOfSeries && a.TitleNumbers.Length > 0 && b.TitleNumbers.Length > 0 && CountShared(a.TitleNumbers, b.TitleNumbers) == 0)
        {
            evidence = Math.Min(evidence + Series, MostOfStrangers);
        }

        return one.Outlet == other.Outlet ? evidence + SameOutlet : evidence;
    }

    /// <summary>The evidence for a story and the stories of a cluster together.</summary>
    public static double Of(StoryFeatures story, StoryFeatures centroid) => WithBodies(story, centroid);

    /// <summary>The cosine of two vectors of unit length, 0 to 1, to which no single term adds more than <paramref name="most"/>.</summary>
    public static double Cosine(uint[] terms, float[] weights, uint[] otherTerms, float[] otherWeights, double most)
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
        var (one, other) = (Covered(a, b), Covered(b, a));
        if (one.Count + other.Count <= StrangeTitle)
        {
            return Never;
        }

        var covered = (one.Share + other.Share) / 2;
        var text = Cosine(a.Terms, a.Weights, b.Terms, b.Weights, MostOfOneTerm);
        var names = SharedMainNames(a, b);
        var evidence = Bias
            + (TitleInText * covered)
            + (LesserTitleInText * Math.Min(one.Share, other.Share))
            + (TitleRarity * Math.Min(one.Rarity + other.Rarity, MostTitleRarity) * 2 / MostTitleRarity)
            + (SharedText * text)
            + (MainNames * names)
            + (MainNamesAgain * names * names)
            + (NamesOfTitleMissing * (one.NamesMissing + other.NamesMissing) / 2)
            + (SpeaksToReader * Math.Min(Math.Max(a.Addresses, b.Addresses), MostAddresses) / MostAddresses)
            + (PromisesAdvice * ((a.IsAdvice ? 0.5 : 0) + (b.IsAdvice ? 0.5 : 0)));
        var strangers = (text > LikeText && covered < StrangeTitleShare)
            || (names < NamesOfTemplate && Sketch.Shared(a.Sketch, b.Sketch) > WordingOfTemplate)
            || (names < FewNamesOfTemplate && text > TextOfTemplate);
        return strangers ? Math.Min(evidence, MostOfStrangers) : evidence;
    }

    /// <summary>How much of one's title stands in the other's text.</summary>
    private static Coverage Covered(StoryFeatures title, StoryFeatures text)
    {
        var (share, rarity, count) = (0.0, 0.0, 0);
        var (names, missing) = (0.0, 0.0);
        for (var i = 0; i < title.TitleTerms.Length; i++)
        {
            var term = title.TitleTerms[i];
            var weight = title.TitleWeights[i] * title.TitleWeights[i];
            var isThere = Contains(text.Terms, term);
            if (isThere)
            {
                share += weight;
                rarity += title.TitleRarities[i];
                count++;
            }

            if (Contains(title.Names, term))
            {
                names += weight;
                missing += isThere || Contains(text.Names, term) ? 0 : weight;
            }
        }

        return new Coverage(share, rarity, count, names == 0 ? 0 : missing / names);
    }

    private static double SharedMainNames(StoryFeatures a, StoryFeatures b) => (ShareOfMainNames(a, b) + ShareOfMainNames(b, a)) / 2;

    /// <summary>How much of the names that one is mostly about the other knows, 0 to 1.</summary>
    private static double ShareOfMainNames(StoryFeatures one, StoryFeatures other)
    {
        if (one.MainNames.Length == 0)
        {
            return ShareWithoutNames;
        }

        var (known, all) = (0.0, 0.0);
        for (var i = 0; i < one.MainNames.Length; i++)
        {
            all += one.MainNameWeights[i];
            known += Contains(other.Terms, one.MainNames[i]) || Contains(other.Names, one.MainNames[i]) ? one.MainNameWeights[i] : 0;
        }

        return known / all;
    }

    private static bool Contains(uint[] rising, uint term) => Array.BinarySearch(rising, term) >= 0;

    private static bool IsReprint(StoryFeatures a, StoryFeatures b) =>
        Sketch.Shared(a.Sketch, b.Sketch) is > WordingOfReprint and var wording && (wording > WordingOfCopy || SharedMainNames(a, b) >= NamesOfTemplate);

    private static double OfTitles(StoryFeatures a, StoryFeatures b, double titles) =>
        CountShared(a.TitleTerms, b.TitleTerms) >= LeastOfTitlesAlone ? TitlesAlone * (titles - EvenTitles) : Never;

    /// <summary>How many of two rising lists are in both.</summary>
    private static int CountShared(uint[] a, uint[] b)
    {
        var shared = 0;
        foreach (var term in a)
        {
            shared += Contains(b, term) ? 1 : 0;
        }

        return shared;
    }

    /// <summary>
    /// How much of a title stands in a text: as a share of what the title tells, as rarities, and as words; and which share of the names in it
    /// the text does not know, 0 when it has none.
    /// </summary>
    private readonly record struct Coverage(double Share, double Rarity, int Count, double NamesMissing);
}
