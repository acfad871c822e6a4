using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Fetching;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Hub;

/// <summary>
/// What is known of the subscriptions at hubs, and every change of it: one at a time, stored before it counts, one line in the log for
/// each change of state. Does nothing where the operator has given no public address.
/// </summary>
public sealed partial class HubSubscriptions(
    IStoryStore store, AddressGuard guard, IOptions<HostingOptions> hosting, TimeProvider clock, ILogger<HubSubscriptions> logger) : IDisposable
{
    /// <summary>An entry this young may still be on its way from the hub.</summary>
    private static readonly TimeSpan PushTime = TimeSpan.FromMinutes(10);

    /// <summary>A hub that said no is asked again after this time: it may have been mended, and rarely is.</summary>
    private static readonly TimeSpan AfterDenial = TimeSpan.FromDays(7);

    private static readonly TimeSpan LongestLease = TimeSpan.FromDays(365);
    private static readonly TimeSpan ForgeryToldEvery = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _forgeries = new();

    /// <summary>Whether hubs can reach this service.</summary>
    public bool IsOn => hosting.Value.PublicAddress is not null;

    /// <summary>The subscription a feed's polls may rely on now. Null: there is none.</summary>
    public async Task<HubSubscription?> FindReliableAsync(FeedId feed, CancellationToken cancellationToken) =>
        IsOn && await store.FindSubscriptionAsync(feed, cancellationToken) is { } subscription && subscription.IsReliable(clock.GetUtcNow()) ? subscription : null;

    /// <summary>
    /// Takes over what a polled document says of hubs. A feed that names another hub or topic, or none any more, gives up the old
    /// subscription. <paramref name="found"/> are the entries the poll brought that were not known, <paramref name="lastSuccess"/> when the
    /// poll before succeeded: what appeared since, and is not quite new, the hub should have pushed.
    /// </summary>
    /// <returns>Stories pushed since the last poll, which are to be counted now.</returns>
    public async Task<long> PolledAsync(
        FeedSource source, HubLinks? links, IReadOnlyCollection<FeedEntry> found, DateTimeOffset? lastSuccess, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(found);
        if (!IsOn)
        {
            return 0;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var known = await store.FindSubscriptionAsync(source.Id, cancellationToken);
            if (known is not null && Judge(known, source, found, lastSuccess) with { UncountedStories = 0 } is var judged && judged != known)
            {
                await store.SaveSubscriptionAsync(judged, cancellationToken);
            }

            if (links is not null)
            {
                await FollowAsync(source, links, cancellationToken);
            }

            return known?.UncountedStories ?? 0;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A document the hub pushed was taken in; <paramref name="added"/> new stories came, or <paramref name="news"/> of old ones.</summary>
    public Task PushedAsync(string token, int added, bool news, CancellationToken cancellationToken) => ChangeAsync(token, subscription => subscription with
    {
        LastPush = clock.GetUtcNow(),
        Pushes = subscription.Pushes + 1,
        Proof = subscription.Proof + (news ? 1 : 0),
        UncountedStories = subscription.UncountedStories + added,
    }, cancellationToken);

    /// <summary>Somebody who knows the callback pushed what the hub did not sign. Told once a day, for whoever does it may do it often.</summary>
    public void NoteForgery(HubSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var now = clock.GetUtcNow();
        if (_forgeries.AddOrUpdate(subscription.Token, now, (_, told) => told > now - ForgeryToldEvery ? told : now) == now)
        {
            foreach (var (token, _) in _forgeries.Where(forgery => forgery.Value <= now - ForgeryToldEvery))
            {
                _forgeries.TryRemove(token, out _);
            }

            LogForged(subscription.Topic, subscription.Hub.Host);
        }
    }

    /// <summary>
    /// The hub asks whether we want what it was asked for (WebSub section 5.3).
    /// </summary>
    /// <returns>Whether we do: a request of this kind for this very topic is pending.</returns>
    public async Task<bool> VerifyAsync(string token, string mode, string topic, TimeSpan? lease, CancellationToken cancellationToken)
    {
        var confirmed = false;
        var before = await ChangeAsync(token, subscription =>
        {
            confirmed = subscription.Pending && subscription.Topic.OriginalString == topic
                && mode == (subscription.State == HubState.Ending ? "unsubscribe" : "subscribe");
            return !confirmed || mode == "unsubscribe" ? subscription : Activated(subscription, lease);
        }, cancellationToken);
        if (confirmed && mode == "unsubscribe")
        {
            await store.RemoveSubscriptionAsync(token, cancellationToken);
            LogEnded(before!.Topic, before.Hub.Host);
        }
        else if (confirmed && before!.State != HubState.Active)
        {
            var after = await store.FindSubscriptionAsync(token, cancellationToken);
            LogActive(before.Topic, before.Hub.Host, after!.LeaseEnd!.Value);
        }

        return confirmed;
    }

    /// <summary>The hub says that it will not push, or not any longer (WebSub section 5.2).</summary>
    /// <returns>Whether there is such a subscription.</returns>
    public async Task<bool> DenyAsync(string token, string topic, string reason, CancellationToken cancellationToken)
    {
        var denied = false;
        var told = new string([.. reason.Where(letter => !char.IsControl(letter)).Take(200)]);
        var before = await ChangeAsync(token, subscription =>
        {
            denied = subscription.State != HubState.Ending && subscription.Topic.OriginalString == topic;
            return denied
                ? subscription with { State = HubState.Denied, Pending = false, ActiveSince = null, LeaseEnd = null, Proof = 0, Note = told, NextRequest = clock.GetUtcNow() + AfterDenial }
                : subscription;
        }, cancellationToken);
        if (denied)
        {
            LogDenied(before!.Topic, before.Hub.Host, told);
            await ResumePollingAsync(before, cancellationToken);
        }

        return denied;
    }

    /// <summary>
    /// A lease that ran out without renewal: the hub is asked anew and the feed polled as usual. Of one that did not, as <paramref name="listed"/> says, the store is
    /// not asked: this is called of every subscription, all the time.
    /// </summary>
    public async Task LapseAsync(HubSubscription listed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(listed);
        if (!HasLapsed(listed))
        {
            return;
        }

        var lapsed = false;
        var before = await ChangeAsync(listed.Token, subscription =>
        {
            lapsed = HasLapsed(subscription);
            return lapsed ? subscription with { State = HubState.Requested, ActiveSince = null, Proof = 0 } : subscription;
        }, cancellationToken);
        if (lapsed)
        {
            LogLapsed(before!.Topic, before.Hub.Host);
            await ResumePollingAsync(before, cancellationToken);
        }
    }

    /// <summary>Changes a subscription, if there is one of this token.</summary>
    /// <returns>As it was before. Null: there is none.</returns>
    public async Task<HubSubscription?> ChangeAsync(string token, Func<HubSubscription, HubSubscription> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var before = await store.FindSubscriptionAsync(token, cancellationToken);
            if (before is not null && change(before) is var after && after != before)
            {
                await store.SaveSubscriptionAsync(after, cancellationToken);
            }

            return before;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A subscription not wanted any more is taken back at the hub; one the hub never heard of is forgotten.</summary>
    public async Task EndAsync(HubSubscription subscription, string why, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        if (subscription.State == HubState.Denied || subscription.RequestedAt is null)
        {
            await store.RemoveSubscriptionAsync(subscription.Token, cancellationToken);
        }
        else
        {
            await store.SaveSubscriptionAsync(
                subscription with { State = HubState.Ending, Pending = false, FailuresInARow = 0, Note = why, NextRequest = clock.GetUtcNow() }, cancellationToken);
        }

        LogEnding(subscription.Topic, subscription.Hub.Host, why);
    }

    /// <summary>Puts a new subscription in the place of one, unless a poll has taken that back meanwhile: a feed has one at a time.</summary>
    public async Task BeginAnewAsync(string token, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (await store.FindSubscriptionAsync(token, cancellationToken) is { } known && known.State != HubState.Ending)
            {
                await store.RemoveSubscriptionAsync(token, cancellationToken);
                await store.SaveSubscriptionAsync(Create(known.Feed, known.Hub, known.Topic), cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Where the hub of a subscription reaches us: it must be able to come back to it as long as the lease lasts.</summary>
    public static Uri CallbackOf(Uri home, string token) => home.Below($"/hub/{token}");

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>A new subscription, to be asked for at once.</summary>
    private HubSubscription Create(FeedId feed, Uri hub, Uri topic)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return new HubSubscription
        {
            Feed = feed,
            Hub = hub,
            Topic = topic,
            Token = token,
            Callback = CallbackOf(hosting.Value.PublicAddress!, token),
            Secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            NextRequest = clock.GetUtcNow(),
        };
    }

    private bool HasLapsed(HubSubscription subscription) => subscription.State == HubState.Active && subscription.LeaseEnd <= clock.GetUtcNow();

    private HubSubscription Activated(HubSubscription subscription, TimeSpan? granted)
    {
        var now = clock.GetUtcNow();
        var lease = granted is { } stated && stated > TimeSpan.Zero ? stated < LongestLease ? stated : LongestLease : HubRequests.AskedLease;
        var early = lease / 5 < TimeSpan.FromDays(1) ? lease / 5 : TimeSpan.FromDays(1);
        return subscription with
        {
            State = HubState.Active,
            Pending = false,
            ActiveSince = subscription.ActiveSince ?? now,
            LeaseEnd = now + lease,
            NextRequest = now + lease - early,
            FailuresInARow = 0,
            Note = null,
        };
    }

    private HubSubscription Judge(HubSubscription subscription, FeedSource source, IReadOnlyCollection<FeedEntry> found, DateTimeOffset? lastSuccess)
    {
        var now = clock.GetUtcNow();
        var missed = subscription.State == HubState.Active && lastSuccess >= subscription.ActiveSince
            ? found.Count(entry => (entry.Updated ?? entry.Published) is not { } stated || stated < now - PushTime)
            : 0;
        if (missed == 0)
        {
            return subscription;
        }

        if (subscription.IsReliable(now))
        {
            LogUnreliable(source.Name, subscription.Hub.Host, missed);
        }

        return subscription with { Misses = subscription.Misses + 1, Proof = 0 };
    }

    private async Task FollowAsync(FeedSource source, HubLinks links, CancellationToken cancellationToken)
    {
        var known = await store.FindSubscriptionAsync(source.Id, cancellationToken);
        var choice = HubChoice.Of(links, known, address => guard.FindFault(address) is null);
        if (known is not null && choice?.Is(known) == true)
        {
            return;
        }

        if (known is not null)
        {
            var why = choice is null ? "the feed names no hub any more" : known.IsInVain ? "the feed names another hub, which is tried" : "the feed names another hub";
            await EndAsync(known, why, cancellationToken);
        }

        if (choice is not null)
        {
            await store.SaveSubscriptionAsync(Create(source.Id, choice.Hub, choice.Topic), cancellationToken);
            LogFound(source.Name, choice.Hub.Host);
        }
    }

    /// <summary>A feed that was polled rarely is due within the hour, not all feeds of a hub at once.</summary>
    private async Task ResumePollingAsync(HubSubscription before, CancellationToken cancellationToken)
    {
        var share = int.Parse(before.Feed.Value.AsSpan(0, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 65536.0;
        await store.HastenPollAsync(before.Feed, clock.GetUtcNow() + (TimeSpan.FromHours(1) * share), $"{before.Hub.Host} does not push new stories any more", cancellationToken);
    }

    [LoggerMessage(600, LogLevel.Information, "{Feed} names the hub {Hub}, which is asked to push its new stories")]
    private partial void LogFound(string feed, string hub);

    [LoggerMessage(601, LogLevel.Information, "The hub {Hub} pushes {Topic} until {LeaseEnd:u}")]
    private partial void LogActive(Uri topic, string hub, DateTimeOffset leaseEnd);

    [LoggerMessage(602, LogLevel.Warning, "The hub {Hub} does not push {Topic}: {Reason}. The feed is polled as usual")]
    private partial void LogDenied(Uri topic, string hub, string reason);

    [LoggerMessage(603, LogLevel.Warning, "The subscription to {Topic} at the hub {Hub} ran out. The feed is polled as usual, and the hub asked again")]
    private partial void LogLapsed(Uri topic, string hub);

    [LoggerMessage(604, LogLevel.Information, "The subscription to {Topic} at the hub {Hub} is taken back: {Reason}")]
    private partial void LogEnding(Uri topic, string hub, string reason);

    [LoggerMessage(605, LogLevel.Information, "The hub {Hub} has ended the subscription to {Topic}")]
    private partial void LogEnded(Uri topic, string hub);

    [LoggerMessage(607, LogLevel.Warning, "A document pushed for {Topic} was not signed by the hub {Hub} and was thrown away. More of them are not told today")]
    private partial void LogForged(Uri topic, string hub);

    [LoggerMessage(606, LogLevel.Warning, "{Feed}: the hub {Hub} had not pushed {Missed} entries. The feed is polled as usual until the hub has proved itself again")]
    private partial void LogUnreliable(string feed, string hub, int missed);
}
