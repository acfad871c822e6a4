using Aggregator.Content.Clustering;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Service.Polling;

/// <summary>
/// The recent stories that a new one is compared with. Filled from the store at first use, so a restart goes on where it was; safe
/// for concurrent use.
/// </summary>
public sealed partial class ClusterWindow(IStoryStore store, ClusteringOptions options, TimeProvider clock, ILogger<ClusterWindow> logger) : IDisposable
{
    /// <summary>By then the stories are stored that were on their way when their cluster was joined to another.</summary>
    private static readonly TimeSpan StragglersAfter = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Clusters found to be one, whose stories are to be moved once again.</summary>
    private readonly Queue<Join> _joins = new();
    private StoryClusterer? _clusterer;

    /// <summary>
    /// The cluster a new story belongs to: one that tells the same event, else its own. Where the story shows several clusters to tell one
    /// event, the stored stories of the others are put into the oldest.
    /// </summary>
    public async Task<ClusterId> AssignAsync(Story story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _clusterer ??= await RestoreAsync(cancellationToken);
            await MoveStragglersAsync(cancellationToken);
            var assignment = _clusterer.Assign(ToClusterable(story));
            foreach (var absorbed in assignment.Absorbed)
            {
                var join = new Join(absorbed, assignment.Cluster, clock.GetUtcNow() + StragglersAfter);
                _joins.Enqueue(join);
                LogJoined(absorbed.Value, assignment.Cluster.Value, story.Title);
                await MoveAsync(join, cancellationToken);
            }

            return assignment.Cluster;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task MoveStragglersAsync(CancellationToken cancellationToken)
    {
        while (_joins.TryPeek(out var join) && join.Again <= clock.GetUtcNow())
        {
            _joins.Dequeue();
            await MoveAsync(join, cancellationToken);
        }
    }

    /// <summary>A story is not lost because others could not be moved: they are tried once more.</summary>
    private async Task MoveAsync(Join join, CancellationToken cancellationToken)
    {
        try
        {
            await store.JoinClustersAsync(join.From, join.Into, clock.GetUtcNow(), cancellationToken);
        }
        catch (StoreException fault)
        {
            LogNotMoved(join.From.Value, join.Into.Value, fault.Message);
        }
    }

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

    [LoggerMessage(640, LogLevel.Debug, "Cluster {Joined} tells the same event as {Into}, as \"{Story}\" shows")]
    private partial void LogJoined(string joined, string into, string story);

    [LoggerMessage(641, LogLevel.Warning, "The stories of cluster {Joined} could not be put into {Into} now: {Reason}")]
    private partial void LogNotMoved(string joined, string into, string reason);

    private readonly record struct Join(ClusterId From, ClusterId Into, DateTimeOffset Again);
}
