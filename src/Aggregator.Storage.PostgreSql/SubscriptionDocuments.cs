using System.Text.Json;
using Aggregator.Model.Feeds;

namespace Aggregator.Storage.PostgreSql;

/// <summary>Subscriptions at hubs as JSON documents.</summary>
internal static class SubscriptionDocuments
{
    public static byte[] Pack(HubSubscription subscription) => Json.Pack(json => Write(json, subscription));

    public static HubSubscription Unpack(byte[] packed) => Json.Unpack(packed, Read);

    private static void Write(Utf8JsonWriter json, HubSubscription subscription)
    {
        json.Put("token", subscription.Token);
        json.Put("feed", subscription.Feed.Value);
        json.Put("hub", subscription.Hub.OriginalString);
        json.Put("topic", subscription.Topic.OriginalString);
        json.Put("callback", subscription.Callback.OriginalString);
        json.Put("secret", subscription.Secret);
        json.Put("state", (int)subscription.State);
        json.Put("pending", subscription.Pending);
        json.Put("requestedAt", subscription.RequestedAt);
        json.Put("nextRequest", subscription.NextRequest);
        json.Put("failures", subscription.FailuresInARow);
        json.Put("note", subscription.Note);
        json.Put("activeSince", subscription.ActiveSince);
        json.Put("leaseEnd", subscription.LeaseEnd);
        json.Put("lastPush", subscription.LastPush);
        json.Put("pushes", subscription.Pushes);
        json.Put("proof", subscription.Proof);
        json.Put("misses", subscription.Misses);
        json.Put("uncounted", subscription.UncountedStories);
    }

    private static HubSubscription Read(JsonElement json) => new()
    {
        Token = json.Text("token")!,
        Feed = new FeedId(json.Text("feed")!),
        Hub = json.Address("hub")!,
        Topic = json.Address("topic")!,
        Callback = json.Address("callback")!,
        Secret = json.Text("secret")!,
        State = (HubState)json.Number("state"),
        Pending = json.Flag("pending"),
        RequestedAt = json.Instant("requestedAt"),
        NextRequest = json.Instant("nextRequest")!.Value,
        FailuresInARow = (int)json.Number("failures"),
        Note = json.Text("note"),
        ActiveSince = json.Instant("activeSince"),
        LeaseEnd = json.Instant("leaseEnd"),
        LastPush = json.Instant("lastPush"),
        Pushes = json.Number("pushes"),
        Proof = (int)json.Number("proof"),
        Misses = (int)json.Number("misses"),
        UncountedStories = json.Number("uncounted"),
    };
}
