using System.Globalization;
using Aggregator.Content.Querying;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Service.Search;

namespace Aggregator.Service.Web;

/// <summary>What a merged feed is made of: all stories, those of one topic, or those of one saved feed; of these, what a query asks for.</summary>
/// <param name="Topic">The topic's full name. Null: stories of any topic.</param>
/// <param name="SavedFeed">The saved feed's name. Null: stories in any or none.</param>
public sealed record MergedFeedScope(string? Topic, string? SavedFeed = null)
{
    /// <summary>All stories.</summary>
    public static MergedFeedScope Everything { get; } = new((string?)null);

    /// <summary>Only what so many outlets report; 1: everything.</summary>
    public int MinSources { get; init; } = 1;

    /// <summary>The query, and what it means. Null: whatever is there.</summary>
    public ScopeQuery? Narrowed { get; init; }

    /// <summary>The topic or saved feed. Null: all stories.</summary>
    public string? Name => Topic ?? SavedFeed;

    /// <summary>The scope's lasting name; part of the feed's id.</summary>
    public string Key => (Name is null ? "all" : Path[1..]) + (Narrowed is null ? "" : $"/q-{ContentHash.Of(8, Narrowed.Text)}") + (MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $"/min-sources-{MinSources}") : "");

    /// <summary>Its page for people.</summary>
    public string PagePath => Path + (Narrowed is null ? "" : $"?q={Uri.EscapeDataString(Narrowed.Text)}");

    /// <summary>Its title.</summary>
    public string Title =>
        $"Aggregator: {(Narrowed is null ? Name ?? "all stories" : Name is null ? Narrowed.Text : $"{Name}, {Narrowed.Text}")}" + (MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $", told by {MinSources} or more") : "");

    /// <summary>What it is, in a sentence.</summary>
    public string Subtitle => Narrowed is not null ? $"What the query {Narrowed.Text} finds, from all feeds."
        : Topic is not null ? $"Technology news on {Topic}, from all feeds."
        : SavedFeed is not null ? $"{SavedFeed}: what your rules put there, from all feeds."
        : "Technology news from all feeds, merged and tagged.";

    /// <summary>The question that finds its stories.</summary>
    public SearchQuery Query => new(
        new StoryQuery { Topics = Topic is null ? [] : [Slug.Of(Topic)], SavedFeed = SavedFeed is null ? null : Slug.Of(SavedFeed) },
        Narrowed?.Condition);

    private string Path => Topic is not null ? $"/topics/{Slug.Of(Topic)}" : SavedFeed is not null ? $"/feeds/{Slug.Of(SavedFeed)}" : "/";

    /// <summary>Its feed in a format.</summary>
    public string FeedPath(string extension, bool clustered = true)
    {
        string?[] parameters =
        [
            Narrowed is null ? null : $"q={Uri.EscapeDataString(Narrowed.Text)}",
            MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $"min_sources={MinSources}") : null,
            clustered ? null : "cluster=off",
        ];
        var query = string.Join('&', parameters.OfType<string>());
        return (Name is null ? $"/feed.{extension}" : $"{Path}/feed.{extension}") + (query.Length > 0 ? $"?{query}" : "");
    }

    /// <summary>Whether a story belongs to its topic or saved feed.</summary>
    public bool Holds(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return (Topic is null || story.Topics.Any(tag => tag.Slug == Slug.Of(Topic)))
            && (SavedFeed is null || story.SavedFeeds.Contains(Slug.Of(SavedFeed)));
    }
}

/// <summary>A query as part of a feed's address. Two of the same text are one.</summary>
/// <param name="Text">The query's text.</param>
/// <param name="Condition">What it means.</param>
public sealed record ScopeQuery(string Text, QueryNode Condition)
{
    /// <inheritdoc/>
    public bool Equals(ScopeQuery? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
