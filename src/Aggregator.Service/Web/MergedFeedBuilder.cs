using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Search;

namespace Aggregator.Service.Web;

/// <summary>Collects what a merged feed shows: the newest clusters, each once, told by its lead story.</summary>
public sealed class MergedFeedBuilder(ClusterSearch clusters, StorySearch search, IStoryStore store, CleanBodies bodies)
{
    /// <summary>Stories that an entry links beside the one it shows.</summary>
    private const int MostLinked = 100;

    /// <summary>
    /// Entries of a scope, the newest first. Where <paramref name="span"/> says so, stories on one event are one entry; else every story is one. An entry stands where
    /// its newest story stands that belongs to the scope and the time asked for. Only the story that an entry shows has its body, where bodies are asked for; the
    /// others, which are only linked, never do.
    /// </summary>
    public async Task<CollectedEntries> CollectAsync(MergedFeedScope scope, EntrySpan span, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(span);
        var query = scope.Query;
        query = query with { Range = query.Range with { Limit = span.Limit, After = span.After, Since = span.Since, Until = span.Until, WithBody = span.WithBody && !span.Clustered } };
        if (!span.Clustered)
        {
            var stories = await search.FindAsync(query, cancellationToken);
            return new CollectedEntries([.. stories.Stories.Select(story => new PublishedEntry(AloneInItsCluster(story), []))], stories.Next, stories.Stories.Count == 0 ? null : stories.Stories[^1].OrderedAt);
        }

        var page = await clusters.ListAsync(query, scope.MinSources, cancellationToken);
        var entries = new List<PublishedEntry>(page.Clusters.Count);
        foreach (var (cluster, newest, fitting) in page.Clusters)
        {
            // A cluster may hold stories that the feed is not about: they are linked, but one that it is about speaks for it. What is over is told as it was then.
            var lead = StoryCluster.ChooseLead(fitting.Where(story => scope.Holds(story) && IsOfItsTime(story)).DefaultIfEmpty(newest));
            var entry = new PublishedEntry(lead, [.. cluster.Stories.Where(story => story.Id != lead.Id && IsOfItsTime(story)).Take(MostLinked)]);
            entries.Add(span.WithBody && await store.FindStoryAsync(lead.Id, cancellationToken) is { } whole ? entry with { Lead = whole, CleanBody = bodies.Of(whole) } : entry);
        }

        bool IsOfItsTime(Story story) => span.Until is not { } until || story.OrderedAt < until;

        return new CollectedEntries(entries, page.Next, page.Clusters.Count == 0 ? null : page.Clusters[^1].Newest.OrderedAt);
    }

    private static Story AloneInItsCluster(Story story) => story with { Cluster = new ClusterId(story.Id.Value) };
}

/// <summary>Which entries of a scope, and how.</summary>
/// <param name="Limit">Entries at most.</param>
/// <param name="Clustered">Whether stories on one event are one entry.</param>
/// <param name="WithBody">Whether the stories shown come with their bodies.</param>
public sealed record EntrySpan(int Limit, bool Clustered, bool WithBody)
{
    /// <summary>Where they begin. Null: with the newest.</summary>
    public StoryCursor? After { get; init; }

    /// <summary>Only stories of this time or later. Null: no bound.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only stories of before this time. Null: no bound.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Entries of a merged feed.</summary>
/// <param name="Entries">The newest first.</param>
/// <param name="Next">Where those begin that follow. Null: none do.</param>
/// <param name="BackTo">Where the last of them stands. Null: there is none.</param>
public sealed record CollectedEntries(IReadOnlyList<PublishedEntry> Entries, StoryCursor? Next, DateTimeOffset? BackTo);
