using System.Globalization;
using Aggregator.Content.Publishing;
using Aggregator.Content.Querying;
using Aggregator.Model.Stories;
using Aggregator.Model.Topics;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Web;

/// <summary>The page for people: what this is, the newest stories with their tags, the feeds to subscribe to.</summary>
public static class StoryPage
{
    /// <summary>The page of a scope. <paramref name="facets"/> are the counts beside the list, where there are any; <paramref name="feed"/> is the feed by which a person came to it, if so; <paramref name="topics"/> and <paramref name="saved"/> are all there are, with their number of stories where it is known; links begin with <paramref name="root"/>; <paramref name="now"/> dates the stories.</summary>
    public static Markup Render(
        MergedFeedScope scope,
        IReadOnlyList<PublishedEntry> entries,
        FacetColumn? facets,
        SearchBox search,
        FeedDoor? feed,
        IReadOnlyList<(string Name, long Stories)> topics,
        IReadOnlyList<(MergedFeedScope Scope, long? Stories)> saved,
        long stories,
        int feeds,
        string root,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            {(scope.Narrowed is null ? Markup.None : Html.Of($"<meta name=\"robots\" content=\"noindex\">"))}
            <title>{scope.Title}</title>
            <link rel="stylesheet" href="{root}/style.css">
            <link rel="icon" href="{root}/icon.svg" type="image/svg+xml">
            <link rel="sitemap" href="{root}/sitemap.xml" type="application/xml">
            {PublishedFormats.All.Select(format => Discovery(scope, format, root))}
            </head>
            <body>
            <header>
            <h1><a href="{root}/">Aggregator</a>{(scope.Name is null ? Markup.None : Html.Of($" <span>{scope.Name}</span>"))}</h1>
            <p>Technology news from {feeds} feeds, each article whole, tagged by topic, and told once however many outlets report it. {stories} stories so far.</p>
            {Search(scope, search, root)}
            <p class="subscribe">Subscribe{Subject(scope)}: {PublishedFormats.All.Select(format => Subscription(scope, format, root))}</p>
            </header>
            {(feed is null ? Markup.None : Door(feed, root))}
            <div class="columns">
            <main>
            <h2>Newest stories</h2>
            {(entries.Count == 0 ? Empty(scope, search) : Html.Of($"<ol class=\"stories\">{entries.Select(entry => Entry(entry, root, now))}</ol>"))}
            </main>
            <div class="side">
            {Facets(facets, root)}
            <nav aria-label="Topics">
            <h2>Topics</h2>
            <ul>{topics.Select(topic => Listed(MergedFeedScope.OfTopic(topic.Name), topic.Stories, root))}</ul>
            {SavedFeeds(saved, root)}
            <h2>For programs</h2>
            <p><a href="{root}/api/stories">Stories as JSON</a>, <a href="{root}/api/feeds">feeds and their health</a> (<a href="{root}/sources">as a table</a>), <a href="{root}/state.atom">what is wrong with them, as a feed</a>, <a href="{root}/feeds.opml">what there is to subscribe to as OPML</a>, <a href="{root}/api/feeds.opml">the sources as OPML</a>, <a href="{root}/openapi/v1.json">OpenAPI</a></p>
            </nav>
            </div>
            </div>
            </body>
            </html>
            """);
    }

    private static Markup Door(FeedDoor feed, string root) => Html.Of($"""
        <section class="door" aria-label="Subscribe">
        <p>This is the address of a feed. Give it to your feed reader, and it tells you what is new:</p>
        <p class="search"><input id="address" readonly value="{feed.Address.AbsoluteUri}" aria-label="The feed's address"> <button id="copy" type="button" hidden>Copy this address</button></p>
        <p><a href="{root}{feed.RawPath}">The document itself</a></p>
        <script src="{root}/copy.js" defer></script>
        </section>
        """);

    private static Markup Discovery(MergedFeedScope scope, IFeedWriter format, string root) => Html.Of(
        $"<link rel=\"alternate\" type=\"{format.MediaType.Split(';')[0]}\" title=\"{scope.Title} ({Label(format)})\" href=\"{root}{scope.FeedPath(format.Extension)}\">\n");

    private static Markup Subscription(MergedFeedScope scope, IFeedWriter format, string root) =>
        Html.Of($"<a href=\"{root}{scope.FeedPath(format.Extension)}\">{Label(format)}</a> ");

    private static string Label(IFeedWriter format) => format.Extension switch
    {
        "atom" => "Atom",
        "rss" => "RSS",
        "json" => "JSON Feed",
        "rdf" => "RSS 1.0",
        var other => other,
    };

    private static Markup Search(MergedFeedScope scope, SearchBox search, string root) => Html.Of($"""
        <form class="search" role="search" action="{root}{(scope with { Narrowed = null }).PagePath}">
        <input type="search" name="q" value="{search.Text}" placeholder="topic:ai &quot;trade secret*&quot; min_sources:2" aria-label="Search in the query language" maxlength="{QueryParser.MaxLength}">
        <button>Search</button>
        </form>
        {(search.Error is null ? Markup.None : Html.Of($"<p class=\"error\" role=\"alert\">{search.Error}</p>"))}
        """);

    private static Markup Empty(MergedFeedScope scope, SearchBox search) => search.Error is not null ? Markup.None
        : scope.Narrowed is not null ? Html.Of($"<p>No story matches, of those looked at.</p>")
        : scope.Kind == ScopeKind.Topic ? Html.Of($"<p>No story carries this topic yet.</p>")
        : scope.Kind == ScopeKind.SavedFeed ? Html.Of($"<p>No rule has put a story here yet.</p>")
        : scope.Kind != ScopeKind.Everything ? Html.Of($"<p>No story yet.</p>")
        : Html.Of($"<p>No stories yet: the first feeds are being polled. Reload in a few seconds.</p>");

    private static Markup Facets(FacetColumn? facets, string root) => facets is null
        ? Markup.None
        : Html.Of($"""
            <aside aria-label="What was found, by topic, source and day">
            <h2>Narrow down</h2>
            {facets.Groups.Where(group => group.Links.Count > 0).Select(group => Facets(group, root))}{(facets.LookedBackTo is { } place ? Html.Of($"<p><small>Counted back to {place.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}.</small></p>") : Markup.None)}
            </aside>
            """);

    private static Markup Facets(FacetGroup group, string root) => Html.Of($"""
        <h3>{group.Name}</h3>
        <ul>{group.Links.Select(link => Facet(link, root))}{(group.More > 0 ? Html.Of($"<li><small>and {group.More} more</small></li>") : Markup.None)}</ul>

        """);

    private static Markup Facet(FacetLink link, string root) => link.Path is null
        ? Html.Of($"<li>{link.Name} <small>{link.Count}</small></li>\n")
        : Html.Of($"<li><a href=\"{root}{link.Path}\">{link.Name}</a> <small>{link.Count}</small></li>\n");

    private static Markup SavedFeeds(IReadOnlyList<(MergedFeedScope Scope, long? Stories)> feeds, string root) => feeds.Count == 0
        ? Markup.None
        : Html.Of($"<h2>Saved feeds</h2>\n<ul>{feeds.Select(feed => Listed(feed.Scope, feed.Stories, root))}</ul>");

    private static string Subject(MergedFeedScope scope) => scope.Narrowed is not null ? " to this search" : scope.Kind switch
    {
        ScopeKind.Topic => " to this topic",
        ScopeKind.SavedFeed or ScopeKind.SavedQuery => " to this saved feed",
        ScopeKind.Source => " to this source",
        ScopeKind.Category => " to this category",
        _ => "",
    };

    private static Markup Listed(MergedFeedScope scope, long? stories, string root) => Html.Of(
        $"<li><a href=\"{root}{scope.PagePath}\">{scope.Name}</a> {(stories is { } count ? Html.Of($"<small>{count}</small> ") : Markup.None)}<a class=\"feed\" href=\"{root}{scope.FeedPath("atom")}\" title=\"Subscribe to {scope.Name}\">feed</a></li>\n");

    private static Markup Entry(PublishedEntry entry, string root, DateTimeOffset now)
    {
        var story = entry.Lead;
        return Html.Of($"""
            <li>
            <h3><a href="{story.Link.AbsoluteUri}" rel="noopener noreferrer">{story.Title}</a></h3>
            <p class="meta">{story.FeedName}{(story.Authors.Count > 0 ? $", {string.Join(", ", story.Authors.Take(3))}" : "")} · <time datetime="{story.OrderedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}">{Ago(now - story.OrderedAt, story.OrderedAt)}</time>{(story.BodySource == BodySource.Page ? "" : " · feed's own text")}{(story.Boost == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" · boost {story.Boost:+0.##;-0.##}"))}</p>
            <p lang="{story.Language ?? ""}" dir="auto">{story.Summary}</p>
            {Tags(story, root)}{Others(entry.Others)}
            </li>

