using System.Globalization;
using Aggregator.Content.Clustering;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;

namespace Aggregator.Service.Polling;

/// <summary>
/// The recent stories that a new one is compared with. Filled from the store at first use, so a restart goes on where it was; safe
/// for concurrent use.
/// </summary>
public sealed partial class ClusterWindow(IStoryStore store, ClusteringOptions options, TimeProvider clock, ILogger<ClusterWindow> logger) : IDisposable
{
    /// <summary>By then the stories are stored that were on their way when their cluster was joined to another.</summary>
    private static readonly TimeSpan StragglersAfter = TimeSpan.FromMinutes(10);

    /// <summary>Stories that could not be moved are tried again after this time: not with every story that comes while the store is in trouble.</summary>
    private static readonly TimeSpan MovesAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Stories of a cluster that a split one is remembered to be apart from: the oldest.</summary>
    private const int MostApart = 10;

    /// <summary>Clocks are set by seconds all the time. One that is set by more than this makes other stories the recent ones.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly long _origin = clock.GetTimestamp();

    /// <summary>Clusters found to be one, whose stories are to be moved once again.</summary>
    private readonly Queue<Join> _joins = new();
    private TimeSpan _movesFrom;
    private StoryClusterer? _clusterer;

    /// <summary>When measuring began, by the clock as it was set when the window was filled.</summary>
    private DateTimeOffset _setTo;

    private TimeSpan Measured => clock.GetElapsedTime(_origin);

