using Aggregator.Content.Parsing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hub;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>Brings one feed up to date. This is the main path of the service: read it first.</summary>
public sealed partial class FeedPoller(
    FeedFetcher fetcher,
    ArticleReader articles,
    StoryEnricher enricher,
    IStoryStore store,
    PollProgress progress,
    StoreChanges changes,
    HubSubscriptions hubs,
    IOptions<PollingOptions> options,
    TimeProvider clock,
    ILogger<FeedPoller> logger)
{
    /// <summary>
    /// 1. Fetch the feed. 2. Parse it. 3. Find its new and changed entries. 4. Read each one's article, tag it and find its cluster.
    /// 5. Store every story as soon as it is whole. 6. Store what is remembered of the feed, its validators among it, last: a crash
    /// before that costs a second fetch and no story.
    /// </summary>
    /// <returns>How the feed is afterwards.</returns>
    /// <exception cref="StoreException">The store cannot do its work; the feed is due again when its claim has run out.</exception>
    public async Task<FeedHealth> PollAsync(FeedSource source, FeedState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(state);
        var fetched = await fetcher.FetchAsync(state, cancellationToken);
        if (fetched is not FetchResult.Changed document)
        {
            return await EndAsync(source, state, fetched, null, 0, cancellationToken);
        }

        var context = new FeedDocument(document.Origin.Address, document.ContentType) { ContentLanguage = document.ContentLanguage };
        var feed = FeedParser.Parse(document.Body, context);
        if (feed.Format is null)
        {
            var failed = FetchResult.NoFeed(string.Join("; ", feed.Problems));
            return await EndAsync(source, state, failed, null, 0, cancellationToken);
        }

        var taken = await StoreNewAsync(source, feed, cancellationToken);
        var links = HubLinks.Find(document.Link, document.Origin.Address, feed.Links);
        var pushed = await hubs.PolledAsync(source, links, taken.NewEntries, state.LastSuccess, cancellationToken);
        return await EndAsync(source, state, fetched, feed, taken.Added + (int)pushed, cancellationToken);
    }

    /// <summary>
    /// Takes in a document of a feed that came without a poll, pushed by its hub, the way a poll does from step 2 to 5. What is
    /// remembered for the next poll, validators among it, stays. A document that is no feed brings nothing.
    /// </summary>
    /// <exception cref="StoreException">The store cannot do its work.</exception>
    public async Task<TakenIn> TakeInAsync(FeedSource source, FeedDocument context, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var feed = FeedParser.Parse(body, context);
        return feed.Format is null ? new TakenIn(0, 0, []) : await StoreNewAsync(source, feed, cancellationToken);
    }

    private async Task<TakenIn> StoreNewAsync(FeedSource source, ParsedFeed feed, CancellationToken cancellationToken)
    {
        var entries = await FindNewAsync(source, feed, cancellationToken);
        progress.EntriesFound(entries.Count);
        var added = new System.Collections.Concurrent.ConcurrentBag<FeedEntry>();
        await Parallel.ForEachAsync(entries, Parallelism(cancellationToken), async (entry, token) =>
        {
            if (await StoreEntryAsync(source, feed, entry, token))
            {
                added.Add(entry);
            }
        });
        return new TakenIn(entries.Count, added.Count, added);
    }

    /// <summary>Remembers that a poll was broken off, so that the feed waits its turn like any other that fails; its stories so far are stored.</summary>
    public Task<FeedHealth> BreakOffAsync(FeedSource source, FeedState state, string why, CancellationToken cancellationToken) =>
        EndAsync(source, state, new FetchResult.Failed(FetchFault.Unreachable, null, why), null, 0, cancellationToken);

    /// <summary>The entries that are not stored, were edited since, or whose page is worth another try. The rest cost one look-up together.</summary>
    private async Task<IReadOnlyList<FeedEntry>> FindNewAsync(FeedSource source, ParsedFeed feed, CancellationToken cancellationToken)
    {
        var ids = feed.Entries.Select(entry => StoryId.Of(source.Id, entry.Key)).ToList();
        var known = await store.FindFingerprintsAsync(ids, cancellationToken);
        var now = clock.GetUtcNow();
        return [.. feed.Entries.Where((entry, index) => PageRetries.IsToBeRead(entry.Fingerprint, known.GetValueOrDefault(ids[index]), now))];
    }

    /// <summary>Reads, tags and stores one entry. A fault of ours in it sets aside this entry only; it is tried again with the feed's next document.</summary>
    /// <returns>Whether it became a new story.</returns>
    private async Task<bool> StoreEntryAsync(FeedSource source, ParsedFeed feed, FeedEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var page = source.FullText ? await articles.ReadAsync(entry, cancellationToken) : ArticlePage.NotWanted;
            progress.PageDone(page.Article is not null);
            var before = await store.FindStoryAsync(StoryId.Of(source.Id, entry.Key), cancellationToken);
            var story = await MakeStoryAsync(source, feed, entry, page, before, cancellationToken);
            var saved = await store.SaveAsync(new StoryBatch([story], null), cancellationToken);
            progress.StoriesSaved(saved.Added, saved.Replaced);
            changes.Happened();
            return saved.Added > 0;
        }
#pragma warning disable CA1031 // Whatever a stage of ours stumbles over in one entry must not cost the feed its other entries.
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreException))
#pragma warning restore CA1031
        {
            LogSetAside(entry.Key, source.Name, fault);
            return false;
        }
    }

    private async Task<Story> MakeStoryAsync(FeedSource source, ParsedFeed feed, FeedEntry entry, ArticlePage page, Story? before, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var mark = PageRetries.Remember(entry.Fingerprint, before?.Fingerprint, page.RetryLater, now);
        if (before is not null && page.Article is null && !PageRetries.IsEdited(entry.Fingerprint, before.Fingerprint))
        {
            return before with { Fingerprint = mark };
        }

        var story = StoryComposer.Compose(source, feed, entry, page, now) with { Fingerprint = mark };
        return await enricher.EnrichAsync(StoryComposer.KeepBetterText(story, before, source), before, source, cancellationToken);
    }

    private async Task<FeedHealth> EndAsync(
        FeedSource source, FeedState before, FetchResult fetched, ParsedFeed? feed, int added, CancellationToken cancellationToken)
    {
        var after = FeedStates.After(before, source, fetched, feed, added, options.Value.DefaultInterval, clock.GetUtcNow());
        if (await hubs.FindReliableAsync(source.Id, cancellationToken) is { } subscription)
        {
            after = PushedSchedule.Relax(after, subscription.Hub.Host, clock.GetUtcNow());
        }

        await store.SaveAsync(new StoryBatch([], after), cancellationToken);
        Tell(source, before, after, feed?.Entries.Count ?? 0, added);
        return after.Health;
    }

    private ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = options.Value.ArticlesAtOnce, CancellationToken = cancellationToken };

    /// <summary>One line when something happened: stories came, or the feed's health changed. A quiet poll is quiet.</summary>
    private void Tell(FeedSource source, FeedState before, FeedState after, int entries, int added)
    {
        if (after.Health is FeedHealth.Failing or FeedHealth.Gone)
        {
            if (before.Health != after.Health || before.LastError != after.LastError)
            {
                LogFailed(source.Name, after.LastError ?? "", after.NextPoll);
            }
        }
        else if (before.Health is FeedHealth.Failing or FeedHealth.Gone)
        {
            LogRecovered(source.Name, entries, added);
        }
        else if (added > 0)
        {
            LogPolled(source.Name, entries, added);
        }
    }

    [LoggerMessage(200, LogLevel.Information, "{Feed}: {Entries} entries, {Added} new stories")]
    private partial void LogPolled(string feed, int entries, int added);

    [LoggerMessage(201, LogLevel.Warning, "{Feed} cannot be read: {Reason}. Next try at {NextPoll:u}")]
    private partial void LogFailed(string feed, string reason, DateTimeOffset nextPoll);

    [LoggerMessage(203, LogLevel.Error, "The entry {Entry} of {Feed} was set aside by a fault of this program; the other entries go on")]
    private partial void LogSetAside(string entry, string feed, Exception fault);

    [LoggerMessage(202, LogLevel.Information, "{Feed} can be read again: {Entries} entries, {Added} new stories")]
    private partial void LogRecovered(string feed, int entries, int added);
}

/// <summary>What a document of a feed brought.</summary>
/// <param name="Entries">Entries that were new or edited.</param>
/// <param name="Added">Those that became new stories.</param>
/// <param name="NewEntries">The same, as parsed, in no order.</param>
public sealed record TakenIn(int Entries, int Added, IReadOnlyCollection<FeedEntry> NewEntries);