            """);
    }

    private static Markup Tags(Story story, string root) => story.Topics.Count == 0 && story.Entities.Count == 0
        ? Markup.None
        : Html.Of($"<p class=\"tags\">{story.Topics.Select(tag => TopicTag(tag, root))}{story.Entities.Take(6).Select(Entity)}<a class=\"why\" href=\"{root}/stories/{story.Id.Value}\">why these</a></p>");

    private static Markup TopicTag(TopicTag tag, string root) => Html.Of(
        $"<a class=\"topic\" href=\"{root}/topics/{tag.Slug}\" title=\"{Reasons(tag)}\">{tag.Topic}</a> ");

    private static Markup Entity(EntityTag entity) => Html.Of($"<span class=\"entity\">{entity.Name}</span> ");

    private static string Reasons(TopicTag tag) => "because of: " + string.Join(", ", tag.Evidence.Take(5).Select(EvidenceWords.Of));

    private static Markup Others(IReadOnlyList<Story> others) => others.Count == 0
        ? Markup.None
        : Html.Of($"<p class=\"others\">Also reported by {others.Take(12).Select(Other)}{(others.Count > 12 ? $"and {others.Count - 12} more" : "")}</p>");

    private static Markup Other(Story story) =>
        Html.Of($"<a href=\"{story.Link.AbsoluteUri}\" rel=\"noopener noreferrer\" title=\"{story.Title}\">{story.FeedName}</a> ");

    private static string Ago(TimeSpan age, DateTimeOffset at) => age.TotalMinutes switch
    {
        < 1 => "just now",
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} min ago"),
        < 24 * 60 => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h ago"),
        _ => at.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
    };
}
