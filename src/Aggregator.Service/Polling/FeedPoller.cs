using System.Collections.Concurrent;
using System.Diagnostics;
using Aggregator.Content.Parsing;
using Aggregator.Content.Rules;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Archive;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hub;
using Aggregator.Service.Rules;
using Aggregator.Service.Secrets;
using Aggregator.Service.Watching;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>Brings one feed up to date. This is the main path of the service: read it first.</summary>
public sealed partial class FeedPoller(
    FeedFetcher fetcher,
    FeedSecrets secrets,
    BodiesInHand bodies,
    ArticleReader articles,
    StoryEnricher enricher,
    RulesInForce rules,
    IStoryStore store,
    PollProgress progress,
    StoreChanges changes,
    NetworkWatch network,
    HubSubscriptions hubs,
    PageArchive archive,
    PushAllowance pushes,
    PollMetrics metrics,
    IOptions<PollingOptions> options,
    TimeProvider clock,
    ILogger<FeedPoller> logger)
{
    /// <summary>What an entry takes in memory besides its texts, which take two bytes a letter.</summary>
    private const int BytesOfEntry = 1200;

    private static readonly TimeSpan WronglyBlamedWait = TimeSpan.FromMinutes(5);

    private static readonly SemaphoreSlim Parsers = new(Environment.ProcessorCount);

    /// <summary>
    /// 1. Fetch the feed. 2. Parse it. 3. Find its new and changed entries. 4. Read each one's article, tag it, apply the rules and find its cluster.
    /// 5. Store every story as soon as it is whole. 6. Store what is remembered of the feed, its validators among it, last: a crash
    /// before that costs a second fetch and no story. A poll that takes longer than its lease is broken off; what it stored stays.
    /// </summary>
    /// <returns>How the feed is afterwards.</returns>
    /// <exception cref="StoreException">The store cannot do its work; the feed is due again when its claim has run out.</exception>
    public async Task<FeedHealth> PollAsync(FeedSource source, FeedState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(state);
        using var span = Spans.StartRoot("poll");
        using var measure = metrics.BeginPoll(state);
        try
        {
            return await PollAsync(source, state, measure, cancellationToken);
        }
        catch (StoreException fault)
        {
            measure.StoreFailed();
            span.Fail(fault);
            throw;
        }
        catch (OperationCanceledException)
        {
            measure.Stopped();
            throw;
        }
        finally
        {
            Describe(span, source, measure);
        }
    }

    private async Task<FeedHealth> PollAsync(FeedSource source, FeedState state, PollMeasure measure, CancellationToken cancellationToken)
    {
        if (PollSchedule.EndOfQuiet(state.Wishes, clock.GetUtcNow()) is { } end)
        {
            measure.PutOff();
            return await PutOffAsync(state, end, cancellationToken);
        }

        using var lease = new CancellationTokenSource(options.Value.Lease, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, cancellationToken);
        var tally = new Tally();
        PollOutcome outcome;
        try
        {
            outcome = await ReadAsync(source, state, tally, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = BrokenOff($"the poll took longer than {Words.Of(options.Value.Lease)}; what it had stored stays, the rest is read next time") with { Added = tally.Added };
        }

        outcome = outcome with { PagesRead = tally.PagesRead, PagesMissed = tally.PagesMissed };
        measure.Ended(outcome);
        return await EndAsync(source, state, outcome, cancellationToken);
    }

    /// <summary>Remembers that a poll was broken off, so that the feed waits its turn like any other that fails; its stories so far are stored.</summary>
    public Task<FeedHealth> BreakOffAsync(FeedSource source, FeedState state, string why, CancellationToken cancellationToken) =>
        EndAsync(source, state, BrokenOff(why), cancellationToken);

    private static PollOutcome BrokenOff(string why) => new(new FetchResult.Failed(FetchFault.BrokenOff, null, why));

    /// <summary>Steps 1 to 5.</summary>
    private async Task<PollOutcome> ReadAsync(FeedSource source, FeedState state, Tally tally, CancellationToken cancellationToken)
    {
        var askWhole = ValidatorDoubt.IsDue(state, clock.GetUtcNow());
        using var share = bodies.Feeds.Begin();
        var fetched = await FetchAsync(source, askWhole ? ValidatorDoubt.WithoutValidators(state) : state, share, cancellationToken);
        if (fetched is not FetchResult.Changed document)
        {
            return new PollOutcome(fetched) { AskedForWhole = askWhole, NetworkDown = await IsOursAsync(state, fetched, cancellationToken) };
        }

        await IsOursAsync(state, fetched, cancellationToken);
        var context = new FeedDocument(document.Origin.Address, document.ContentType) { ContentLanguage = document.ContentLanguage };
        var feed = await ParseAsync(document.Body, context, share, cancellationToken);
        fetched = document = document with { Body = default }; // what was made of it is enough
        if (feed.Format is null)
        {
            return new PollOutcome(FetchResult.NoFeed(string.Join("; ", feed.Problems)) with { Received = document.Received });
        }

        feed = WithItsOwnEntries(feed, source, state.Known);
        var (known, entries) = await FindNewAsync(source, feed, state.Known, cancellationToken);
        if (!document.IsPart && Moves.IsAnotherFeed(state, feed, known.Count))
        {
            return new PollOutcome(FetchResult.NoFeed($"{state.MovedTo} now carries another feed, \"{feed.Title}\"") with { Received = document.Received });
        }

        progress.EntriesFound(entries.Count);
        var flood = Flood.Of(entries, entry => !known.ContainsKey(entry.StoryIn(source.Id)), Flood.MostOfAPoll(state.LastSuccess, options.Value, clock.GetUtcNow()), clock.GetUtcNow());
        if (flood.Count > 0)
        {
            feed = feed with { Problems = [.. feed.Problems, flood.Words] };
            LogFlood(source.Name, flood.Words);
        }

        tally.IsOfFirstDocument = state.LastSuccess is null;
        var added = await StoreNewAsync(source, feed, entries, flood, known, tally, cancellationToken);
        var links = HubLinks.Find(document.Link, document.Origin.Address, feed.Links);
        var pushed = await hubs.PolledAsync(source, links, added, state.LastSuccess, cancellationToken);
        return new PollOutcome(fetched)
        {
            Feed = feed,
            Added = tally.Added + (int)pushed,
            NewDates = [.. entries.Where(entry => !known.ContainsKey(entry.StoryIn(source.Id))).Select(entry => entry.Published ?? entry.Updated)],
            KnownEntries = known.Count,
            AskedForWhole = askWhole,
            SetAside = [.. tally.SetAside],
        };
    }

    /// <summary>
    /// Takes in a document of a feed that came without a poll, pushed by its hub, the way a poll does from step 2 to 5. What is
    /// remembered for the next poll, validators among it, stays. A document that is no feed brings nothing.
    /// </summary>
    /// <exception cref="StoreException">The store cannot do its work.</exception>
    public async Task<TakenIn> TakeInAsync(FeedSource source, FeedDocument context, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var span = Spans.StartRoot("push");
        var feed = await ParseAsync(body, context, null, cancellationToken);
        if (feed.Format is null)
        {
            return new TakenIn(0, 0);
        }

        var state = await store.FindFeedStateAsync(source.Id, cancellationToken);
        var memory = state?.Known ?? EntryMemory.Empty;
        feed = WithItsOwnEntries(feed, source, memory);
        var (known, entries) = await FindNewAsync(source, feed, memory, cancellationToken);
        progress.EntriesFound(entries.Count);
        var flood = Flood.Of(entries, entry => !known.ContainsKey(entry.StoryIn(source.Id)), pushes.LeftOf(source.Id, options.Value.MostNewOfAPoll), clock.GetUtcNow());
        if (flood.Count > 0)
        {
            LogFlood(source.Name, flood.Words);
        }

        var added = await StoreNewAsync(source, feed, entries, flood, known, new Tally(), cancellationToken);
        pushes.Take(source.Id, added.Count);
        return new TakenIn(entries.Count, added.Count);
    }

    /// <summary>Step 1.</summary>
    private async Task<FetchResult> FetchAsync(FeedSource source, FeedState state, BodyShare share, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("fetch");
        var fetched = await fetcher.FetchAsync(state, secrets.For(source), share, cancellationToken);
        if (span is not null)
        {
            span.SetTag("url.full", Words.Place(state.FetchAddress));
            span.SetTag("http.response.body.size", fetched.Received);
            if (PollMetrics.NameOf(new PollOutcome(fetched)).Error is { } error)
            {
                span.Fail(error, fetched.Describe());
            }
        }

        return fetched;
    }

    /// <summary>Step 2. As many documents at once as there are processors: one takes many times its size while it is parsed.</summary>
    private static async Task<ParsedFeed> ParseAsync(ReadOnlyMemory<byte> body, FeedDocument context, BodyShare? share, CancellationToken cancellationToken)
    {
        await Parsers.WaitAsync(cancellationToken);
        try
        {
            var feed = Parse(body, context);
            share?.Settle(BytesOfEntry * (long)feed.Entries.Count + 2L * body.Length);
            return feed;
        }
        finally
        {
            Parsers.Release();
        }
    }

    private static ParsedFeed Parse(ReadOnlyMemory<byte> body, FeedDocument context)
    {
        using var span = Spans.Start("parse");
        var feed = FeedParser.Parse(body, context);
        if (span is not null)
        {
            span.SetTag("aggregator.feed.format", feed.Format);
            span.SetTag("aggregator.feed.entries", feed.Entries.Count);
            span.SetTag("aggregator.feed.problems", feed.Problems.Count);
            if (feed.Format is null)
            {
                span.Fail("not_a_feed", string.Join("; ", feed.Problems));
            }
        }

        return feed;
    }

    /// <summary>What a trace says of a poll.</summary>
    private static void Describe(Activity? span, FeedSource source, PollMeasure measure)
    {
        if (span is not null)
        {
            span.SetTag("aggregator.feed.id", source.Id.Value);
            span.SetTag("aggregator.feed.name", source.Name);
            span.SetTag("aggregator.poll.outcome", measure.End.Outcome);
            if (measure.End.Error is { } error && span.Status != ActivityStatusCode.Error)
            {
                span.Fail(error, measure.End.Outcome);
            }
        }
    }

    /// <summary>Of an entry that the document holds twice one counts; one that comes back under another id is still the same story.</summary>
    private static ParsedFeed WithItsOwnEntries(ParsedFeed feed, FeedSource source, EntryMemory known) =>
        feed with { Entries = known.Recognise([.. feed.Entries.Where(entry => !entry.IsCopy && !entry.IsEmpty)], source.Id) };

    /// <summary>Step 4 and 5. Returns the entries that became new stories, in no order.</summary>
    private async Task<IReadOnlyCollection<FeedEntry>> StoreNewAsync(
        FeedSource source,
        ParsedFeed feed,
        IReadOnlyList<FeedEntry> entries,
        Flood flood,
        IReadOnlyDictionary<StoryId, string> known,
        Tally tally,
        CancellationToken cancellationToken)
    {
        var added = new ConcurrentBag<FeedEntry>();
        await Parallel.ForEachAsync(entries, Parallelism(cancellationToken), async (entry, token) =>
        {
            var stored = await StoreEntryAsync(source, feed, entry, flood, known.ContainsKey(entry.StoryIn(source.Id)), tally.IsOfFirstDocument, token);
            tally.Count(stored.Page);
            switch (stored)
            {
                case { IsSetAside: true }:
                    tally.SetAside.Enqueue(entry);
                    break;
                case { DroppedBy: { } rule }:
                    tally.Dropped.Enqueue(rule.Name);
                    break;
                case { IsNew: true }:
                    tally.Add();
                    added.Add(entry);
                    break;
            }
        });
        if (tally.Dropped is { Count: > 0 } dropped)
        {
            var names = string.Join(", ", dropped.Distinct().Order(StringComparer.Ordinal));
            LogDropped(source.Name, dropped.Count, names);
        }

        return added;
    }

    /// <summary>Whether a failure is one of the network here. Feeds that failed before that was noticed are tried again soon, too.</summary>
    private async Task<bool> IsOursAsync(FeedState state, FetchResult fetched, CancellationToken cancellationToken)
    {
        var verdict = network.Judge(state, fetched);
        foreach (var suspect in verdict.WronglyBlamed)
        {
            await store.HastenPollAsync(suspect, clock.GetUtcNow() + WronglyBlamedWait, "the network here was down", cancellationToken);
        }

        return verdict.NetworkDown;
    }

    /// <summary>The publisher wants quiet at this hour, and the poll comes late or early: no request.</summary>
    private async Task<FeedHealth> PutOffAsync(FeedState state, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await store.SaveAsync(new StoryBatch([], state with { NextPoll = until, NextPollReason = "moved out of the hours the feed wants quiet" }), cancellationToken);
        return state.Health;
    }

    /// <summary>
    /// Which entries are known, by the fingerprint they are stored with; and those that are not stored, were edited since, or whose page
    /// is worth another try. One that a rule dropped is known too, and counts as edited once that rule is no longer in force; so is one whose story
    /// was dropped, or is too old to be kept. The rest cost two look-ups together.
    /// </summary>
    private async Task<(IReadOnlyDictionary<StoryId, string> Known, IReadOnlyList<FeedEntry> ToRead)> FindNewAsync(
        FeedSource source, ParsedFeed feed, EntryMemory memory, CancellationToken cancellationToken)
    {
        var ids = feed.Entries.Select(entry => entry.StoryIn(source.Id)).ToList();
        var known = new Dictionary<StoryId, string>(await store.FindFingerprintsAsync(ids, cancellationToken));
        var dropped = await store.FindDroppedAsync([.. ids.Where(id => !known.ContainsKey(id))], cancellationToken);
        foreach (var (id, entry) in dropped)
        {
            known[id] = rules.Rules.StillDrops(entry) ? entry.Fingerprint : "";
        }

        if (known.Count < ids.Count && store.Kept.Limits.IsAny)
        {
            // What the feed's last document held was stored then, or was too old for that; a date tells where there was none.
            var had = memory.Stories();
            var since = (await store.CountAsync(cancellationToken)).KeptSince;
            foreach (var (entry, id) in feed.Entries.Zip(ids).Where(one => had.Contains(one.Second) || (one.First.Published ?? one.First.Updated) <= since))
            {
                known.TryAdd(id, entry.Fingerprint);
            }
        }

        var now = clock.GetUtcNow();
        return (known, [.. feed.Entries.Where((entry, index) => PageRetries.IsToBeRead(entry.Fingerprint, known.GetValueOrDefault(ids[index]), now))]);
    }

    /// <summary>Reads, tags and stores one entry. A fault of ours in it sets aside this entry only; it is tried again with the feed's next document.</summary>
    private async Task<StoredEntry> StoreEntryAsync(FeedSource source, ParsedFeed feed, FeedEntry entry, Flood flood, bool isKnown, bool isOfFirstDocument, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("story");
        var began = clock.GetTimestamp();
        try
        {
            var before = isKnown ? await store.FindStoryAsync(entry.StoryIn(source.Id), cancellationToken) : null;
            var wantsPage = source.FullText && !await IsReadForAnotherFeedAsync(source, feed, entry, before, cancellationToken);
            var page = wantsPage ? await ReadArticleAsync(source, entry, before, cancellationToken) : ArticlePage.NotWanted;
            progress.PageDone(page.Article is not null || page.IsAsBefore);
            var (story, rule) = await MakeStoryAsync(source, feed, entry, page, flood, before, cancellationToken);
            var outcome = OutcomeOf(page, wantsPage, story);
            metrics.PageDone(outcome);
            span?.SetTag("aggregator.story.id", story.Id.Value);
            if (rule is not null)
            {
                var dropped = new DroppedStory(story.Id, entry.Fingerprint, rule.Name, rule.Key); // its page is not wanted, so not tried again either
                await store.SaveAsync(new StoryBatch([], null) { Dropped = [dropped] }, cancellationToken);
                progress.StoryDropped();
                LogDroppedEntry(rule.Name, story.Title, story.Link);
                return new StoredEntry(IsNew: false, rule) { Page = outcome };
            }

            if (before is null && store.Kept.IsTooOld(story, clock.GetUtcNow()))
            {
                return new StoredEntry(IsNew: false, DroppedBy: null) { Page = outcome }; // its topics tell how long it is kept, so only now; what was in the document is not read again
            }

            var saved = await SaveAsync(new StoryBatch([story], null), cancellationToken);
            metrics.StoryStored(story, saved.Added > 0, isOfFirstDocument, began);
            progress.StoriesSaved(saved.Added, saved.Replaced, saved.Carried);
            if (saved.Carried > 0)
            {
                await enricher.EnrichCarriedAsync(story.Id, clock.GetUtcNow(), cancellationToken);
            }

            archive.Keep(new ArchivedEntry(story.Id, source.Address, feed.Title, feed.Site, feed.Language, entry));
            changes.Happened();
            return new StoredEntry(saved.Added > 0, DroppedBy: null) { Page = outcome };
        }
#pragma warning disable CA1031 // Whatever a stage of ours stumbles over in one entry must not cost the feed its other entries.
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreException))
#pragma warning restore CA1031
        {
            LogSetAside(Words.Place(entry.Key), source.Name, fault);
            span.Fail(fault);
            return new StoredEntry(IsNew: false, DroppedBy: null) { IsSetAside = true };
        }
    }

    /// <summary>The article behind an entry.</summary>
    private async Task<ArticlePage> ReadArticleAsync(FeedSource source, FeedEntry entry, Story? before, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("article");
        var page = await articles.ReadAsync(entry, before, source.AuthForPages ? secrets.For(source) : FeedAccess.Open, cancellationToken);
        if (span is not null)
        {
            span.SetTag("url.full", entry.Link is { } link ? Words.Place(link) : null);
            if (page.Article is null && !page.IsAsBefore)
            {
                span.Fail("no_page", page.Note ?? "");
            }
        }

        return page;
    }

    private async Task<SaveResult> SaveAsync(StoryBatch batch, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("save");
        try
        {
            return await store.SaveAsync(batch, cancellationToken);
        }
        catch (StoreException fault)
        {
            span.Fail(fault);
            throw;
        }
    }

    private static PageOutcome OutcomeOf(ArticlePage page, bool wanted, Story story) =>
        !wanted ? PageOutcome.NotWanted
        : page.IsAsBefore ? PageOutcome.Unchanged
        : page.Article is null ? PageOutcome.Missed
        : story.BodySource == BodySource.Page ? PageOutcome.Read
        : PageOutcome.NotUsed;

    /// <summary>
    /// Whether an entry's page was read for another feed, whose story this feed carries too: it is not asked for again. Link and title tell
    /// that by themselves. A page that is read with a secret may hold more than the one that is open to all.
    /// </summary>
    private async Task<bool> IsReadForAnotherFeedAsync(FeedSource source, ParsedFeed feed, FeedEntry entry, Story? before, CancellationToken cancellationToken)
    {
        if (source.AuthForPages)
        {
            return false;
        }

        if (before is not null)
        {
            return before.Id != entry.StoryIn(source.Id) && before.BodySource == BodySource.Page;
        }

        var announced = StoryComposer.Compose(source, feed, entry with { ContentHtml = null, SummaryHtml = null }, ArticlePage.NotWanted, clock.GetUtcNow());
        return await store.FindSameArticleAsync(announced, cancellationToken) is { BodySource: BodySource.Page };
    }

    private async Task<RuleOutcome> MakeStoryAsync(FeedSource source, ParsedFeed feed, FeedEntry entry, ArticlePage page, Flood flood, Story? before, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var mark = PageRetries.Remember(entry.Fingerprint, before?.Fingerprint, page.RetryLater, now);
        if (before?.Id == entry.StoryIn(source.Id) && page.Article is null && !PageRetries.IsEdited(entry.Fingerprint, before.Fingerprint))
        {
            return await enricher.EnrichAsync(before with { Fingerprint = mark }, before, cancellationToken);
        }

        var story = StoryComposer.Compose(source, feed, entry, page, now) with { Fingerprint = mark, Rules = flood.EffectsOn(entry) };
        story = StoryComposer.KeepBetterText(story, before, source, page.IsAsBefore);
        return await enricher.EnrichAsync(StoryComposer.KeepDateOfSameText(story, before), before, cancellationToken);
    }

    private async Task<FeedHealth> EndAsync(FeedSource source, FeedState before, PollOutcome outcome, CancellationToken cancellationToken)
    {
        var after = FeedStates.After(before, source, outcome, options.Value, clock.GetUtcNow());
        if (await hubs.FindReliableAsync(source.Id, cancellationToken) is { } subscription)
        {
            after = PushedSchedule.Relax(after, subscription.Hub.Host, clock.GetUtcNow());
        }

        await SaveAsync(new StoryBatch([], after), cancellationToken);
        Tell(source, before, after, outcome.Feed?.Entries.Count ?? 0, outcome.Added);
        return outcome.NetworkDown ? FeedHealth.Failing : after.Health;
    }

    private ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = options.Value.ArticlesAtOnce, CancellationToken = cancellationToken };

    /// <summary>One line when something happened: stories came, or the feed's health changed. A quiet poll is quiet.</summary>
    private void Tell(FeedSource source, FeedState before, FeedState after, int entries, int added)
    {
        if (after.MovedTo != before.MovedTo)
        {
            LogMoved(source.Name, after.FetchAddress, before.FetchAddress);
        }

        if (after.Health is FeedHealth.Failing or FeedHealth.Gone)
        {
            if (before.Health != after.Health || !IsSameFailure(before.LastError, after.LastError))
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

    /// <summary>Two failures that differ in a number only, a time to wait or a status, are one state of the feed.</summary>
    private static bool IsSameFailure(string? before, string? after) =>
        string.Concat((before ?? "").Where(letter => !char.IsDigit(letter))) == string.Concat((after ?? "").Where(letter => !char.IsDigit(letter)));

    [LoggerMessage(204, LogLevel.Warning, "{Feed} is fetched from {Address} from now on, no more from {Before}; feeds.json is as it was")]
    private partial void LogMoved(string feed, Uri address, Uri before);

    [LoggerMessage(200, LogLevel.Information, "{Feed}: {Entries} entries, {Added} new stories")]
    private partial void LogPolled(string feed, int entries, int added);

    [LoggerMessage(201, LogLevel.Warning, "{Feed} cannot be read: {Reason}. Next try at {NextPoll:u}")]
    private partial void LogFailed(string feed, string reason, DateTimeOffset nextPoll);

    [LoggerMessage(203, LogLevel.Error, "The entry {Entry} of {Feed} was set aside by a fault of this program; the other entries go on")]
    private partial void LogSetAside(string entry, string feed, Exception fault);

    [LoggerMessage(202, LogLevel.Information, "{Feed} can be read again: {Entries} entries, {Added} new stories")]
    private partial void LogRecovered(string feed, int entries, int added);

    [LoggerMessage(205, LogLevel.Information, "{Feed}: {Dropped} new stories not stored, as rules say: {Rules}")]
    private partial void LogDropped(string feed, int dropped, string rules);

    [LoggerMessage(970, LogLevel.Warning, "{Feed}: {Flood}")]
    private partial void LogFlood(string feed, string flood);

    [LoggerMessage(206, LogLevel.Debug, "The rule {Rule} drops \"{Title}\" ({Link})")]
    private partial void LogDroppedEntry(string rule, string title, Uri link);

    /// <summary>What became of an entry.</summary>
    private readonly record struct StoredEntry(bool IsNew, StoryRule? DroppedBy)
    {
        /// <summary>A fault of ours kept it from being stored.</summary>
        public bool IsSetAside { get; init; }

        /// <summary>What became of its page.</summary>
        public PageOutcome Page { get; init; }
    }

    /// <summary>Counts the stories of one poll, wherever it ends.</summary>
    private sealed class Tally
    {
        private int _added;
        private int _pagesRead;
        private int _pagesMissed;

        /// <summary>The rules that dropped stories, each as often as it did.</summary>
        public ConcurrentQueue<string> Dropped { get; } = new();

        /// <summary>Entries set aside by a fault of ours.</summary>
        public ConcurrentQueue<FeedEntry> SetAside { get; } = new();

        public int Added => Volatile.Read(ref _added);

        /// <summary>The document is the first of its feed.</summary>
        public bool IsOfFirstDocument { get; set; }

        /// <summary>Entries whose text was taken from their page.</summary>
        public int PagesRead => Volatile.Read(ref _pagesRead);

        /// <summary>Entries whose page was asked for in vain, or held no article.</summary>
        public int PagesMissed => Volatile.Read(ref _pagesMissed);

        public void Add() => Interlocked.Increment(ref _added);

        public void Count(PageOutcome page)
        {
            if (page == PageOutcome.Read)
            {
                Interlocked.Increment(ref _pagesRead);
            }
            else if (page is PageOutcome.Missed or PageOutcome.NotUsed)
            {
                Interlocked.Increment(ref _pagesMissed);
            }
        }
    }
}

/// <summary>What a document of a feed brought.</summary>
/// <param name="Entries">Entries that were new or edited.</param>
/// <param name="Added">Those that became new stories.</param>
public readonly record struct TakenIn(int Entries, int Added);
