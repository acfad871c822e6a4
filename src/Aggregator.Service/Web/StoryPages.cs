using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Catalog;
using Aggregator.Service.Rules;
using Aggregator.Service.Search;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Web;

/// <summary>Gathers what a page shows.</summary>
public sealed class StoryPages(
    MergedFeedBuilder builder, PageFacets facets, StoryQueryReader reader, IStoryStore store, FeedCatalog catalog, TopicsInForce topics, RulesInForce rules, MergedFeedScopes scopes, TimeProvider clock)
{
    private const int StoriesOnPage = 40;

    /// <summary>The page of a scope, narrowed to what a query asks for (null or empty: nothing). One that cannot be read is answered with what is wrong with it.</summary>
    public async Task<IResult> ShowAsync(MergedFeedScope scope, string? q, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var (condition, error) = reader.ReadCondition(q);
        scope = condition is null ? scope : scope with { Narrowed = new ScopeQuery(q!.Trim(), condition) };
        var entries = error is null ? await builder.CollectAsync(scope, StoriesOnPage, clustered: true, withBody: false, cancellationToken) : [];
        var counts = await store.CountAsync(cancellationToken);
        var page = StoryPage.Render(
            scope,
            entries,
            await facets.CountAsync(scope, cancellationToken),
            new SearchBox(q ?? "", error is null ? null : (error with { Parameter = "The query" }).Sentence),
            [.. topics.Topics.Select(topic => (topic.Name, counts.ByTopic.GetValueOrDefault(Slug.Of(topic.Name))))],
            [
                .. rules.Rules.SavedFeeds.Select(name => (MergedFeedScope.OfSavedFeed(name), (long?)counts.BySavedFeed.GetValueOrDefault(Slug.Of(name)))),
                .. scopes.SavedQueries.Select(query => (query, (long?)null)),
            ],
            counts.Stories,
            catalog.Feeds.Values.Count(feed => feed.Enabled),
            clock.GetUtcNow());
        return TypedResults.Content(page.Text, "text/html; charset=utf-8", statusCode: error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}

/// <summary>The box for a query.</summary>
/// <param name="Text">What stands in it.</param>
/// <param name="Error">What is wrong with that. Null: nothing.</param>
public sealed record SearchBox(string Text, string? Error);