    /// <summary>
    /// A new story in its cluster: one that tells the same event, else its own. Where the story shows several clusters to tell one
    /// event, the stored stories of the others are put into the oldest.
    /// </summary>
    public async Task<Story> AssignAsync(Story story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var clusterer = await RecentAsync(cancellationToken);
            await MoveStragglersAsync();
            var assignment = clusterer.Assign(ToClusterable(story, clock.GetUtcNow()));
            await JoinAsync(assignment, story);
            var reason = assignment.Nearest is { } nearest ? new ClusterReason(nearest, Math.Round(assignment.Score, 3), assignment.Shared) : null;
            return story with { Cluster = assignment.Cluster, Joined = reason };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Takes in what other processes stored: new stories are compared with theirs, and where both began a cluster of one event at the same time, the
    /// two are put into one.
    /// </summary>
    public async Task ReceiveAsync(IReadOnlyList<Story> stories, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stories);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // What is not read yet is read whole when it is needed.
            var now = clock.GetUtcNow();
            foreach (var story in _clusterer is null ? [] : stories.Where(story => story.OrderedAt >= now - options.Window))
            {
                await JoinAsync(_clusterer!.Receive(ToClusterable(story, now), story.Cluster), story);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Takes stories out of their cluster into one of their own, by the user's word. It sticks: no later story joins the two again.
    /// </summary>
    /// <param name="members">All stories of the cluster.</param>
    /// <param name="leaving">Those that leave; some of the members, not all.</param>
    /// <param name="cancellationToken">Ends the wait; what is stored by then stays.</param>
    /// <returns>The new cluster.</returns>
    public async Task<ClusterId> SplitAsync(IReadOnlyList<Story> members, IReadOnlyCollection<StoryId> leaving, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(leaving);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var clusterer = await RecentAsync(cancellationToken);
            var now = clock.GetUtcNow();
            var apart = members.Where(story => !leaving.Contains(story.Id)).OrderBy(story => story.OrderedAt).Take(MostApart).Select(story => story.Id).ToList();
            var into = new ClusterId(ContentHash.Of(12, members[0].Cluster.Value, string.Join(' ', leaving), now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
            await store.SplitClusterAsync(new ClusterSplit(members[0].Cluster, into, leaving, apart), now, cancellationToken);
            clusterer.Split(leaving, into, apart);
            return into;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stories were put into other clusters: they are read again from the store before the next one is compared with them.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        _clusterer = null;
        _joins.Clear();
        _turn.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// Puts the stored stories of the clusters that an assignment took over where they belong now. The engine has joined them by then and will not tell it again: so all are written
    /// down before the first is moved, and whoever brought the story cannot call it off.
    /// </summary>
    private async Task JoinAsync(ClusterAssignment assignment, Story story)
    {
        List<Join> joins = [.. assignment.Absorbed.Select(absorbed => new Join(absorbed, assignment.Cluster, Measured + StragglersAfter))];
        foreach (var join in joins)
        {
            _joins.Enqueue(join);
            LogJoined(join.From.Value, join.Into.Value, story.Title);
        }

        foreach (var join in joins)
        {
            await TryMoveAsync(join);
        }
    }

    /// <summary>One that cannot be moved keeps its place before those joined later, which may go on with its stories; it is tried again after a while.</summary>
    private async Task MoveStragglersAsync()
    {
        while (_joins.TryPeek(out var join) && join.Again <= Measured && _movesFrom <= Measured)
        {
            if (await TryMoveAsync(join))
            {
                _joins.Dequeue();
            }
            else
            {
                _movesFrom = Measured + MovesAgainAfter;
            }
        }
    }

    /// <summary>A story is not lost because others could not be moved: they are tried once more.</summary>
    private async Task<bool> TryMoveAsync(Join join)
    {
        try
        {
            await store.JoinClustersAsync(join.From, join.Into, clock.GetUtcNow(), CancellationToken.None);
            return true;
        }
        catch (StoreException fault)
        {
            LogNotMoved(join.From.Value, join.Into.Value, fault.Message);
            return false;
        }
    }

    /// <summary>
    /// The recent stories. While the clock is far ahead none of those stored is recent, and the engine forgets them for good: so they are read anew when it
    /// was set.
    /// </summary>
    private async Task<StoryClusterer> RecentAsync(CancellationToken cancellationToken)
    {
        var setTo = clock.GetUtcNow() - Measured;
        if (_clusterer is null || (setTo - _setTo).Duration() > ClockTolerance)
        {
            _clusterer = null; // two at a time would take twice the memory
            _clusterer = await RestoreAsync(cancellationToken);
            _setTo = setTo;
        }

        return _clusterer;
    }

    /// <summary>
    /// Oldest first, as they came, while the store tells the newest first: so the pages are found first, and then read from the last to the first. The texts of
    /// one page are held at a time; those of a whole window are gigabytes.
    /// </summary>
    private async Task<StoryClusterer> RestoreAsync(CancellationToken cancellationToken)
    {
        var clusterer = new StoryClusterer(options);
        var now = clock.GetUtcNow();
        var window = new StoryQuery { Since = now - options.Window, Until = now + options.Window, Limit = StoryQuery.MaxLimit, Muted = MutedStories.Included };
        var starts = await FindPagesAsync(window, cancellationToken);
        for (var page = starts.Count - 1; page >= 0; page--)
        {
            var stories = await ReadAsync(window with { After = starts[page], WithBody = true }, starts.ElementAtOrDefault(page + 1), cancellationToken);
            foreach (var story in stories.Reverse())
            {
                clusterer.Restore(ToClusterable(story, now), story.Cluster);
            }
        }

        return clusterer;
    }

    /// <summary>Where each page of an answer begins. The first has no place.</summary>
    private async Task<IReadOnlyList<StoryCursor?>> FindPagesAsync(StoryQuery query, CancellationToken cancellationToken)
    {
        var starts = new List<StoryCursor?> { null };
        while ((await store.QueryAsync(query with { After = starts[^1] }, cancellationToken)).Next is { } next)
        {
            starts.Add(next);
        }

        return starts;
    }

    /// <summary>The stories of a page up to the place where the next began, though others came between them meanwhile.</summary>
    private async Task<IReadOnlyList<Story>> ReadAsync(StoryQuery query, StoryCursor? end, CancellationToken cancellationToken)
    {
        var stories = new List<Story>();
        StoryPage page;
        do
        {
            page = await store.QueryAsync(query, cancellationToken);
            stories.AddRange(page.Stories);
            query = query with { After = page.Next };
        }
        while (page.Next is not null && !page.Stories.Any(story => story.Id == end?.Id || story.OrderedAt < end?.OrderedAt));
        return stories;
    }

    /// <summary>What the engine compares of a story.</summary>
    internal static ClusterableStory ToClusterable(Story story) =>
        new(story.Id, story.Title, story.Body?.Text ?? "", story.Language, story.OrderedAt, story.Feed.Value) { ApartFrom = story.ApartFrom };

    /// <summary>The same, never later than now: one stored while the clock was ahead would make all others too old to be compared with.</summary>
    private static ClusterableStory ToClusterable(Story story, DateTimeOffset now) =>
        ToClusterable(story) is var read && read.At > now ? read with { At = now } : read;

    [LoggerMessage(640, LogLevel.Debug, "Cluster {Joined} tells the same event as {Into}, as \"{Story}\" shows")]
    private partial void LogJoined(string joined, string into, string story);

    [LoggerMessage(641, LogLevel.Warning, "The stories of cluster {Joined} could not be put into {Into} now: {Reason}")]
    private partial void LogNotMoved(string joined, string into, string reason);

    private readonly record struct Join(ClusterId From, ClusterId Into, TimeSpan Again);
}
