using Aggregator.Model.Storage;
using Aggregator.Model.Text;
using Aggregator.Service.Catalog;
using Aggregator.Service.Rules;
using Aggregator.Service.Topics;

namespace Aggregator.Service.Web;

/// <summary>Gathers what a page shows.</summary>
public sealed class StoryPages(MergedFeedBuilder builder, IStoryStore store, FeedCatalog catalog, TopicsInForce topics, RulesInForce rules, TimeProvider clock)
{
    private const int StoriesOnPage = 40;

    /// <summary>The page of a scope.</summary>
    public async Task<IResult> ShowAsync(MergedFeedScope scope, CancellationToken cancellationToken)
    {
        var entries = await builder.CollectAsync(scope, StoriesOnPage, clustered: true, withBody: false, cancellationToken);
        var counts = await store.CountAsync(cancellationToken);
        var listed = topics.Topics.Select(topic => (topic.Name, counts.ByTopic.GetValueOrDefault(Slug.Of(topic.Name))));
        var saved = rules.Rules.SavedFeeds.Select(name => (name, counts.BySavedFeed.GetValueOrDefault(Slug.Of(name))));
        var enabled = catalog.Feeds.Values.Count(feed => feed.Enabled);
        var page = StoryPage.Render(scope, entries, [.. listed], [.. saved], counts.Stories, enabled, clock.GetUtcNow());
        return TypedResults.Content(page.Text, "text/html; charset=utf-8");
    }
}
