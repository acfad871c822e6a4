using System.Globalization;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Service.Web;

/// <summary>What a merged feed is made of: all stories, those of one topic, or those of one saved feed.</summary>
/// <param name="Topic">The topic's full name. Null: stories of any topic.</param>
/// <param name="SavedFeed">The saved feed's name. Null: stories in any or none.</param>
public sealed record MergedFeedScope(string? Topic, string? SavedFeed = null)
{
    /// <summary>All stories.</summary>
    public static MergedFeedScope Everything { get; } = new((string?)null);

    /// <summary>Only what so many outlets report; 1: everything.</summary>
    public int MinSources { get; init; } = 1;

    /// <summary>The topic or saved feed. Null: all stories.</summary>
    public string? Name => Topic ?? SavedFeed;

    /// <summary>The scope's lasting name; part of the feed's id.</summary>
    public string Key => (Name is null ? "all" : PagePath[1..]) + (MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $"/min-sources-{MinSources}") : "");

    /// <summary>Its page for people.</summary>
    public string PagePath => Topic is not null ? $"/topics/{Slug.Of(Topic)}" : SavedFeed is not null ? $"/feeds/{Slug.Of(SavedFeed)}" : "/";

    /// <summary>Its title.</summary>
    public string Title =>
        (Name is null ? "Aggregator: all stories" : $"Aggregator: {Name}") + (MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $", told by {MinSources} or more") : "");

    /// <summary>What it is, in a sentence.</summary>
    public string Subtitle => Topic is not null ? $"Technology news on {Topic}, from all feeds."
        : SavedFeed is not null ? $"{SavedFeed}: what your rules put there, from all feeds."
        : "Technology news from all feeds, merged and tagged.";

    /// <summary>The question that finds its stories.</summary>
    public StoryQuery Query => new()
    {
        Topics = Topic is null ? [] : [Slug.Of(Topic)],
        SavedFeed = SavedFeed is null ? null : Slug.Of(SavedFeed),
    };

    /// <summary>Its feed in a format.</summary>
    public string FeedPath(string extension) =>
        (Name is null ? $"/feed.{extension}" : $"{PagePath}/feed.{extension}")
        + (MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $"?min_sources={MinSources}") : "");

    /// <summary>Whether a story belongs to it.</summary>
    public bool Holds(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return (Topic is null || story.Topics.Any(tag => tag.Slug == Slug.Of(Topic)))
            && (SavedFeed is null || story.SavedFeeds.Contains(Slug.Of(SavedFeed)));
    }
}
