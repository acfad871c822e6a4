using System.Diagnostics;
using System.Diagnostics.Metrics;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Fetching;
using Aggregator.Service.Watching;

namespace Aggregator.Service.Polling;

/// <summary>
/// What is measured of polls and of the stages of a story. Names, units and attributes as OpenTelemetry's semantic conventions have them; no attribute names a feed or a
/// host, so that there are few series however many feeds there are. Safe for concurrent use.
/// </summary>
public sealed class PollMetrics
{
    private const string OutcomeAttribute = "aggregator.poll.outcome";

    /// <summary>A poll that a person asked for, or that was late for longer, tells nothing of how late polls are.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private static readonly InstrumentAdvice<double> SecondsOfPolls = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800] };
    private static readonly InstrumentAdvice<double> SecondsOfWork = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] };
    private static readonly InstrumentAdvice<double> SecondsOfDelay = new() { HistogramBucketBoundaries = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400] };
    private static readonly InstrumentAdvice<double> SecondsOfAge = new() { HistogramBucketBoundaries = [60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 259200] };

    private readonly TimeProvider _clock;
    private readonly Histogram<double> _polls;
    private readonly Histogram<double> _delays;
    private readonly Histogram<double> _ages;
    private readonly Histogram<double> _stories;
    private readonly Histogram<double> _extractions;
    private readonly Histogram<double> _taggings;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _pages;

    /// <summary>The instruments, in the service's meter.</summary>
    public PollMetrics(IMeterFactory meters, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _clock = clock;
        var meter = meters.Create(Meters.Own);
        _polls = meter.CreateHistogram("aggregator.poll.duration", "s", "How long polls of feeds took, by how they ended.", advice: SecondsOfPolls);
        _delays = meter.CreateHistogram("aggregator.poll.delay", "s", "How much later than planned polls began.", advice: SecondsOfDelay);
        _ages = meter.CreateHistogram("aggregator.story.age", "s", "How old new stories were when they were stored, by the time of publication that they state. Without those of a feed's first document.", advice: SecondsOfAge);
        _stories = meter.CreateHistogram("aggregator.story.duration", "s", "How long it took from seeing an entry in a feed to having stored it.", advice: SecondsOfPolls);
        _extractions = meter.CreateHistogram("aggregator.extraction.duration", "s", "How long it took to extract an article from its page.", advice: SecondsOfWork);
        _taggings = meter.CreateHistogram("aggregator.tagging.duration", "s", "How long it took to find a story's topics and apply the rules.", advice: SecondsOfWork);
        _bytes = meter.CreateCounter<long>("aggregator.poll.received", "By", "Bytes of feed documents, as they came over the network.");
        _pages = meter.CreateCounter<long>("aggregator.extraction.entries", "{entry}", "Entries by where their text was taken from.");
    }

    /// <summary>Begins to measure a poll, and its trace; both end when what is returned is disposed.</summary>
    public PollMeasure BeginPoll(FeedSource source, FeedState state)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(state);
        var span = Spans.StartRoot("poll");
        var delay = _clock.GetUtcNow() - state.NextPoll;
        if (delay >= TimeSpan.Zero && delay <= LongestDelay)
        {
            _delays.Record(delay.TotalSeconds);
        }

        return new PollMeasure(this, source, span, _clock.GetTimestamp());
    }

    /// <summary>An entry became a story, <paramref name="began"/> being when it was taken up.</summary>
    public void StoryStored(Story story, bool isNew, bool isOfFirstDocument, long began)
    {
        ArgumentNullException.ThrowIfNull(story);
        _stories.Record(_clock.GetElapsedTime(began).TotalSeconds);
        if (isNew && !isOfFirstDocument && story.Published is { } published)
        {
            _ages.Record(Math.Max(0, (_clock.GetUtcNow() - published).TotalSeconds)); // some state a time to come
        }
    }

    /// <summary>What became of an entry's page.</summary>
    public void PageDone(PageOutcome outcome) => _pages.Add(1, new KeyValuePair<string, object?>("aggregator.extraction.outcome", outcome switch
    {
        PageOutcome.Read => "page",
        PageOutcome.Unchanged => "unchanged",
        PageOutcome.NotUsed => "page_not_used",
        PageOutcome.Missed => "no_page",
        _ => "not_wanted",
    }));

    /// <summary>An article was extracted, begun at <paramref name="began"/>, by the machine's own clock.</summary>
    public void Extracted(long began) => _extractions.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);

    /// <summary>A story was tagged, likewise.</summary>
    public void Tagged(long began) => _taggings.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);

    internal void EndPoll(long began, string outcome, string? error, long bytes)
    {
        var tags = new TagList { { OutcomeAttribute, outcome } };
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        _polls.Record(_clock.GetElapsedTime(began).TotalSeconds, tags);
        _bytes.Add(bytes);
    }

    /// <summary>How a poll ended, as metrics and traces name it, and of what kind its failure is. Null: it did not fail.</summary>
    internal static (string Outcome, string? Error) NameOf(PollOutcome outcome) => outcome switch
    {
        { NetworkDown: true } => ("network_down", "not_reached"),
        { Result: FetchResult.HostAtRest } => ("host_at_rest", null),
        { Result: FetchResult.NoRoom } => ("no_memory", null),
        { Result: FetchResult.Changed } => ("changed", null),
        { Result: FetchResult.Unchanged { SentWhole: true } } => ("unchanged", null),
        { Result: FetchResult.Unchanged } => ("not_modified", null),
        _ => ("failed", NameOf(FaultMeaning.KindOf(outcome.Result))),
    };

    /// <summary>A kind of failure as metrics and traces name it.</summary>
    internal static string NameOf(FeedFault fault) => fault switch
    {
        FeedFault.NoAnswer => "no_answer",
        FeedFault.NotReached => "not_reached",
        FeedFault.ServerFault => "server_fault",
        FeedFault.NotFound => "not_found",
        FeedFault.Forbidden => "forbidden",
        FeedFault.NotAFeed => "not_a_feed",
        FeedFault.Refused => "refused",
        FeedFault.AskedToWait => "asked_to_wait",
        FeedFault.Gone => "gone",
        FeedFault.NoSecret => "no_secret",
        FeedFault.BrokenOff => "broken_off",
        _ => "_OTHER",
    };
}

