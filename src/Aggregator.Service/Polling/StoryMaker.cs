using System.Collections.Concurrent;
using Aggregator.Content.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Archive;
using Aggregator.Service.Retention;
using Aggregator.Service.Secrets;
using Aggregator.Service.Watching;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>Makes stories of a feed's entries and stores them: steps 4 and 5 of a poll.</summary>
public sealed class StoryMaker(
    ArticleReader articles,
    FeedSecrets secrets,
    StoryEnricher enricher,
    IStoryStore store,
    PollProgress progress,
    StoreChanges changes,
    PageArchive archive,
    PollMetrics metrics,
    PollLog log,
    StoryClock age,
    IOptions<PollingOptions> options,
    TimeProvider clock)
{
    /// <summary>
    /// Reads each entry's article, tags it, applies the rules, finds its cluster and stores the story as soon as it is whole. A fault of ours in one entry sets aside this
    /// entry only; it is tried again with the feed's next document.
    /// </summary>
    /// <param name="found">The entries.</param>
    /// <param name="tally">Counts them, wherever this ends.</param>
    /// <param name="cancellationToken">Ends the work between two saves.</param>
    /// <returns>The entries that became new stories, in no order.</returns>
    /// <exception cref="StoreException">The store cannot do its work.</exception>
    public async Task<IReadOnlyCollection<FeedEntry>> MakeAsync(FoundEntries found, PollTally tally, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(tally);
        var added = new ConcurrentBag<FeedEntry>();
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = options.Value.ArticlesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(found.ToRead, atOnce, async (entry, token) =>
        {
            var made = await MakeAsync(found, entry, token);
            tally.Count(entry, made);
            if (made.IsNew)
            {
                added.Add(entry);
            }
        });
        log.Dropped(found.Source, tally);
        return added;
    }

    private async Task<MadeStory> MakeAsync(FoundEntries found, FeedEntry entry, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("story");
        var began = clock.GetTimestamp();
        try
        {
            var before = found.IsNew(entry) ? null : await store.FindStoryAsync(entry.StoryIn(found.Source.Id), cancellationToken);
            var wantsPage = found.Source.FullText && !await IsReadForAnotherFeedAsync(found, entry, before, cancellationToken);
            var page = wantsPage ? await ReadArticleAsync(found.Source, entry, before, cancellationToken) : ArticlePage.NotWanted;
            progress.PageDone(page.Article is not null || page.IsAsBefore);
            var (story, rule) = await ComposeAsync(found, entry, page, before, cancellationToken);
            var outcome = OutcomeOf(page, wantsPage, story);
            metrics.PageDone(outcome);
            span?.SetTag("aggregator.story.id", story.Id.Value);
            if (rule is not null)
            {
                await DropAsync(story, entry, rule, cancellationToken);
                return new MadeStory { Page = outcome, DroppedBy = rule };
            }

            if (before is null && store.Kept.IsTooOld(story, age.Now))
            {
                return new MadeStory { Page = outcome }; // its topics tell how long it is kept, so only now; what was in the document is not read again
            }

            return new MadeStory { Page = outcome, IsNew = await StoreAsync(found, entry, story, began, cancellationToken) };
        }
#pragma warning disable CA1031 // Whatever a stage of ours stumbles over in one entry must not cost the feed its other entries.
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreException))
#pragma warning restore CA1031
        {
            log.SetAside(found.Source, entry, fault);
            span.Fail(fault);
            return new MadeStory { IsSetAside = true };
        }
    }

    /// <summary>
    /// Whether an entry's page was read for another feed, whose story this feed carries too: it is not asked for again. Link and title tell
    /// that by themselves. A page that is read with a secret may hold more than the one that is open to all.
    /// </summary>
    private async Task<bool> IsReadForAnotherFeedAsync(FoundEntries found, FeedEntry entry, Story? before, CancellationToken cancellationToken)
    {
        if (found.Source.AuthForPages)
        {
            return false;
        }

        if (before is not null)
        {
            return before.Id != entry.StoryIn(found.Source.Id) && before.BodySource == BodySource.Page;
        }

        var announced = StoryComposer.Compose(found.Source, found.Feed, entry with { ContentHtml = null, SummaryHtml = null }, ArticlePage.NotWanted, clock.GetUtcNow());
        return await store.FindSameArticleAsync(announced, cancellationToken) is { BodySource: BodySource.Page };
    }

    /// <summary>The article behind an entry.</summary>
    private async Task<ArticlePage> ReadArticleAsync(FeedSource source, FeedEntry entry, Story? before, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("article");
        var page = await articles.ReadAsync(entry, before, source.AuthForPages ? secrets.For(source) : FeedAccess.Open, cancellationToken);
        span.Describe(entry, page);
        return page;
    }

    private async Task<RuleOutcome> ComposeAsync(FoundEntries found, FeedEntry entry, ArticlePage page, Story? before, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var mark = PageRetries.Remember(entry.Fingerprint, before?.Fingerprint, page.RetryLater, now);
        if (before?.Id == entry.StoryIn(found.Source.Id) && page.Article is null && !PageRetries.IsEdited(entry.Fingerprint, before.Fingerprint))
        {
            return await enricher.EnrichAsync(before with { Fingerprint = mark }, before, cancellationToken);
        }

        var story = StoryComposer.Compose(found.Source, found.Feed, entry, page, now) with { Fingerprint = mark, Rules = found.Flood.EffectsOn(entry) };
        story = StoryComposer.KeepBetterText(story, before, found.Source, page.IsAsBefore);
        return await enricher.EnrichAsync(StoryComposer.KeepDateOfSameText(story, before), before, cancellationToken);
    }

    private static PageOutcome OutcomeOf(ArticlePage page, bool wanted, Story story) =>
        !wanted ? PageOutcome.NotWanted
        : page.IsAsBefore ? PageOutcome.Unchanged
        : page.Article is null ? PageOutcome.Missed
        : story.BodySource == BodySource.Page ? PageOutcome.Read
        : PageOutcome.NotUsed;

    /// <summary>A rule drops the story: the entry is remembered. Its page is not wanted, so not tried again either.</summary>
    private async Task DropAsync(Story story, FeedEntry entry, StoryRule rule, CancellationToken cancellationToken)
    {
        var dropped = new DroppedStory(story.Id, entry.Fingerprint, rule.Name, rule.Key) { SeenAt = clock.GetUtcNow() };
        await store.SaveAsync(new StoryBatch([], null) { Dropped = [dropped] }, cancellationToken);
        progress.StoryDropped();
        log.DroppedEntry(story, rule);
    }

    /// <returns>Whether it was not stored before.</returns>
    private async Task<bool> StoreAsync(FoundEntries found, FeedEntry entry, Story story, long began, CancellationToken cancellationToken)
    {
        var saved = await store.SaveTracedAsync(new StoryBatch([story], null), cancellationToken);
        metrics.StoryStored(story, saved.Added > 0, found.IsFirst, began);
        progress.StoriesSaved(saved.Added, saved.Replaced, saved.Carried);
        if (saved.Carried > 0)
        {
            await enricher.EnrichCarriedAsync(story.Id, clock.GetUtcNow(), cancellationToken);
        }

        archive.Keep(new ArchivedEntry(story.Id, found.Source.Address, found.Feed.Title, found.Feed.Site, found.Feed.Language, entry));
        changes.Happened();
        return saved.Added > 0;
    }
}

/// <summary>What became of an entry.</summary>
public readonly record struct MadeStory
{
    /// <summary>It became a story that was not stored before.</summary>
    public bool IsNew { get; init; }

    /// <summary>The rule that keeps its story from being stored. Null: none does.</summary>
    public StoryRule? DroppedBy { get; init; }

    /// <summary>A fault of ours kept it from being stored.</summary>
    public bool IsSetAside { get; init; }

    /// <summary>What became of its page.</summary>
    public PageOutcome Page { get; init; }
}
