using Aggregator.Content.Parsing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hub;
using Aggregator.Service.Secrets;
using Aggregator.Service.Watching;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Polling;

/// <summary>Brings one feed up to date. This is the main path of the service: read it first.</summary>
public sealed class FeedPoller(
    FeedFetcher fetcher,
    FeedSecrets secrets,
    BodiesInHand bodies,
    EntryFinder finder,
    StoryMaker maker,
    IStoryStore store,
    PollProgress progress,
    NetworkWatch network,
    HubSubscriptions hubs,
    PushAllowance pushes,
    PollMetrics metrics,
    PollLog log,
    IOptions<PollingOptions> options,
    TimeProvider clock)
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
        using var measure = metrics.BeginPoll(source, state);
        try
        {
            return await PollAsync(source, state, measure, cancellationToken);
        }
        catch (StoreException fault)
        {
            measure.StoreFailed(fault);
            throw;
        }
        catch (OperationCanceledException)
        {
            measure.Stopped();
            throw;
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
        var tally = new PollTally();
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
    private async Task<PollOutcome> ReadAsync(FeedSource source, FeedState state, PollTally tally, CancellationToken cancellationToken)
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

        var found = await finder.FindAsync(source, feed, state.Known, cancellationToken);
        if (!document.IsPart && Moves.IsAnotherFeed(state, found.Feed, found.Known.Count))
        {
            return new PollOutcome(FetchResult.NoFeed($"{state.MovedTo} now carries another feed, \"{found.Feed.Title}\"") with { Received = document.Received });
        }

        found = HoldBack(found, Flood.MostOfAPoll(state.LastSuccess, options.Value, clock.GetUtcNow())) with { IsFirst = state.LastSuccess is null };
        var added = await maker.MakeAsync(found, tally, cancellationToken);
        var links = HubLinks.Find(document.Link, document.Origin.Address, found.Feed.Links);
        var pushed = await hubs.PolledAsync(source, links, added, state.LastSuccess, cancellationToken);
        return new PollOutcome(fetched)
        {
            Feed = found.Flood.Count == 0 ? found.Feed : found.Feed with { Problems = [.. found.Feed.Problems, found.Flood.Words] },
            Added = tally.Added + (int)pushed,
            NewDates = [.. found.ToRead.Where(found.IsNew).Select(entry => entry.Published ?? entry.Updated)],
            KnownEntries = found.Known.Count,
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
        var found = await finder.FindAsync(source, feed, state?.Known ?? EntryMemory.Empty, cancellationToken);
        found = HoldBack(found, pushes.LeftOf(source.Id, options.Value.MostNewOfAPoll));
        var added = await maker.MakeAsync(found, new PollTally(), cancellationToken);
        pushes.Take(source.Id, added.Count);
        return new TakenIn(found.ToRead.Count, added.Count);
    }

    /// <summary>Step 1.</summary>
    private async Task<FetchResult> FetchAsync(FeedSource source, FeedState state, BodyShare share, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("fetch");
        var fetched = await fetcher.FetchAsync(state, secrets.For(source), share, cancellationToken);
        span.Describe(state, fetched);
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
        span.Describe(feed);
        return feed;
    }

    /// <summary>Of what a document holds, what is more than <paramref name="most"/> new entries is stored and no more (<see cref="Flood"/>).</summary>
    private FoundEntries HoldBack(FoundEntries found, int? most)
    {
        progress.EntriesFound(found.ToRead.Count);
        var flood = Flood.Of(found.ToRead, found.IsNew, most, clock.GetUtcNow());
        if (flood.Count > 0)
        {
            log.Flooded(found.Source, flood);
        }

        return found with { Flood = flood };
    }

    /// <summary>Whether a failure is one of the network here. Feeds that failed before that was noticed are tried again soon, too.</summary>
    private async Task<bool> IsOursAsync(FeedState state, FetchResult fetched, CancellationToken cancellationToken)
    {
        var verdict = network.Judge(state, fetched);
        foreach (var suspect in verdict.WronglyBlamed)
        {
            await TryAgainSoonAsync(suspect, cancellationToken);
        }

        return verdict.NetworkDown;
    }

    private Task<bool> TryAgainSoonAsync(FeedId wronglyBlamed, CancellationToken cancellationToken) =>
        store.HastenPollAsync(wronglyBlamed, clock.GetUtcNow() + WronglyBlamedWait, "the network here was down", cancellationToken);

    /// <summary>The publisher wants quiet at this hour, and the poll comes late or early: no request.</summary>
    private async Task<FeedHealth> PutOffAsync(FeedState state, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var putOff = state with { NextPoll = until, NextPollReason = "moved out of the hours the feed wants quiet", PlannedAt = clock.GetUtcNow() };
        await store.SaveAsync(new StoryBatch([], putOff), cancellationToken);
        return state.Health;
    }

    /// <summary>Step 6. What was learned of an address that is not the feed's any more is not remembered, nor anything of a feed that was forgotten meanwhile.</summary>
    private async Task<FeedHealth> EndAsync(FeedSource source, FeedState before, PollOutcome outcome, CancellationToken cancellationToken)
    {
        if ((await store.FindFeedStateAsync(source.Id, cancellationToken))?.Address != before.Address)
        {
            await store.GiveBackAsync(source.Id, cancellationToken);
            return before.Health;
        }

        var after = FeedStates.After(before, source, outcome, options.Value, clock.GetUtcNow());
        if (await hubs.FindReliableAsync(source.Id, cancellationToken) is { } subscription)
        {
            after = PushedSchedule.Relax(after, subscription.Hub.Host, clock.GetUtcNow());
        }

        await store.SaveTracedAsync(new StoryBatch([], after), cancellationToken);
        if (network.BlamedWrongly(source.Id))
        {
            await TryAgainSoonAsync(source.Id, cancellationToken); // also where another poll has done so: this one's plan has just taken its place
        }

        log.Ended(source, before, after, outcome);
        return outcome.NetworkDown ? FeedHealth.Failing : after.Health;
    }
}

/// <summary>What a document of a feed brought.</summary>
/// <param name="Entries">Entries that were new or edited.</param>
/// <param name="Added">Those that became new stories.</param>
public readonly record struct TakenIn(int Entries, int Added);