/// <summary>What became of an entry's page.</summary>
public enum PageOutcome
{
    /// <summary>It was not asked for: the feed's own text is wanted, or the page was read for another feed.</summary>
    NotWanted,

    /// <summary>The text was taken from it.</summary>
    Read,

    /// <summary>It is as it was when it was read before.</summary>
    Unchanged,

    /// <summary>It came, and the feed's own text is better.</summary>
    NotUsed,

    /// <summary>It was not to be had.</summary>
    Missed,
}

/// <summary>A poll that is being measured and traced. What ends it without a word is a fault.</summary>
public sealed class PollMeasure : IDisposable
{
    private readonly PollMetrics _metrics;
    private readonly FeedSource _source;
    private readonly Activity? _span;
    private readonly long _began;
    private (string Outcome, string? Error) _end = ("fault", "_OTHER");
    private long _bytes;

    internal PollMeasure(PollMetrics metrics, FeedSource source, Activity? span, long began) => (_metrics, _source, _span, _began) = (metrics, source, span, began);

    /// <summary>The poll was moved to another time without a request.</summary>
    public void PutOff() => _end = ("put_off", null);

    /// <summary>The service ends.</summary>
    public void Stopped() => _end = ("stopped", null);

    /// <summary>The store could not do its work.</summary>
    public void StoreFailed(StoreException fault)
    {
        _end = ("store_fault", "store_fault");
        _span.Fail(fault);
    }

    /// <summary>The poll came to its end.</summary>
    public void Ended(PollOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        _end = PollMetrics.NameOf(outcome);
        _bytes = outcome.Result.Received;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics.EndPoll(_began, _end.Outcome, _end.Error, _bytes);
        _span.Describe(_source, _end.Outcome, _end.Error);
        _span?.Dispose();
    }
}
