using System.Diagnostics.Metrics;
using Aggregator.Model.Feeds;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hub;
using Aggregator.Service.Polling;
using Aggregator.Service.Push;

namespace Aggregator.Service.Watching;

/// <summary>
/// What can be measured whenever somebody asks: queues, feeds by health, what is stored. Costs nothing in between. Names as OpenTelemetry's semantic conventions have them;
/// no attribute names a feed.
/// </summary>
public sealed class ServiceGauges
{
    private readonly FeedCensus _census;
    private readonly PushBook _book;

    /// <summary>Adds the gauges to the service's meter.</summary>
    public ServiceGauges(
        IMeterFactory meters, FeedCensus census, PollPulse pulse, PollProgress progress, StoreMetrics store, StoreWatch watch, PendingPushes pushed, PushBook book, DiskProbe disk, BodiesInHand bodies)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(pulse);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(watch);
        ArgumentNullException.ThrowIfNull(pushed);
        ArgumentNullException.ThrowIfNull(disk);
        (_census, _book) = (census, book);
        var meter = meters.Create(Meters.Own);
        meter.CreateObservableGauge("aggregator.feeds", FeedsByHealth, "{feed}", "Feeds of feeds.json by their health.");
        meter.CreateObservableGauge("aggregator.feed.due", () => _census.Last.Due, "{feed}", "Feeds whose poll is due or under way.");
        meter.CreateObservableGauge("aggregator.feed.overdue", () => _census.Last.Overdue.TotalSeconds, "s", "For how long the feed that has been due for longest has been so.");
        meter.CreateObservableGauge("aggregator.poll.active", () => pulse.Read().UnderWay, "{poll}", "Polls under way.");
        meter.CreateObservableGauge("aggregator.queue.length", () => QueueLengths(pulse.Read(), bodies, store, pushed), "{item}", "What waits, by queue: feeds for a poller, bodies for memory, saves for the disk, pushed documents to be taken in, news to be brought to subscribers.");
        meter.CreateObservableGauge("aggregator.push.subscribers", () => _book.Subscribers.Count, "{subscriber}", "Those whom news are brought to.");
        meter.CreateObservableGauge("aggregator.push.dead_letters", () => _book.DeadLetterCount, "{letter}", "News that webhooks did not take.");
        meter.CreateObservableCounter("aggregator.feed.entries", () => progress.Snapshot().EntriesNew, "{entry}", "New and edited entries found in feeds.");
        meter.CreateObservableCounter("aggregator.story.stored", () => StoriesStored(progress.Snapshot()), "{story}", "Entries that were stored, by what became of them.");
        meter.CreateObservableGauge("aggregator.store.stories", () => _census.Last.Stories, "{story}", "Stories stored.");
        meter.CreateObservableGauge("aggregator.store.size", () => _census.Last.Bytes, "By", "What the stories take on the disk, indexes and logs among it.");
        meter.CreateObservableGauge("aggregator.store.log.size", () => _census.Last.LogBytes, "By", "What the store's logs take, which are yet to be written back.");
        meter.CreateObservableGauge("aggregator.store.writable", () => watch.CannotStore is null ? 1 : 0, null, "1 while stories can be stored, 0 while they cannot.");
        meter.CreateObservableGauge("aggregator.disk.free", () => disk.FreeBytes is { } free ? [new Measurement<long>(free)] : Array.Empty<Measurement<long>>(), "By", "What is free on the disk of the data folder.");
    }

    private IEnumerable<Measurement<int>> FeedsByHealth()
    {
        var counts = _census.Last;
        foreach (var health in Enum.GetValues<FeedHealth>())
        {
            yield return Of(counts.Of(health), "aggregator.feed.health", health.ToString().ToLowerInvariant());
        }

        yield return Of(counts.Off, "aggregator.feed.health", "off");
    }

    private IEnumerable<Measurement<int>> QueueLengths(PulseReading polls, BodiesInHand bodies, StoreMetrics store, PendingPushes pushed)
    {
        const string Queue = "aggregator.queue.name";
        yield return Of(polls.Queued, Queue, "polls");
        yield return Of(bodies.Feeds.Waiting + bodies.Pages.Waiting, Queue, "bodies");
        yield return Of(store.Saving, Queue, "saves");
        yield return Of(pushed.Count, Queue, "pushed");
        yield return Of((int)Math.Min(int.MaxValue, _book.Undelivered), Queue, "deliveries");
    }

    private static IEnumerable<Measurement<long>> StoriesStored(PollCounts counts)
    {
        const string Change = "aggregator.story.change";
        yield return Of(counts.StoriesAdded, Change, "added");
        yield return Of(counts.StoriesReplaced, Change, "replaced");
        yield return Of(counts.StoriesCarried, Change, "carried");
        yield return Of(counts.StoriesDropped, Change, "dropped");
    }

    private static Measurement<T> Of<T>(T value, string attribute, string name)
        where T : struct => new(value, new KeyValuePair<string, object?>(attribute, name));
}
