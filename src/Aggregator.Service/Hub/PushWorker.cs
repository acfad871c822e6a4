using Aggregator.Content.Parsing;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Polling;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Hub;

/// <summary>
/// Takes in what hubs push, the way a poll takes in what it fetched: some at a time, of each feed one after the other, none for longer than a poll may take. A push that
/// breaks something costs itself only.
/// </summary>
public sealed partial class PushWorker(
    PendingPushes queue, HubSubscriptions subscriptions, FeedPoller poller, FeedCatalog catalog, IStoryStore store, IOptions<PollingOptions> options, TimeProvider clock, ILogger<PushWorker> logger)
    : BackgroundService
{
    /// <summary>Pushes taken in at a time.</summary>
    private const int AtOnce = 4;

    /// <summary>
    /// Stops. The hub was told that what still waits, or was interrupted, was taken, and will not send it again: those feeds are due when the service starts.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var token in queue.Tokens)
        {
            if (await store.FindSubscriptionAsync(token, cancellationToken) is { } subscription)
            {
                await store.HastenPollAsync(subscription.Feed, clock.GetUtcNow(), $"{subscription.Hub.Host} pushed news while the service stopped", cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var push in queue.ReadAllAsync(stoppingToken))
        {
            try
            {
                await TakeInAsync(push, stoppingToken);
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

        using var lease = new CancellationTokenSource(options.Value.Lease, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, cancellationToken);
        try
        {
            var taken = await poller.TakeInAsync(source, new FeedDocument(subscription.Topic, push.ContentType), push.Body, either.Token);
            await subscriptions.PushedAsync(push.Token, taken.Added, taken.Entries > 0, cancellationToken);
            if (taken.Added > 0)
            {
                LogPushed(source.Name, taken.Added, subscription.Hub.Host);
            }
        }
        catch (OperationCanceledException) when (lease.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogCutOff(source.Name, subscription.Hub.Host, Words.Of(options.Value.Lease));
            await store.HastenPollAsync(source.Id, clock.GetUtcNow(), $"what {subscription.Hub.Host} pushed took too long to take in", cancellationToken);
        }
    }

    [LoggerMessage(620, LogLevel.Information, "{Feed}: {Added} new stories pushed by {Hub}")]
    private partial void LogPushed(string feed, int added, string hub);

    [LoggerMessage(621, LogLevel.Error, "A pushed document could not be taken in; the next poll brings its stories")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(922, LogLevel.Warning, "{Feed}: what {Hub} pushed took longer than {Lease} to take in and was broken off; what was stored stays, the next poll brings the rest")]
    private partial void LogCutOff(string feed, string hub, string lease);
}
