using System.ComponentModel;
using Aggregator.Content.Querying;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Api;
using Aggregator.Service.Catalog;
using Aggregator.Service.Search;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace Aggregator.Service.Mcp;

/// <summary>
/// What an assistant may ask, read-only: the API's questions in the language of docs/query-language.md. Every answer names its outlets and links to them.
/// </summary>
[McpServerToolType]
internal sealed class StoryTools(StoryQueryReader reader, StorySearch search, ClusterSearch clusters, FeedCatalog catalog, IStoryStore store)
{
    private const int MostStories = 50;
    private const int MostClusters = 25;

    private const string Language = "A query: words and \"phrases\" of title and text, topic:\"IP theft\", entity:OpenAI, source:theverge, author:, category:, lang:de, since:7d, "
        + "until:2026-11-24, min_sources:3, has:image; AND by default, OR, NOT or -, parentheses; sort:relevance. Empty: everything.";

    [McpServerTool(Name = "find_events", Title = "Find events in the news", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("What was reported: events, each with its lead story, all outlets' stories on it with links, and how many outlets report it. Ask this first.")]
    public async Task<ClustersAnswer> FindEventsAsync(
        [Description(Language)] string query,
        [Description("How many events, 1 to 25.")] int limit = 10,
        [Description("Only events that so many outlets report.")] int minSources = 1,
        CancellationToken cancellationToken = default)
    {
        var asked = Read(query, Math.Clamp(limit, 1, MostClusters), cursor: null);
        var found = await clusters.ListAsync(asked with { Order = StoryOrder.New }, Math.Max(1, minSources), cancellationToken);
        return new ClustersAnswer([.. found.Clusters.Select(one => ClusterAnswer.Of(one.Cluster))]);
    }

    [McpServerTool(Name = "find_stories", Title = "Find stories", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("Single stories, newest first, each with outlet, date, link, summary, and topics with the reasons for them.")]
    public async Task<StoriesAnswer> FindStoriesAsync(
        [Description(Language)] string query,
        [Description("How many stories, 1 to 50.")] int limit = 20,
        [Description("The \"next\" of the last answer, to go on from there.")] string? cursor = null,
        CancellationToken cancellationToken = default)
    {
        var page = await search.FindAsync(Read(query, Math.Clamp(limit, 1, MostStories), cursor), cancellationToken);
        return new StoriesAnswer([.. page.Stories.Select(story => StoryAnswer.Of(story, whole: false))], page.Next?.Encode()) { LookedBackTo = page.LookedBackTo, ComparedOnly = page.ComparedOnly };
    }

    [McpServerTool(Name = "read_story", Title = "Read a story", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("One story with its whole text.")]
    public async Task<StoryAnswer> ReadStoryAsync([Description("The story's id, from another answer.")] string id, CancellationToken cancellationToken = default) =>
        StoryId.TryParse(id, out var story) && await store.FindStoryAsync(story, cancellationToken) is { } found
            ? StoryAnswer.Of(found, whole: true)
            : throw new McpException($"There is no story with the id \"{id}\".");

    [McpServerTool(Name = "count_stories", Title = "Count stories", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Description("How many stories a query finds: in all, by topic, by outlet and by UTC day.")]
    public async Task<FacetsAnswer> CountStoriesAsync([Description(Language)] string query, CancellationToken cancellationToken = default)
    {
        var (facets, lookedBackTo) = await search.CountAsync(Read(query, limit: null, cursor: null), cancellationToken);
        return FacetsAnswer.Of(facets, catalog, lookedBackTo);
    }

    private SearchQuery Read(string query, int? limit, string? cursor)
    {
        var (asked, error) = reader.Read(new StoryQuestion(null, null, null, null, cursor, limit) { Q = query });
        return asked ?? throw new McpException(error!.Suggestions.Count > 0 ? $"{error.Sentence} Near: {string.Join(", ", error.Suggestions)}" : error.Sentence);
    }
}
