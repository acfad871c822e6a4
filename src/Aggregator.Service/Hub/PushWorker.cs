using System.Collections.Concurrent;
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
/// breaks something costs itself only: its feed is polled as soon as the store can be told so.
/// </summary>
public sealed partial class PushWorker(
    PendingPushes queue, HubSubscriptions subscriptions, FeedPoller poller, FeedCatalog catalog, IStoryStore store, IOptions<PollingOptions> options, TimeProvider clock, ILogger<PushWorker> logger)
    : BackgroundService
{
    /// <summary>Pushes taken in at a time.</summary>
    private const int AtOnce = 4;

    /// <summary>A store that could not take something in is asked again after this time: a restart of its server and a full disk last minutes.</summary>
    private static readonly TimeSpan TriedEvery = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Subscriptions of which a push was not taken in, each once, and what its hub did, in the words of the reason of the next poll. The hub was told that it was taken, and will not
    /// send it again.
    /// </summary>
    private readonly ConcurrentDictionary<string, string> _missed = new();

    /// <summary>
    /// Stops. The hub was told that what still waits, or was interrupted, was taken, and will not send it again: those feeds are due when the service starts.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var token in queue.Tokens)
        {
            _missed.TryAdd(token, "pushed news while the service stopped");
        }

        if (await MakeMissedDueAsync(cancellationToken) is { } fault)
        {
            LogNotDue(_missed.Count, fault.Message);
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll([.. Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(stoppingToken)), MakeUpAsync(stoppingToken)]);

    private async Task MakeUpAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(TriedEvery, clock);
        while (await beat.WaitForNextTickAsync(stoppingToken))
        {
            await MakeMissedDueAsync(stoppingToken);
        }
    }

    /// <summary>Makes the feeds due of which a push was missed.</summary>
    /// <returns>What kept the store from it: what is left is for the next time. Null: nothing did.</returns>
    private async Task<StoreException?> MakeMissedDueAsync(CancellationToken cancellationToken)
    {
        foreach (var (token, what) in _missed)
        {
            // Taken out first: what is missed meanwhile may be too late for the poll that this brings about.
            _missed.TryRemove(token, out _);
            var isDone = false;
            try
            {
                if (await store.FindSubscriptionAsync(token, cancellationToken) is { } subscription)
                {
                    await store.HastenPollAsync(subscription.Feed, clock.GetUtcNow(), $"{subscription.Hub.Host} {what}", cancellationToken);
                }

                isDone = true;
            }
            catch (StoreException fault)
            {
                return fault;
            }
            finally
            {
                if (!isDone)
                {
                    _missed.TryAdd(token, what);
                }
            }
        }

        return null;
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var push in queue.ReadAllAsync(stoppingToken))
        {
            try
            {
                await TakeInAsync(push, stoppingToken);
            }
#pragma warning disable CA1031 // The boundary of one push: whatever happens in it, the next one is taken in.
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _missed.TryAdd(push.Token, "pushed news that could not be taken in");
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

    [LoggerMessage(621, LogLevel.Error, "A pushed document could not be taken in; its feed is polled once the store answers, which brings its stories")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(922, LogLevel.Warning, "{Feed}: what {Hub} pushed took longer than {Lease} to take in and was broken off; what was stored stays, the next poll brings the rest")]
    private partial void LogCutOff(string feed, string hub, string lease);

    [LoggerMessage(924, LogLevel.Warning, "{Feeds} feeds of which pushed documents were not taken in could not be made due: {Reason}. Their next polls bring the stories")]
    private partial void LogNotDue(int feeds, string reason);
}
