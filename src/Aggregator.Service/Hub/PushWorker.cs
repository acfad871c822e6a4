using Aggregator.Content.Parsing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Hub;

/// <summary>Takes in what hubs push, the way a poll takes in what it fetched. A push that breaks something costs itself only.</summary>
public sealed partial class PushWorker(
    PendingPushes queue, HubSubscriptions subscriptions, FeedPoller poller, FeedCatalog catalog, IStoryStore store, IOptions<PollingOptions> options, TimeProvider clock, ILogger<PushWorker> logger)
    : BackgroundService
{
    private string? _interrupted;

    /// <summary>
    /// Stops. The hub was told that what still waits was taken, and will not send it again: those feeds are due when the service starts.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var token in queue.TakeRest().Select(push => push.Token).Append(_interrupted).OfType<string>().Distinct())
        {
            if (await store.FindSubscriptionAsync(token, cancellationToken) is { } subscription)
            {
                await store.HastenPollAsync(subscription.Feed, clock.GetUtcNow(), $"{subscription.Hub.Host} pushed news while the service stopped", cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var push in queue.ReadAllAsync(stoppingToken))
        {
            _interrupted = push.Token;
            try
            {
                await TakeInAsync(push, stoppingToken);
                _interrupted = null;
            }
#pragma warning disable CA1031 // The boundary of one push: whatever happens in it, the next one is taken in.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFault(fault);
            }
        }
    }

    private async Task TakeInAsync(PushedDocument push, CancellationToken cancellationToken)
    {
        var subscription = await store.FindSubscriptionAsync(push.Token, cancellationToken);
        if (subscription is not { State: HubState.Active } || !catalog.Feeds.TryGetValue(subscription.Feed, out var source) || !source.Enabled)
        {
            return;
        }

        if (source.Address.Scheme == Uri.UriSchemeHttps && subscription.Hub.Scheme != Uri.UriSchemeHttps)
        {
            // The secret went to the hub in the clear: its push is a hint to look, worth no more than that.
            var at = (await store.FindFeedStateAsync(source.Id, cancellationToken))?.LastPoll + options.Value.ManualInterval ?? clock.GetUtcNow();
            await store.HastenPollAsync(source.Id, at > clock.GetUtcNow() ? at : clock.GetUtcNow(), $"{subscription.Hub.Host} told of news", cancellationToken);
            return;
        }

        var taken = await poller.TakeInAsync(source, new FeedDocument(subscription.Topic, push.ContentType), push.Body, cancellationToken);
        await subscriptions.PushedAsync(push.Token, taken.Added, taken.Entries > 0, cancellationToken);
        if (taken.Added > 0)
        {
            LogPushed(source.Name, taken.Added, subscription.Hub.Host);
        }
    }

    [LoggerMessage(620, LogLevel.Information, "{Feed}: {Added} new stories pushed by {Hub}")]
    private partial void LogPushed(string feed, int added, string hub);

    [LoggerMessage(621, LogLevel.Error, "A pushed document could not be taken in; the next poll brings its stories")]
    private partial void LogFault(Exception fault);
}
