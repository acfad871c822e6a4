using System.Globalization;
using Aggregator.Content.Querying;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Service.Search;

namespace Aggregator.Service.Web;

/// <summary>What a merged feed is about.</summary>
public enum ScopeKind
{
    /// <summary>All stories.</summary>
    Everything,

    /// <summary>The stories of a topic.</summary>
    Topic,

    /// <summary>What rules put into a saved feed.</summary>
    SavedFeed,

    /// <summary>What one source carries.</summary>
    Source,

    /// <summary>What the sources of a category carry.</summary>
    Category,

    /// <summary>What a query finds that has a name in the configuration.</summary>
    SavedQuery,
}

/// <summary>What a merged feed is made of: all stories, or those of a topic, a source and so on; of these, what a query asks for.</summary>
public sealed record MergedFeedScope
{
    private MergedFeedScope(ScopeKind kind, string? name, string slug) => (Kind, Name, Slug) = (kind, name, slug);

    /// <summary>All stories.</summary>
    public static MergedFeedScope Everything { get; } = new(ScopeKind.Everything, null, "");

    /// <summary>What it is about.</summary>
    public ScopeKind Kind { get; }

    /// <summary>The full name of the topic, source and so on. Null: all stories.</summary>
    public string? Name { get; }

    /// <summary>The same as a part of an address.</summary>
    public string Slug { get; }

    /// <summary>The query that finds its stories. Null: they are found by its topic or saved feed, or are all.</summary>
    public ScopeQuery? Fixed { get; private init; }

    /// <summary>Whether nobody without a key is told of it.</summary>
    public bool IsPrivate { get; private init; }

    /// <summary>What keys call it, such as "feeds/ip-watch".</summary>
    public string Place => Path.Trim('/');

    /// <summary>Only what so many outlets report; 1: everything.</summary>
    public int MinSources { get; init; } = 1;

    /// <summary>The query that narrows it. Null: whatever is there.</summary>
    public ScopeQuery? Narrowed { get; init; }

    /// <summary>The scope's lasting name; part of the feed's id.</summary>
    public string Key => (Name is null ? "all" : Path[1..]) + (Narrowed is null ? "" : $"/q-{ContentHash.Of(8, Narrowed.Text)}") + (MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $"/min-sources-{MinSources}") : "");

    /// <summary>Its page for people.</summary>
    public string PagePath => Path + (Narrowed is null ? "" : $"?q={Uri.EscapeDataString(Narrowed.Text)}");

    /// <summary>Its title.</summary>
    public string Title =>
        $"Aggregator: {(Narrowed is null ? Name ?? "all stories" : Name is null ? Narrowed.Text : $"{Name}, {Narrowed.Text}")}" + (MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $", told by {MinSources} or more") : "");

    /// <summary>What it is, in a sentence.</summary>
    public string Subtitle => Narrowed is not null ? $"What the query {Narrowed.Text} finds, from all feeds." : Kind switch
    {
        ScopeKind.Topic => $"Technology news on {Name}, from all feeds.",
        ScopeKind.SavedFeed => $"{Name}: what your rules put there, from all feeds.",
        ScopeKind.Source => $"What {Name} reports, each article whole, tagged by topic.",
        ScopeKind.Category => $"Technology news of the category {Name}.",
        ScopeKind.SavedQuery => $"{Name}: what the query {Fixed!.Text} finds, from all feeds.",
        _ => "Technology news from all feeds, merged and tagged.",
    };

    /// <summary>The question that finds its stories.</summary>
    public SearchQuery Query => new(
        new StoryQuery { Topics = Kind == ScopeKind.Topic ? [Slug] : [], SavedFeed = Kind == ScopeKind.SavedFeed ? Slug : null },
        Fixed is { } always && Narrowed is { } narrowed ? new QueryNode.AllOf(1, [always.Condition, narrowed.Condition]) : (Fixed ?? Narrowed)?.Condition);

    private string Path => Kind switch
    {
        ScopeKind.Topic => $"/topics/{Slug}",
        ScopeKind.SavedFeed or ScopeKind.SavedQuery => $"/feeds/{Slug}",
        ScopeKind.Source => $"/sources/{Slug}",
        ScopeKind.Category => $"/categories/{Slug}",
        _ => "/",
    };

    /// <summary>The stories of a topic.</summary>
    public static MergedFeedScope OfTopic(string name) => new(ScopeKind.Topic, name, Model.Text.Slug.Of(name));

    /// <summary>What rules put into a saved feed.</summary>
    public static MergedFeedScope OfSavedFeed(string name) => new(ScopeKind.SavedFeed, name, Model.Text.Slug.Of(name));

    /// <summary>What a source carries.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="slug">What means it, for good: a feed's id, or what several feeds have in common.</param>
    /// <param name="source">The condition that finds its stories.</param>
    public static MergedFeedScope OfSource(string name, string slug, QueryNode.Source source) => new(ScopeKind.Source, name, slug) { Fixed = new ScopeQuery($"source:{slug}", source) };

    /// <summary>What the sources of a category carry.</summary>
    public static MergedFeedScope OfCategory(string name)
    {
        var slug = Model.Text.Slug.Of(name);
        return new(ScopeKind.Category, name, slug) { Fixed = new ScopeQuery($"category:{slug}", new QueryNode.Category(1, slug)) };
    }

    /// <summary>What a query finds that has a name.</summary>
    public static MergedFeedScope OfSavedQuery(string name, ScopeQuery query, bool isPrivate) => new(ScopeKind.SavedQuery, name, Model.Text.Slug.Of(name)) { Fixed = query, IsPrivate = isPrivate };

    /// <summary>Its feed in a format.</summary>
    public string FeedPath(string extension, FeedView? view = null)
    {
        string?[] parameters =
        [
            Narrowed is null ? null : $"q={Uri.EscapeDataString(Narrowed.Text)}",
            MinSources > 1 ? string.Create(CultureInfo.InvariantCulture, $"min_sources={MinSources}") : null,
        ];
        var query = string.Join('&', parameters.OfType<string>().Concat((view ?? FeedView.Usual).Parameters));
        return (Name is null ? $"/feed.{extension}" : $"{Path}/feed.{extension}") + (query.Length > 0 ? $"?{query}" : "");
    }

    /// <summary>Whether a story belongs to its topic or saved feed.</summary>
    public bool Holds(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return (Kind != ScopeKind.Topic || story.Topics.Any(tag => tag.Slug == Slug)) && (Kind != ScopeKind.SavedFeed || story.SavedFeeds.Contains(Slug));
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
