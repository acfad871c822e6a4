using Aggregator.Model.Feeds;

namespace Aggregator.Storage.PostgreSql;

/// <summary>The subscriptions at hubs. Safe for concurrent use.</summary>
internal sealed class SubscriptionTable(Database database)
{
    public async Task<IReadOnlyList<HubSubscription>> ListAsync(CancellationToken cancellationToken) => await ReadAsync("select document from subscriptions", [], cancellationToken);

    public async Task<HubSubscription?> FindAsync(string token, CancellationToken cancellationToken) =>
        await ReadAsync("select document from subscriptions where token = $1", [PgText.Of(token)], cancellationToken) is [var found] ? found : null;

    public async Task<HubSubscription?> FindAsync(FeedId feed, CancellationToken cancellationToken) =>
        await ReadAsync("select document from subscriptions where feed = $1 and not is_ending order by saved desc limit 1", [PgText.Of(feed.Value)], cancellationToken) is [var found] ? found : null;

    public Task SaveAsync(HubSubscription subscription, CancellationToken cancellationToken) => WriteAsync(
        """
        insert into subscriptions (token, feed, is_ending, saved, document) values ($1, $2, $3, nextval('subscriptions_saved'), $4)
        on conflict (token) do update set feed = excluded.feed, is_ending = excluded.is_ending, saved = excluded.saved, document = excluded.document
        """,
        [PgText.Of(subscription.Token), PgText.Of(subscription.Feed.Value), subscription.State == HubState.Ending, SubscriptionDocuments.Pack(subscription)],
        cancellationToken);

    public Task RemoveAsync(string token, CancellationToken cancellationToken) =>
        WriteAsync("delete from subscriptions where token = $1", [PgText.Of(token)], cancellationToken);

    private Task<List<HubSubscription>> ReadAsync(string statement, object[] values, CancellationToken cancellationToken) => database.ReadAsync(
        connection => Sql.ListAsync(
            Sql.Command(connection, statement, values), row => SubscriptionDocuments.Unpack(row.GetFieldValue<byte[]>(0)), cancellationToken),
        cancellationToken);

    private Task<int> WriteAsync(string statement, object[] values, CancellationToken cancellationToken) => database.WriteAsync(
        connection => Sql.Command(connection, statement, values).ExecuteNonQueryAsync(cancellationToken), cancellationToken);
}
