using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Service.Web;

/// <summary>What a merged feed is made of: all stories, or those of one topic.</summary>
/// <param name="Topic">The topic's full name. Null: all stories.</param>
public sealed record MergedFeedScope(string? Topic)
{
    /// <summary>All stories.</summary>
    public static MergedFeedScope Everything { get; } = new((string?)null);

    /// <summary>The scope's lasting name; part of the feed's id.</summary>
    public string Key => Topic is null ? "all" : $"topics/{Slug.Of(Topic)}";

    /// <summary>Its page for people.</summary>
    public string PagePath => Topic is null ? "/" : $"/topics/{Slug.Of(Topic)}";

    /// <summary>Its feed in a format.</summary>
    public string FeedPath(string extension) => Topic is null ? $"/feed.{extension}" : $"/topics/{Slug.Of(Topic)}/feed.{extension}";

    /// <summary>Whether a story belongs to it.</summary>
    public bool Holds(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return Topic is null || story.Topics.Any(tag => tag.Slug == Slug.Of(Topic));
    }

    /// <summary>Its title.</summary>
    public string Title => Topic is null ? "Aggregator: all stories" : $"Aggregator: {Topic}";
}
