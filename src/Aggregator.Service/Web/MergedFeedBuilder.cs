using Aggregator.Content.Publishing;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Web;

/// <summary>Collects what a merged feed shows: the newest clusters, each once, told by its lead story.</summary>
public sealed class MergedFeedBuilder(IStoryStore store)
{
    private const int MostMembers = 100;

    /// <summary>
    /// The newest entries of a scope. With <paramref name="clustered"/>, stories on one event are one entry; without, every story is
    /// one. An entry stands where its newest story that belongs to the scope stands. With <paramref name="withBody"/>, the story that an
    /// entry shows has its body; the others, which are only linked, never do.
    /// </summary>
    public async Task<IReadOnlyList<PublishedEntry>> CollectAsync(
        MergedFeedScope scope, int limit, bool clustered, bool withBody, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var query = scope.Query with { Limit = limit };
        if (!clustered)
        {
            var page = await store.QueryAsync(query with { WithBody = withBody }, cancellationToken);
            return [.. page.Stories.Select(story => new PublishedEntry(AloneInItsCluster(story), []))];
        }

        var entries = new List<PublishedEntry>(limit);
        var seen = new HashSet<ClusterId>();
        while (entries.Count < limit)
        {
            var page = await store.QueryAsync(query, cancellationToken);
            foreach (var story in page.Stories)
            {
                if (entries.Count < limit && seen.Add(story.Cluster))
                {
                    entries.Add(await GatherAsync(scope, story, withBody, cancellationToken));
                }
            }

            if (page.Next is null)
            {
                break;
            }

            query = query with { After = page.Next };
        }

        return entries;
    }

    /// <summary>
    /// The story that speaks for its cluster: one with the page's full text before one with the feed's, then the earliest, so that the
    /// lead changes seldom while a cluster grows.
    /// </summary>
    public static Story ChooseLead(IReadOnlyList<Story> members) => members
        .OrderBy(story => story.BodySource)
        .ThenBy(story => story.OrderedAt)
        .ThenBy(story => story.Id.Value, StringComparer.Ordinal)
        .First();

    private async Task<PublishedEntry> GatherAsync(MergedFeedScope scope, Story newest, bool withBody, CancellationToken cancellationToken)
    {
        var members = (await store.QueryAsync(new StoryQuery { Cluster = newest.Cluster, Limit = MostMembers }, cancellationToken)).Stories;

        // A cluster may hold stories that are not on the feed's topic: they are linked, but one that is speaks for it.
        var lead = ChooseLead([.. members.Where(scope.Holds).DefaultIfEmpty(newest)]);
        var others = members.Where(story => story.Id != lead.Id).OrderBy(story => story.OrderedAt).ToList();
        var whole = withBody ? await store.FindStoryAsync(lead.Id, cancellationToken) : null;
        return new PublishedEntry(whole ?? lead, others);
    }

    private static Story AloneInItsCluster(Story story) => story with { Cluster = new ClusterId(story.Id.Value) };
}
