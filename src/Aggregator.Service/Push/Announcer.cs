using Aggregator.Content.Publishing;
using Aggregator.Model.Push;
using Aggregator.Model.Storage;
using Aggregator.Service.Polling;
using Aggregator.Service.Web;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Push;

/// <summary>
/// Looks through the feeds that somebody subscribed to whenever stories come, and has what is new pushed: written down first, so that whatever ends the process loses
/// none of it. At start it finds what was stored and not told before.
/// </summary>
public sealed partial class Announcer(
    PushBook book, FeedNews news, LiveFeeds live, TopicAddress topics, MergedFeedComposer composer, Deliverer deliverer, Webhooks webhooks, StoreChanges changes, IOptions<PushOptions> options, TimeProvider clock, ILogger<Announcer> logger)
    : BackgroundService
{
    /// <summary>Entries in one publication: many at once are told in several, the oldest first.</summary>
    private const int MostInOne = 50;

    private readonly HashSet<string> _unreadable = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync("webhooks", () => TakeOverWebhooksAsync(stoppingToken), stoppingToken);
        for (var looked = -1L; !stoppingToken.IsCancellationRequested;)
        {
            await changes.WaitAsync(looked, stoppingToken);
            looked = changes.Version;
            var begun = clock.GetTimestamp();
            foreach (var topic in book.Topics)
            {
                await TryAsync(topic.Topic, () => AnnounceAsync(topic, stoppingToken), stoppingToken);
            }

            await live.AnnounceAsync(stoppingToken);
            var rest = options.Value.Every - clock.GetElapsedTime(begun);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, clock, stoppingToken);
            }
        }
    }

    /// <summary>Makes the webhooks that are configured subscribers, and forgets those that are not any more.</summary>
    private async Task TakeOverWebhooksAsync(CancellationToken cancellationToken)
    {
        var wanted = webhooks.Read().ToDictionary(webhook => webhook.Subscriber.Id);
        foreach (var gone in book.Subscribers.Where(subscriber => subscriber.Kind == SubscriberKind.Webhook && !wanted.ContainsKey(subscriber.Id)))
        {
            book.Remove(gone.Id);
        }

        foreach (var (subscriber, feed) in wanted.Values)
        {
            book.Add(subscriber, await news.ListAsync(feed, cancellationToken));
        }
    }

    private async Task AnnounceAsync(PublishedTopic topic, CancellationToken cancellationToken)
    {
        if (topics.Find(new Uri(topic.Topic)) is not var (feed, home))
        {
            if (_unreadable.Add(topic.Topic))
            {
                LogNoFeed(topic.Topic);
            }

            return;
        }

        var found = await news.FindAsync(feed, topic.Told, topic.Since, cancellationToken);
        if (found.Entries.Count == 0)
        {
            return;
        }

        var publications = found.Entries.Reverse().Chunk(MostInOne)
            .Select((entries, i) => Make(topic, topic.Last + 1 + i, feed, composer.Compose(feed, home, [.. entries.Reverse()]))).ToList();
        var subscribers = book.Publish(topic with { Last = topic.Last + publications.Count, Told = found.Told }, publications);
        deliverer.Wake(subscribers);
    }

    private Publication Make(PublishedTopic topic, long number, MergedFeed feed, PublishedFeed news) =>
        new(topic.Topic, number, clock.GetUtcNow(), feed.Writer.MediaType, feed.Writer.Write(news));

    /// <summary>One feed's trouble is not another's: it is looked through again with the next change.</summary>
    private async Task TryAsync(string what, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // The boundary of one feed.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(what, fault is StoreException told ? told.Message : fault.ToString());
        }
    }

    [LoggerMessage(870, LogLevel.Warning, "{Topic} is subscribed to and means no feed any more: nothing is pushed for it")]
    private partial void LogNoFeed(string topic);

    [LoggerMessage(871, LogLevel.Error, "What is new in {Topic} could not be told; it is tried again with the next news: {Reason}")]
    private partial void LogFault(string topic, string reason);
}
