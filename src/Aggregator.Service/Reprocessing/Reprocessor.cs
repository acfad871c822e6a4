using Aggregator.Content.Clustering;
using Aggregator.Content.Extraction.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Archive;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Reprocessing;

/// <summary>
/// Makes stored stories again of the pages and entries that were kept of them (<see cref="PageArchive"/>), with extraction, definitions and rules as they are now, and
/// then all clusters anew. Nothing is asked of the web. The same pages give the same stories each time: they are read in the order they came in, one after the
/// other, by a reader that knows of their sites only what they have taught it themselves.
/// </summary>
public sealed partial class Reprocessor(
    PageArchive archive,
    IStoryStore store,
    FeedCatalog catalog,
    StoryEnricher enricher,
    ClusterWindow window,
    ClusteringOptions clustering,
    SiteRules siteRules,
    IOptions<FetchingOptions> fetching,
    IOptions<PollingOptions> polling,
    StoreChanges changes,
    TimeProvider clock,
    ILoggerFactory loggers) : IDisposable
{
    /// <summary>Stories stored at once.</summary>
    private const int BatchSize = 50;

    private readonly ILogger _logger = loggers.CreateLogger<Reprocessor>();
    private readonly SemaphoreSlim _running = new(1, 1);
    private ReprocessingState _state = new(ReprocessingPhase.None, 0, 0, 0, 0, null);

    /// <summary>How far it is, or what it did last.</summary>
    public ReprocessingState State => Volatile.Read(ref _state);

    /// <summary>Begins, unless it is under way. <paramref name="ending"/> breaks it off; what it has stored by then stays.</summary>
    public void Begin(CancellationToken ending) => _ = RunAsync(ending);

    /// <summary>Does it, unless it is under way.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!await _running.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            return;
        }

        try
        {
            Put(new ReprocessingState(ReprocessingPhase.Stories, 0, 0, 0, 0, null));
            await MakeStoriesAsync(cancellationToken);
            await MakeClustersAsync(cancellationToken);
            Put(State with { Phase = ReprocessingPhase.Done });
            LogDone(_logger, State.Done, State.Changed, State.Moved);
        }
        catch (Exception fault) when (fault is StoreException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            Put(State with { Phase = ReprocessingPhase.Failed, Note = fault.Message });
            LogFailed(_logger, fault.Message);
        }
