using Aggregator.Model.Feeds;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>Subscriptions at hubs as LiteDB documents, one a subscription, by its token.</summary>
internal static class SubscriptionDocuments
{
    public static BsonDocument Write(HubSubscription subscription)
    {
        var document = new BsonDocument
        {
            ["_id"] = subscription.Token,
            ["feed"] = subscription.Feed.Value,
            ["hub"] = subscription.Hub.OriginalString,
            ["topic"] = subscription.Topic.OriginalString,
            ["callback"] = subscription.Callback.OriginalString,
            ["secret"] = subscription.Secret,
            ["state"] = (int)subscription.State,
            ["pending"] = subscription.Pending,
            ["nextRequest"] = Documents.Instant(subscription.NextRequest),
            ["failures"] = subscription.FailuresInARow,
            ["pushes"] = subscription.Pushes,
            ["proof"] = subscription.Proof,
            ["misses"] = subscription.Misses,
            ["uncounted"] = subscription.UncountedStories,
        };
        document.Put("note", subscription.Note);
        document.Put("requestedAt", subscription.RequestedAt);
        document.Put("activeSince", subscription.ActiveSince);
        document.Put("leaseEnd", subscription.LeaseEnd);
        document.Put("lastPush", subscription.LastPush);
        return document;
    }

    public static HubSubscription Read(BsonDocument document) => new()
    {
        Token = document["_id"].AsString,
        Feed = new FeedId(document["feed"].AsString),
        Hub = document.Address("hub")!,
        Topic = document.Address("topic")!,
        Callback = document.Address("callback")!,
        Secret = document["secret"].AsString,
        State = (HubState)document["state"].AsInt32,
        Pending = document["pending"].AsBoolean,
        RequestedAt = document.Instant("requestedAt"),
        NextRequest = document.Instant("nextRequest")!.Value,
        FailuresInARow = document["failures"].AsInt32,
        Note = document.Text("note"),
        ActiveSince = document.Instant("activeSince"),
        LeaseEnd = document.Instant("leaseEnd"),
        LastPush = document.Instant("lastPush"),
        Pushes = document["pushes"].AsInt64,
        Proof = document["proof"].AsInt32,
        Misses = document["misses"].AsInt32,
        UncountedStories = document["uncounted"].AsInt64,
    };
}
