using Aggregator.Model.Stories;

namespace Aggregator.Content.Publishing;

/// <summary>The stories on one event, and what they are together.</summary>
public sealed class StoryCluster
{
    /// <summary>So many words are an article; fewer are a teaser.</summary>
    private const int WordsOfArticle = 80;

    /// <summary>Who of several feeds is polled first within it is chance.</summary>
    private static readonly TimeSpan OneRound = TimeSpan.FromHours(1);

    private static readonly TimeSpan ShortestPace = TimeSpan.FromHours(1);

    /// <summary>A cluster of its stories, at least one.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public StoryCluster(IEnumerable<Story> stories)
    {
        Stories = [.. stories.OrderBy(story => story.OrderedAt).ThenBy(story => story.Id.Value, StringComparer.Ordinal)];
        if (Stories.Count == 0)
        {
            throw new ArgumentException("A cluster has at least one story.", nameof(stories));
        }

        Lead = ChooseLead(Stories);
        Outlets = Stories.Select(Outlet.Of).Distinct(StringComparer.Ordinal).Count();
    }

    /// <summary>The cluster's name.</summary>
    public ClusterId Id => Lead.Cluster;

    /// <summary>Its stories, the earliest first.</summary>
    public IReadOnlyList<Story> Stories { get; }

    /// <summary>The story that speaks for it (<see cref="ChooseLead"/>).</summary>
    public Story Lead { get; }

    /// <summary>How many outlets report it; several feeds of one site are one.</summary>
    public int Outlets { get; }

    /// <summary>When this service first saw one of its stories.</summary>
    public DateTimeOffset FirstSeen => Stories.Min(story => story.FirstSeen);

    /// <summary>When a story last joined it or changed.</summary>
    public DateTimeOffset Updated => Stories.Max(story => story.Updated > story.FirstSeen ? story.Updated : story.FirstSeen);

    /// <summary>Outlets an hour, from the first report to the last; what is told within an hour counts as an hour.</summary>
    public double Pace
    {
        get
        {
            var span = Stories[^1].OrderedAt - Stories[0].OrderedAt;
            return Outlets / (span > ShortestPace ? span : ShortestPace).TotalHours;
        }
    }

    /// <summary>
    /// The story that speaks for several: the one that the operator's rules give the most weight (<see cref="Story.Boost"/>; so a rule on
    /// a source prefers it), then one as long as an article before a teaser, one with its page's text before one with its feed's, then the earliest, so that the
    /// lead changes seldom while a cluster grows. What was first seen within an hour is compared by the dates that were stated; a story that comes later does not go before those
    /// that were there by stating an early one.
    /// </summary>
    public static Story ChooseLead(IEnumerable<Story> stories)
    {
        List<Story> all = [.. stories];
        var first = all.Count == 0 ? DateTimeOffset.MinValue : all.Min(story => story.FirstSeen);
        return all
            .OrderByDescending(story => story.Boost)
            .ThenBy(story => story.WordCount < WordsOfArticle ? 1 : 0)
            .ThenBy(story => story.BodySource)
            .ThenBy(story => story.FirstSeen - first <= OneRound ? first : story.FirstSeen)
            .ThenBy(story => story.OrderedAt)
            .ThenBy(story => story.Id.Value, StringComparer.Ordinal)
            .First();
    }
}