#pragma warning disable CA1031 // Nobody waits for this: what is not told here is told nowhere, and whoever asked would wait for ever.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Put(State with { Phase = ReprocessingPhase.Failed, Note = $"a fault of this program, which its log tells in full: {fault.Message}" });
            LogFault(_logger, fault);
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _running.Dispose();

    private async Task MakeStoriesAsync(CancellationToken cancellationToken)
    {
        var pages = new CurrentPages();
        using var reader = new ArticleReader(pages, siteRules, new BodiesInHand(fetching), fetching, polling, clock, loggers.CreateLogger<ArticleReader>());
        var view = archive.Open();
        Put(State with { Of = view.Entries });
        var batch = new List<Story>(BatchSize);
        foreach (var (entry, kept) in view.Read())
        {
            pages.Source = kept;
            if (await TryMakeAsync(entry, reader, cancellationToken) is { } story)
            {
                batch.Add(story);
            }

            Put(State with { Done = State.Done + 1 });
            if (batch.Count == BatchSize)
            {
                await SaveAsync(batch, cancellationToken);
            }
        }

        await SaveAsync(batch, cancellationToken);
    }

    /// <summary>The same, but a fault of ours in one story sets aside this story only.</summary>
    private async Task<Story?> TryMakeAsync(ArchivedEntry archived, ArticleReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await MakeAsync(archived, reader, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever a stage of ours stumbles over in one story must not keep the others as they are.
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreException))
#pragma warning restore CA1031
        {
            Put(State with { SetAside = State.SetAside + 1 });
            LogSetAside(_logger, archived.Story.Value, archived.Feed, fault);
            return null;
        }
    }

    /// <summary>The story made again. Null: it is as it was, there is no such story any more, or it was edited since what is kept of it was looked through.</summary>
    private async Task<Story?> MakeAsync(ArchivedEntry archived, ArticleReader reader, CancellationToken cancellationToken)
    {
        var before = await store.FindStoryAsync(archived.Story, cancellationToken);
        if (before?.Id != archived.Story || PageRetries.IsEdited(archived.Entry.Fingerprint, before.Fingerprint) || !catalog.Feeds.TryGetValue(FeedId.Of(archived.Feed), out var source))
        {
            return null;
        }

        var page = source.FullText ? await reader.ReadAsync(archived.Entry, before with { Page = null }, cancellationToken) : ArticlePage.NotWanted;
        var story = before;
        if (!IsOutOfReach(page, before))
        {
            var feed = new ParsedFeed { Title = archived.Title, Site = archived.Site, Language = archived.Language };
            story = StoryComposer.Compose(source, feed, archived.Entry, page, before.FirstSeen) with { Fingerprint = before.Fingerprint, Page = before.Page, Updated = before.Updated };
        }

        var made = (await enricher.EnrichAsync(story, before, cancellationToken)).Story.WithCorrections(before.Corrections);
        return IsSame(made, before) ? null : made;
    }

    /// <summary>Whether the text was read from a page that was not kept, or from another feed's.</summary>
    private static bool IsOutOfReach(ArticlePage page, Story before) =>
        before.BodySource == BodySource.Page && (page.Article is null || (before.Carriers.Count > 0 && before.Page is { } read && read.Address != page.Address));

    private static bool IsSame(Story made, Story before) =>
        made.Title == before.Title && made.Body == before.Body && made.Summary == before.Summary && made.Language == before.Language && made.Image == before.Image
        && made.Published == before.Published && made.BodySource == before.BodySource && made.BodyNote == before.BodyNote && made.Authors.SequenceEqual(before.Authors) && made.HasTagsOf(before);

    /// <summary>Stores what was made again, but for stories that a poll has stored anew since they were read, or that were dropped.</summary>
    private async Task SaveAsync(List<Story> batch, CancellationToken cancellationToken)
    {
        var stored = await store.FindFingerprintsAsync([.. batch.Select(story => story.Id)], cancellationToken);
        batch.RemoveAll(story => stored.GetValueOrDefault(story.Id) != story.Fingerprint);
        if (batch.Count > 0)
        {
            var saved = await store.SaveAsync(new StoryBatch([.. batch], null), cancellationToken);
            Put(State with { Changed = State.Changed + saved.Replaced });
            changes.Happened();
            batch.Clear();
        }
    }

    /// <summary>Puts all stories, in the order they came, to an engine that knows nothing, and moves those that end in another cluster than before.</summary>
    private async Task MakeClustersAsync(CancellationToken cancellationToken)
    {
        Put(State with { Phase = ReprocessingPhase.Clusters });
        var stories = await ListAsync(cancellationToken);
        var found = new FoundClusters(clustering);
        foreach (var (id, _, _) in stories)
        {
            if (await store.FindStoryAsync(id, cancellationToken) is { } story)
            {
                found.Add(ClusterWindow.ToClusterable(story), story.Cluster);
            }
        }

        foreach (var moved in found.Moved().Chunk(BatchSize))
        {
            Put(State with { Moved = State.Moved + await store.ReclusterAsync(moved, clock.GetUtcNow(), cancellationToken) });
            changes.Happened();
        }

        await window.ForgetAsync(cancellationToken);
    }

    private async Task<List<(StoryId Id, DateTimeOffset FirstSeen, DateTimeOffset OrderedAt)>> ListAsync(CancellationToken cancellationToken)
    {
        var stories = new List<(StoryId Id, DateTimeOffset FirstSeen, DateTimeOffset OrderedAt)>();
        var query = new StoryQuery { Limit = StoryQuery.MaxLimit, Muted = MutedStories.Included };
        StoryPage page;
        do
        {
            page = await store.QueryAsync(query, cancellationToken);
            stories.AddRange(page.Stories.Select(story => (story.Id, story.FirstSeen, story.OrderedAt)));
            query = query with { After = page.Next };
        }
        while (page.Next is not null);
        return [.. stories.OrderBy(story => story.FirstSeen).ThenBy(story => story.OrderedAt).ThenBy(story => story.Id.Value, StringComparer.Ordinal)];
    }

    private void Put(ReprocessingState state) => Volatile.Write(ref _state, state);

    [LoggerMessage(930, LogLevel.Information, "Stories were made again of {Entries} entries that were kept: {Changed} are changed, {Moved} are in another cluster")]
    private static partial void LogDone(ILogger logger, long entries, long changed, long moved);

    [LoggerMessage(931, LogLevel.Error, "Making stories again was broken off: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(976, LogLevel.Error, "Making stories again was broken off by a fault of this program; what was stored until then stays")]
    private static partial void LogFault(ILogger logger, Exception fault);

    [LoggerMessage(977, LogLevel.Error, "Story {Story} of {Feed} was set aside and stays as it was: it could not be made again for a fault of this program")]
    private static partial void LogSetAside(ILogger logger, string story, Uri feed, Exception fault);

    /// <summary>The pages of the entry that is read at the moment.</summary>
    private sealed class CurrentPages : IPageSource
    {
        public IPageSource? Source { get; set; }

        public Task<PageResult> FetchAsync(Uri page, PageValidators? known, Secrets.FeedAccess access, BodyShare? share, CancellationToken cancellationToken) =>
            Source!.FetchAsync(page, known, access, share, cancellationToken);
    }
}

/// <summary>How far the making again of stories is.</summary>
/// <param name="Phase">What it is about.</param>
/// <param name="Done">Entries read so far.</param>
/// <param name="Of">Entries there are.</param>
/// <param name="Changed">Stories that became others.</param>
/// <param name="Moved">Stories put into another cluster.</param>
/// <param name="Note">Why it was broken off. Null: it was not.</param>
public sealed record ReprocessingState(ReprocessingPhase Phase, long Done, long Of, long Changed, long Moved, string? Note)
{
    /// <summary>Stories that stay as they were for a fault of this program, which its log tells.</summary>
    public long SetAside { get; init; }
}

/// <summary>What the making again of stories is about.</summary>
public enum ReprocessingPhase
{
    /// <summary>It was not asked for since the process began.</summary>
    None,

    /// <summary>Pages are read.</summary>
    Stories,

    /// <summary>Clusters are found.</summary>
    Clusters,

    /// <summary>It is through.</summary>
    Done,

    /// <summary>It was broken off.</summary>
    Failed,
}
