using Aggregator.Model.Feeds;

namespace Aggregator.Storage.LiteDb;

/// <summary>The subscriptions at hubs, all in memory: every poll and every push asks for one. Safe for concurrent use.</summary>
internal sealed class SubscriptionTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HubSubscription> _byToken = [];
    private readonly Dictionary<FeedId, string> _byFeed = [];

    public SubscriptionTable(IEnumerable<HubSubscription> subscriptions) => Replace(subscriptions);

    /// <summary>Takes over other subscriptions in place of all there were.</summary>
    public void Replace(IEnumerable<HubSubscription> subscriptions)
    {
        lock (_gate)
        {
            _byToken.Clear();
            _byFeed.Clear();
            foreach (var subscription in subscriptions)
            {
                _byToken[subscription.Token] = subscription;
                if (subscription.State != HubState.Ending)
                {
                    _byFeed[subscription.Feed] = subscription.Token;
                }
            }
        }
    }

    public IReadOnlyList<HubSubscription> All()
    {
        lock (_gate)
        {
            return [.. _byToken.Values];
        }
    }

    public HubSubscription? Find(string token)
    {
        lock (_gate)
        {
            return _byToken.GetValueOrDefault(token);
        }
    }

    public HubSubscription? Find(FeedId feed)
    {
        lock (_gate)
        {
            return _byFeed.TryGetValue(feed, out var token) ? _byToken.GetValueOrDefault(token) : null;
        }
    }

    /// <summary>Takes over what was stored and what was removed.</summary>
    public void Apply(HubSubscription? saved, string? removed)
    {
        lock (_gate)
        {
            if (removed is not null && _byToken.Remove(removed, out var gone))
            {
                Unlist(gone);
            }

            if (saved is not null)
            {
                _byToken[saved.Token] = saved;
                if (saved.State == HubState.Ending)
                {
                    Unlist(saved);
                }
                else
                {
                    _byFeed[saved.Feed] = saved.Token;
                }
            }
        }
    }

    private void Unlist(HubSubscription subscription)
    {
        if (_byFeed.TryGetValue(subscription.Feed, out var token) && token == subscription.Token)
        {
            _byFeed.Remove(subscription.Feed);
        }
    }
}
