using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Hub;

/// <summary>Asks hubs: to push, to go on pushing before a lease ends, and to stop.</summary>
public sealed partial class HubRequests(
    HubSubscriptions subscriptions, IStoryStore store, FeedCatalog catalog, WebClient web, IOptions<HostingOptions> hosting, TimeProvider clock, ILogger<HubRequests> logger)
{
    private const int AtOnce = 8;
    private const int MostTriesToEnd = 3;
    private const int MaxAnswerBytes = 64 * 1024;

    /// <summary>How long a hub has to verify what it was asked, before it is asked again.</summary>
    private static readonly TimeSpan VerificationTime = TimeSpan.FromHours(1);

    /// <summary>How long hubs are asked to push; they may choose otherwise.</summary>
    public static TimeSpan AskedLease { get; } = TimeSpan.FromDays(10);

    /// <summary>Sends every request that is due. Whatever one hub does, the others are asked.</summary>
    /// <exception cref="StoreException">The store cannot do its work.</exception>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        if (hosting.Value.PublicAddress is not { } home)
        {
            return;
        }

        foreach (var subscription in await store.ListSubscriptionsAsync(cancellationToken))
        {
            await LookAtAsync(subscription, home, cancellationToken);
        }

        var now = clock.GetUtcNow();
        var due = (await store.ListSubscriptionsAsync(cancellationToken)).Where(subscription => subscription.NextRequest <= now);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (subscription, token) => await AskAsync(subscription, token));
    }

    /// <summary>Ends what is not wanted any more, and notices leases that ran out.</summary>
    private async Task LookAtAsync(HubSubscription subscription, Uri home, CancellationToken cancellationToken)
    {
        if (subscription.State == HubState.Ending)
        {
            return;
        }

        if (!catalog.Feeds.TryGetValue(subscription.Feed, out var source) || !source.Enabled)
        {
            await subscriptions.EndAsync(subscription, "the feed is not polled any more", cancellationToken);
        }
        else if (subscription.Callback != HubSubscriptions.CallbackOf(home, subscription.Token))
        {
            // The hub cannot ask at the old address whether it shall stop; it stops when the lease ends.
            await subscriptions.BeginAnewAsync(subscription.Token, cancellationToken);
        }
        else
        {
            await subscriptions.LapseAsync(subscription, cancellationToken);
        }
    }

    private async Task AskAsync(HubSubscription subscription, CancellationToken cancellationToken)
    {
        var unanswered = subscription is { Pending: true };
        if (subscription.State == HubState.Ending && (subscription.FailuresInARow + (unanswered ? 1 : 0) >= MostTriesToEnd || subscription.LeaseEnd <= clock.GetUtcNow()))
        {
            await store.RemoveSubscriptionAsync(subscription.Token, cancellationToken);
            return;
        }

        // Pending before the hub hears of it: some verify before they answer.
        await subscriptions.ChangeAsync(subscription.Token, known => known with
        {
            Pending = true,
            RequestedAt = clock.GetUtcNow(),
            FailuresInARow = known.FailuresInARow + (unanswered ? 1 : 0),
            Note = unanswered ? "the hub did not verify the request" : known.Note,
            NextRequest = clock.GetUtcNow() + Later(VerificationTime, Backoff(known.FailuresInARow + (unanswered ? 1 : 0))),
        }, cancellationToken);
        try
        {
            var answer = await web.PostAsync(subscription.Hub, Form(subscription), MaxAnswerBytes, cancellationToken);
            if ((int)answer.Status is < 200 or > 299)
            {
                await FailAsync(subscription, string.Create(CultureInfo.InvariantCulture, $"the hub answered {(int)answer.Status}"), stillPending: false, cancellationToken);
            }
        }
        catch (FetchException fault)
        {
            // The hub may have heard the request all the same.
            await FailAsync(subscription, fault.Message, stillPending: true, cancellationToken);
        }
    }

    private static Dictionary<string, string> Form(HubSubscription subscription)
    {
        var form = new Dictionary<string, string>
        {
            ["hub.mode"] = subscription.State == HubState.Ending ? "unsubscribe" : "subscribe",
            ["hub.topic"] = subscription.Topic.OriginalString,
            ["hub.callback"] = subscription.Callback.AbsoluteUri,
        };
        if (subscription.State != HubState.Ending)
        {
            form["hub.secret"] = subscription.Secret;
            form["hub.lease_seconds"] = AskedLease.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        }

        return form;
    }

    private async Task FailAsync(HubSubscription subscription, string why, bool stillPending, CancellationToken cancellationToken)
    {
        var failed = false;
        var before = await subscriptions.ChangeAsync(subscription.Token, known =>
        {
            failed = known.Pending; // else the hub verified it meanwhile, and its answer says nothing
            var failures = known.FailuresInARow + 1;
            return failed
                ? known with { Pending = stillPending, FailuresInARow = stillPending ? known.FailuresInARow : failures, Note = why, NextRequest = clock.GetUtcNow() + Backoff(failures) }
                : known;
        }, cancellationToken);
        if (failed && before!.FailuresInARow == 0)
        {
            LogFailed(before.Hub.Host, before.Topic, why);
        }
    }

    /// <summary>From an hour, doubled each time, to a day.</summary>
    private static TimeSpan Backoff(int failures) => TimeSpan.FromHours(Math.Min(24, Math.Pow(2, Math.Clamp(failures - 1, 0, 5))));

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    [LoggerMessage(610, LogLevel.Warning, "The hub {Hub} could not be asked for {Topic}: {Reason}. It is asked again, less often each time")]
    private partial void LogFailed(string hub, Uri topic, string reason);
}
