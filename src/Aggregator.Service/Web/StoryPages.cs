using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Catalog;
using Aggregator.Service.Doors;
using Aggregator.Service.Rules;
using Aggregator.Service.Search;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Web;

/// <summary>Gathers what a page shows.</summary>
public sealed class StoryPages(
    MergedFeedBuilder builder, PageFacets facets, StoryQueryReader reader, IStoryStore store, FeedCatalog catalog, TopicsInForce topics, RulesInForce rules, MergedFeedScopes scopes, TimeProvider clock)
{
    private const int StoriesOnPage = 40;

    /// <summary>The page of a scope, narrowed to what a query asks for (null or empty: nothing); it names what is private to a <paramref name="caller"/> who may read that, and its links begin with <paramref name="root"/> (<see cref="Hosting.BasePath.Of"/>). One that cannot be read is answered with what is wrong with it.</summary>
    public Task<IResult> ShowAsync(MergedFeedScope scope, string? q, Caller caller, string root, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var (condition, error) = reader.ReadCondition(q);
        return ShowAsync(condition is null ? scope : scope with { Narrowed = new ScopeQuery(q!.Trim(), condition) }, q, error, null, caller, root, cancellationToken);
    }

    /// <summary>The page for a person who came to a feed with a browser: what it holds, and its address for a reader.</summary>
    public Task<IResult> ShowFeedAsync(MergedFeedScope scope, FeedDoor feed, Caller caller, string root, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(feed);
        return ShowAsync(scope, scope.Narrowed?.Text, null, feed, caller, root, cancellationToken);
    }

    private async Task<IResult> ShowAsync(MergedFeedScope scope, string? q, QuestionError? error, FeedDoor? feed, Caller caller, string root, CancellationToken cancellationToken)
    {
        var entries = error is null ? (await builder.CollectAsync(scope, new EntrySpan(StoriesOnPage, Clustered: true, WithBody: false), cancellationToken)).Entries : [];
        var counts = await store.CountAsync(cancellationToken);
        var page = StoryPage.Render(
            scope,
            entries,
            await facets.CountAsync(scope, cancellationToken),
            new SearchBox(q ?? "", error is null ? null : (error with { Parameter = "The query" }).Sentence),
            feed,
            [.. topics.Topics.Select(topic => (topic.Name, counts.ByTopic.GetValueOrDefault(Slug.Of(topic.Name))))],
            [
                .. rules.Rules.SavedFeeds.Select(name => (MergedFeedScope.OfSavedFeed(name), (long?)counts.BySavedFeed.GetValueOrDefault(Slug.Of(name)))),
                .. scopes.SavedQueriesFor(caller).Select(query => (query, (long?)null)),
            ],
            counts.Stories,
            catalog.Feeds.Values.Count(feed => feed.Enabled),
            root,
            clock.GetUtcNow());
        return TypedResults.Content(page.Text, "text/html; charset=utf-8", statusCode: error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}

/// <summary>How a feed is entered.</summary>
/// <param name="Address">Its address, for a reader.</param>
/// <param name="RawPath">The path of the document itself, which a browser gets there.</param>
public sealed record FeedDoor(Uri Address, string RawPath);

/// <summary>The box for a query.</summary>
/// <param name="Text">What stands in it.</param>
/// <param name="Error">What is wrong with that. Null: nothing.</param>
public sealed record SearchBox(string Text, string? Error);
