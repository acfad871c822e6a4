using Aggregator.Content.Querying;
using Aggregator.Model.Text;
using Aggregator.Service.Api;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Search;

namespace Aggregator.Service.Web;

/// <summary>Finds the scope that an address means, or says what near it there is.</summary>
public sealed class MergedFeedScopes(StoryQueryReader reader, FeedCatalog catalog, SavedQueries queries)
{
    /// <summary>What is saved, by rules or as a query.</summary>
    public static ScopeRoute Saved { get; } = new("feeds", "savedFeed", "The stories that rules put into a saved feed, or that a saved query finds", (scopes, name) => scopes.FindSaved(name));

    /// <summary>The kinds of scopes that have names, by the first part of their addresses, with what names them.</summary>
    public static IReadOnlyList<ScopeRoute> Routes { get; } =
    [
        new("topics", "topic", "The stories of a topic", (scopes, name) => scopes.FindTopic(name)),
        Saved,
        new("sources", "source", "What a source carries: a feed's id, its host or its name", (scopes, name) => scopes.FindSource(name)),
        new("categories", "category", "What the sources of a category carry", (scopes, name) => scopes.FindCategory(name)),
    ];

    /// <summary>The scopes of the saved queries that can be read now and that a caller may know of.</summary>
    public IReadOnlyList<MergedFeedScope> SavedQueriesFor(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return [.. queries.All.Select(query => FindSaved(query.Name).Scope).OfType<MergedFeedScope>().Where(scope => scope.Kind == ScopeKind.SavedQuery && (!scope.IsPrivate || caller.Opens(scope.Place)))];
    }

    /// <summary>
    /// Every scope that has a feed of its own: all stories, the topics, what is saved, the categories. Sources are not among them: whoever wants one subscribes to it
    /// itself.
    /// </summary>
    /// <param name="caller">Who asks: what is private is told to who may read it.</param>
    public IReadOnlyList<(string Group, MergedFeedScope Scope)> ListFor(Caller caller) =>
    [
        ("", MergedFeedScope.Everything),
        .. reader.Topics.Select(name => ("Topics", MergedFeedScope.OfTopic(name))),
        .. reader.SavedFeeds.Select(name => ("Saved", MergedFeedScope.OfSavedFeed(name))),
        .. SavedQueriesFor(caller).Select(scope => ("Saved", scope)),
        .. Categories.Select(name => ("Categories", MergedFeedScope.OfCategory(name))),
    ];

    private List<string> Categories => [.. catalog.Feeds.Values.Select(feed => feed.Category).OfType<string>().DistinctBy(Slug.Of)];

    private FoundScope FindTopic(string text) => reader.FindTopic(text) is { } name
        ? MergedFeedScope.OfTopic(name)
        : Problems.NotFound($"There is no topic \"{text}\".", reader.NearTopics(text));

    private FoundScope FindSaved(string text)
    {
        if (reader.FindSavedFeed(text) is { } name)
        {
            return MergedFeedScope.OfSavedFeed(name);
        }

        if (queries.Find(text) is not { } query)
        {
            return Problems.NotFound($"No rule fills a saved feed \"{text}\", and no saved query is called so.", [.. reader.NearSavedFeeds(text).Concat(queries.All.Where(query => !query.IsPrivate).Select(query => Slug.Of(query.Name))).Distinct()]);
        }

        var (condition, error) = reader.ReadCondition(query.Text);
        return condition is not null
            ? MergedFeedScope.OfSavedQuery(query.Name, new ScopeQuery(query.Text, condition), query.IsPrivate)
            : Problems.BadQuestion((error ?? new QuestionError("q", "it asks for nothing", ["topic:ai"])) with { Parameter = $"The saved query {query.Name}" });
    }

    private FoundScope FindSource(string text)
    {
        var found = catalog.ResolveSource(text);
        return found.Feeds switch
        {
            [] => Problems.NotFound($"There is no feed \"{text}\".", found.Near),
            [var only] => MergedFeedScope.OfSource(catalog.Feeds[only].Name, only.Value, new QueryNode.Source(1, only.Value, [only])),
            var several => MergedFeedScope.OfSource(Slug.Of(text), Slug.Of(text), new QueryNode.Source(1, Slug.Of(text), several)),
        };
    }

    private FoundScope FindCategory(string text)
    {
        var names = Categories;
        return names.Find(name => Slug.Of(name) == Slug.Of(text)) is { } category
            ? MergedFeedScope.OfCategory(category)
            : Problems.NotFound($"No feed is of a category \"{text}\".", NearNames.Of(text, names.Select(Slug.Of)));
    }
}

/// <summary>A kind of scope by its addresses.</summary>
/// <param name="Folder">The first part of its addresses.</param>
/// <param name="Id">What names it in the API's description.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Find">Finds the one that is called so.</param>
public sealed record ScopeRoute(string Folder, string Id, string Summary, Func<MergedFeedScopes, string, FoundScope> Find);

/// <summary>A scope, or the answer that tells why there is none.</summary>
public sealed record FoundScope(MergedFeedScope? Scope, IResult? Problem)
{
    /// <summary>A scope that was found.</summary>
    public static implicit operator FoundScope(MergedFeedScope scope) => new(scope, null);

    /// <summary>The answer where there is none.</summary>
    public static implicit operator FoundScope(Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult problem) => new(null, problem);
}
