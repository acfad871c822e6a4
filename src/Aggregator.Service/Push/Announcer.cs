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
    PushBook book, FeedNews news, LiveFeeds live, TopicAddress topics, MergedFeedComposer composer, PublicationWriter writer, Deliverer deliverer, Webhooks webhooks, StoreChanges changes, IOptions<PushOptions> options, TimeProvider clock, ILogger<Announcer> logger)
    : BackgroundService
{
    private static readonly TimeSpan AgainAfterFault = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DeepEvery = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> _unreadable = [];
    private readonly HashSet<string> _faulty = [];
    private bool _knowsWebhooks;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        LookAsync(() => AnnounceAllAsync(stoppingToken), stoppingToken),
        LookAsync(async () =>
        {
            await live.AnnounceAsync(stoppingToken);
            return true;
        }, stoppingToken),
        LookDeepAsync(stoppingToken));

    /// <summary>Looks whenever stories came, not too often; and again soon where something stood in the way.</summary>
    private async Task LookAsync(Func<Task<bool>> look, CancellationToken cancellationToken)
    {
        try
        {
            for (var looked = -1L; ;)
            {
                await changes.WaitAsync(looked, cancellationToken);
                looked = changes.Version;
                var begun = clock.GetTimestamp();
                if (!await look())
                {
                    looked = -1;
                    await Task.Delay(AgainAfterFault, clock, cancellationToken);
                }

                var rest = options.Value.Every - clock.GetElapsedTime(begun);
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, clock, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> AnnounceAllAsync(CancellationToken cancellationToken)
    {
        _knowsWebhooks = _knowsWebhooks || await TryAsync("webhooks", () => TakeOverWebhooksAsync(cancellationToken), cancellationToken);
        var isDone = _knowsWebhooks;
        foreach (var topic in book.Topics)
        {
            isDone &= await TryAsync(topic.Topic, () => AnnounceAsync(topic, isDeep: false, cancellationToken), cancellationToken);
        }

        return isDone;
    }

    /// <summary>Looks further back now and then, one feed after the other.</summary>
    private async Task LookDeepAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(DeepEvery, clock);
        var looked = -1L;
        try
        {
            while (await beat.WaitForNextTickAsync(cancellationToken))
            {
                if (changes.Version == looked)
                {
                    continue;
                }

                looked = changes.Version;
                foreach (var topic in book.Topics)
                {
                    await TryAsync(topic.Topic, () => AnnounceAsync(topic, isDeep: true, cancellationToken), cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
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

    private async Task AnnounceAsync(PublishedTopic topic, bool isDeep, CancellationToken cancellationToken)
    {
        if (topics.Find(new Uri(topic.Topic)) is not var (feed, home))
        {
            lock (_unreadable)
            {
                if (_unreadable.Add(topic.Topic))
                {
                    LogNoFeed(topic.Topic);
                }
            }

            return;
        }

        if (!composer.IsPushed(feed.Scope))
        {
            // It was made private since they subscribed. Webhooks are the operator's own.
            foreach (var subscriber in book.Subscribers.Where(subscriber => subscriber.Kind == SubscriberKind.WebSub && subscriber.Topic == topic.Topic))
            {
                book.Remove(subscriber.Id);
            }
        }

        var found = await news.FindAsync(feed, topic, isDeep, cancellationToken);
        if (found.Entries.Count == 0)
        {
            return;
        }

        var publications = writer.WriteAll(feed, home, found.Entries)
            .Select((document, i) => new Publication(topic.Topic, topic.Last + 1 + i, clock.GetUtcNow(), feed.Writer.MediaType, document)).ToList();
        deliverer.Wake(book.Publish(topic, found, publications));
    }

    /// <summary>One feed's trouble is not another's. It is told once, until it is over.</summary>
    private async Task<bool> TryAsync(string what, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
            lock (_faulty)
            {
                _faulty.Remove(what);
            }

            return true;
        }
#pragma warning disable CA1031 // The boundary of one feed.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            lock (_faulty)
            {
                if (_faulty.Add(what))
                {
                    LogFault(what, fault is StoreException told ? told.Message : fault.ToString());
                }
            }

            return false;
        }
    }

    [LoggerMessage(870, LogLevel.Warning, "{Topic} is subscribed to and means no feed any more: nothing is pushed for it")]
    private partial void LogNoFeed(string topic);

    [LoggerMessage(871, LogLevel.Error, "What is new in {Topic} could not be told; it is tried again: {Reason}")]
    private partial void LogFault(string topic, string reason);
}
