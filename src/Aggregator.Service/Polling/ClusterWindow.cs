using Aggregator.Content.Clustering;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Polling;

/// <summary>
/// The recent stories that a new one is compared with. Filled from the store at first use, so a restart goes on where it was; safe
/// for concurrent use.
/// </summary>
public sealed class ClusterWindow(IStoryStore store, ClusteringOptions options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private StoryClusterer? _clusterer;

    /// <summary>The cluster a new story belongs to: one that tells the same event, else its own.</summary>
    public async Task<ClusterId> AssignAsync(Story story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _clusterer ??= await RestoreAsync(cancellationToken);
            return _clusterer.Assign(ToClusterable(story)).Cluster;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<StoryClusterer> RestoreAsync(CancellationToken cancellationToken)
    {
        var clusterer = new StoryClusterer(options);
        var query = new StoryQuery { Since = clock.GetUtcNow() - options.Window, WithBody = true, Limit = StoryQuery.MaxLimit, Muted = MutedStories.Included };
        var pages = new Stack<IReadOnlyList<Story>>();
        while (true)
        {
            var page = await store.QueryAsync(query, cancellationToken);
            pages.Push([.. page.Stories.Select(Shorten)]);
            if (page.Next is null)
            {
                break;
            }

            query = query with { After = page.Next };
        }

        // Oldest first, as they came.
        foreach (var story in pages.SelectMany(page => page.Reverse()))
        {
            clusterer.Restore(ToClusterable(story), story.Cluster);
        }

        return clusterer;
    }

    /// <summary>The clusterer reads the beginning of a text; holding the rest of every body while loading would cost memory for nothing.</summary>
    private static Story Shorten(Story story) =>
        story.Body is { } body ? story with { Body = new StoryBody("", body.Text) } : story;

    private static ClusterableStory ToClusterable(Story story) =>
        new(story.Id, story.Title, story.Body?.Text ?? "", story.Language, story.OrderedAt, story.Feed.Value);
}
