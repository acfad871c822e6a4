using Aggregator.Model.Stories;

namespace Aggregator.Content.Clustering;

/// <summary>A story held for comparison.</summary>
internal sealed class Held(ClusterableStory story, StoryFeatures features)
{
    public StoryId Id { get; } = story.Id;

    public DateTimeOffset At { get; } = story.At;

    public string Outlet { get; } = story.Outlet;

    /// <summary>The primary language subtag. Null: unknown.</summary>
    public string? Language { get; } = story.Language?.Split('-')[0].ToLowerInvariant();

    public StoryFeatures Features { get; } = features;

    public ClusterId Cluster { get; set; }
}

/// <summary>How much two stories look like reports of one event.</summary>
internal static class Likeness
{
    /// <summary>How much the title counts beside the text as a whole, which already holds it.</summary>
    internal static double TitleShare = 0.25;

    /// <summary>The most one term may add to the cosine of two texts.</summary>
    internal static double MostOfOneTerm = 0.04;

    /// <summary>Reports of one event name the same people, places, firms or figures; texts on one subject need not.</summary>
    internal static int LeastNames = 3;

    /// <summary>What is left of the likeness of texts that share fewer names.</summary>
    internal static double NamelessDiscount = 0.5;

    /// <summary>Two pieces of one outlet share its habits of writing; they must agree more.</summary>
    internal static double SameOutletDiscount = 0.8;

    /// <summary>Titles alone agree when most of what they tell is the same.</summary>
    internal static double TitleAloneDiscount = 0.4;

    /// <summary>Titles that differ in their number only ("… 12", "… 13") are a series; the texts must then be nearly the same.</summary>
    internal static double SeriesDiscount = 0.4;

    internal static double FitShare = 0.4;

    /// <summary>0 (nothing in common) to 1 (the same text).</summary>
    public static double Of(Held one, Held other)
    {
        if (one.Language is not null && other.Language is not null && one.Language != other.Language)
        {
            return 0;
        }

        var (a, b) = (one.Features, other.Features);
        var title = StoryFeatures.Cosine(a.TitleTerms, a.TitleWeights, b.TitleTerms, b.TitleWeights, most: 1);
        var likeness = a.HasBody && b.HasBody
            ? WithBodies(a, b, title)
            : TitlesAlone(a, b, title);
        if (IsReprint(a, b) && title > 0)
        {
            likeness = Math.Max(likeness, 0.9);
        }

        if (title > 0.3 && a.TitleNumbers.Length > 0 && b.TitleNumbers.Length > 0 && !a.TitleNumbers.Intersect(b.TitleNumbers).Any())
        {
            likeness *= SeriesDiscount;
        }

        return one.Outlet == other.Outlet ? likeness * SameOutletDiscount : likeness;
    }

    private static double WithBodies(StoryFeatures a, StoryFeatures b, double title)
    {
        var text = StoryFeatures.Cosine(a.Terms, a.Weights, b.Terms, b.Weights, MostOfOneTerm);
        var likeness = ((1 - TitleShare) * text) + (TitleShare * title);
        var names = CountShared(a.Names, b.Names);
        return names >= LeastNames || title > 0.5 ? likeness : likeness * NamelessDiscount;
    }

    private static int CountShared(ulong[] a, ulong[] b)
    {
        var shared = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i] == b[j])
            {
                shared++;
                i++;
                j++;
            }
            else if (a[i] < b[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return shared;
    }

    private static double TitlesAlone(StoryFeatures a, StoryFeatures b, double title) =>
        a.TitleTerms.Intersect(b.TitleTerms).Count() >= 3 ? title * TitleAloneDiscount : 0;

    /// <summary>Whether most runs of words are the same: an agency text, or the same article at another address.</summary>
    private static bool IsReprint(StoryFeatures a, StoryFeatures b) =>
        a.Sketch.Length > 0 && b.Sketch.Length == a.Sketch.Length && a.Sketch.Zip(b.Sketch).Count(pair => pair.First == pair.Second) > a.Sketch.Length / 2;
}
