using System.Collections.Concurrent;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// The feed states, and who polls which. A claim is a number on the feed's row that grows with each claim; this process remembers the numbers of its
/// own, so that a state it saves after its lease has run out, when another process has claimed the feed since, is known to be an old one
/// (<see cref="StoryFlush"/>). Safe for concurrent use.
/// </summary>
internal sealed class FeedTable(Database database, Nodes nodes)
{
    /// <summary>A clock is set back by seconds all the time; that is no reason to plan anew.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<FeedId, long> _claims = [];
    private HashSet<FeedId>? _activated;
    private long _lastClaim = long.MinValue;

    public Task<IReadOnlyList<FeedState>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FeedState>>(
        async connection => await Sql.ListAsync(Sql.Command(connection, "select document, next_poll from feeds"), Read, cancellationToken), cancellationToken);

    public Task<FeedState?> FindAsync(FeedId feed, CancellationToken cancellationToken) => database.ReadAsync(
        async connection => (await Sql.ListAsync(
            Sql.Command(connection, "select document, next_poll from feeds where id = $1", PgText.Of(feed.Value)), Read, cancellationToken)).FirstOrDefault(),
        cancellationToken);

    /// <summary>The claim that this process holds on a feed, which a save of its state ends. Null: none.</summary>
    public long? ClaimOn(FeedId feed) => _claims.TryGetValue(feed, out var claim) ? claim : null;

    /// <summary>A state was saved under a claim.</summary>
    public void EndClaim(FeedId feed, long claim) => _claims.TryRemove(KeyValuePair.Create(feed, claim));

    /// <summary>Forgets a feed that is not active.</summary>
    public async Task<bool> ForgetAsync(FeedId feed, CancellationToken cancellationToken) => await database.WriteAsync(
        async connection =>
        {
            await using var forget = Sql.Command(connection, "delete from feeds where id = $1 and not is_active", PgText.Of(feed.Value));
            return await forget.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken) > 0;

    /// <summary>The host that a feed is fetched from, as the table has it.</summary>
    public static string HostOf(FeedState state) => PgText.Of(state.FetchAddress.IdnHost);

    public async Task<IReadOnlyList<FeedState>> ClaimAsync(DateTimeOffset now, int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        var at = now.ToUnixTimeMilliseconds();
        var last = Interlocked.Exchange(ref _lastClaim, at);
        if (last == long.MinValue || at < last - ClockTolerance.TotalMilliseconds)
        {
            await PlanAgainAsync(at, lease, cancellationToken);
        }

        var claimed = await database.WriteAsync(
            async connection =>
            {
                await nodes.PollAsync(connection, cancellationToken);
                await Sql.Command(connection, "select pg_advisory_xact_lock($1)", Locks.Claiming(database.Schema)).ExecuteNonQueryAsync(cancellationToken);
                return await Sql.ListAsync(Claiming(connection, at, limit, lease), row => (State: Read(row), Claim: row.GetInt64(2)), cancellationToken);
            },
            cancellationToken);
        foreach (var (state, claim) in claimed)
        {
            _claims[state.Id] = claim;
        }

        return [.. claimed.Select(one => one.State).OrderBy(state => state.NextPoll).ThenBy(state => state.Id.Value, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Several processes activate the same list: what is new to the first is known to the others, and nobody's claims end. Of processes with different
    /// lists the last one's holds.
    /// </summary>
    public async Task ActivateAsync(IReadOnlyCollection<FeedActivation> feeds, CancellationToken cancellationToken)
    {
        var ids = feeds.Select(feed => PgText.Of(feed.Id.Value)).ToArray();
        await database.WriteAsync(
            async connection =>
            {
                await Sql.Command(connection, "select pg_advisory_xact_lock($1)", Locks.Activation(database.Schema)).ExecuteNonQueryAsync(cancellationToken);
                var known = (await Sql.ListAsync(
                    Sql.Command(connection, "select document, next_poll from feeds where id = any($1)", [ids]), Read, cancellationToken)).ToDictionary(state => state.Id);
                await PutAsync(connection, [.. feeds.Select(feed => Planned(feed, known.GetValueOrDefault(feed.Id))).OfType<FeedState>()], cancellationToken);
                await SetHostsAsync(connection, cancellationToken);
                return await Sql.Command(connection, "update feeds set is_active = (id = any($1)) where is_active <> (id = any($1))", [ids]).ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
        _activated = [.. feeds.Select(feed => feed.Id)];
    }

    /// <summary>Moves a feed's next poll and leaves whatever claim there is: a poll under way ends as it would have.</summary>
    public Task<bool> HastenAsync(FeedId feed, DateTimeOffset at, string reason, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            var found = await Sql.ListAsync(
                Sql.Command(connection, "select document, next_poll from feeds where id = $1 and is_active for update", PgText.Of(feed.Value)), Read, cancellationToken);
            if (found is not [var state])
            {
                return false;
            }

            await PutAsync(connection, [state.Hastened(at, reason)], cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// A feed polled or planned later than now was so while a clock ran ahead; its next poll means nothing, and it is due. Likewise a claim of this process that ends
    /// later than one made now: it holds nobody. Looked for where it can be so: when a process begins, and when its clock was set back.
    /// </summary>
    private Task<int> PlanAgainAsync(long now, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            var tolerated = now + (long)ClockTolerance.TotalMilliseconds;
            await using var release = Sql.Command(
                connection,
                "update feeds set claimed_by = null, claimed_until = null where claimed_by = $1 and claimed_until > $2",
                nodes.Id, tolerated + (long)lease.TotalMilliseconds);
            await release.ExecuteNonQueryAsync(cancellationToken);
            await using var plan = Sql.Command(connection, "update feeds set next_poll = $1 where is_active and greatest(last_poll, planned_at) > $2 and next_poll > $1", now, tolerated);
            return await plan.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>
    /// Takes what is due, longest due first. A host belongs to one of the living processes that poll, to which of them its name and theirs decide (the highest
    /// random weight): so its feeds, and the pace it is asked at, stay together, and only those of a process that comes or goes change hands. While
    /// its last owner still polls one, nobody else polls another.
    /// </summary>
    private NpgsqlCommand Claiming(NpgsqlConnection connection, long at, int limit, TimeSpan lease)
    {
        var sql = new Sql();
        var (now, me) = (sql.Value(at), sql.Value(nodes.Id));
        var statement =
            $"""
            with alive as materialized ({nodes.Polling(sql)}),
            due as (
                select f.id from feeds f
                where f.is_active and not f.is_gone and f.next_poll <= {now}
                    and not (coalesce(f.claimed_until, 0) > {now} and f.claimed_by in (select id from alive))
                    and (select a.id from alive a order by hashtextextended(f.host, hashtextextended(a.id::text, 0)), a.id limit 1) = {me}
                    and not exists (select from feeds o where o.host = f.host and o.claimed_by <> {me} and o.claimed_until > {now} and o.claimed_by in (select id from alive))
                order by f.next_poll, f.id limit {sql.Value(limit)} for update of f skip locked)
            update feeds f set claim = claim + 1, claimed_by = {me}, claimed_until = {sql.Value(at + (long)lease.TotalMilliseconds)}
            from due where f.id = due.id returning f.document, f.next_poll, f.claim
            """;
        return sql.Command(connection, statement);
    }

    /// <summary>The state that becomes new or due again by an activation. Null: it stays as it is.</summary>
    private FeedState? Planned(FeedActivation feed, FeedState? known) => known switch
    {
        null => new FeedState { Id = feed.Id, Address = feed.Address, NextPoll = feed.FirstPoll, PlannedAt = feed.PlannedAt },
        _ when known.Address != feed.Address => known.Readdressed(feed.Address, feed.FirstPoll) with { PlannedAt = feed.PlannedAt },
        { Health: FeedHealth.Gone } when _activated is not null && !_activated.Contains(feed.Id) => known with { Health = FeedHealth.Failing, NextPoll = feed.FirstPoll, PlannedAt = feed.PlannedAt },
        _ => null,
    };

    /// <summary>Rows that were made before there were hosts get theirs.</summary>
    private static async Task SetHostsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await Sql.ListAsync(Sql.Command(connection, "select document, next_poll from feeds where host = '' for update"), Read, cancellationToken) is { Count: > 0 } states)
        {
            await PutAsync(connection, states, cancellationToken);
        }
    }

    private static async Task PutAsync(NpgsqlConnection connection, List<FeedState> states, CancellationToken cancellationToken)
    {
        if (states.Count > 0)
        {
            await using var put = Sql.Command(
                connection,
                """
                insert into feeds (id, next_poll, planned_at, is_gone, is_active, host, document)
                select id, next_poll, planned_at, is_gone, false, host, document
                from unnest($1::text[], $2::bigint[], $3::boolean[], $4::text[], $5::bytea[], $6::bigint[]) as s (id, next_poll, is_gone, host, document, planned_at)
                on conflict (id) do update set
                    next_poll = excluded.next_poll, planned_at = excluded.planned_at, is_gone = excluded.is_gone, host = excluded.host, document = excluded.document
                """,
                states.Select(state => PgText.Of(state.Id.Value)).ToArray(),
                states.Select(state => state.NextPoll.ToUnixTimeMilliseconds()).ToArray(),
                states.Select(state => state.Health == FeedHealth.Gone).ToArray(),
                states.Select(HostOf).ToArray(),
                states.Select(FeedDocuments.Pack).ToArray(),
                states.Select(state => state.PlannedAt?.ToUnixTimeMilliseconds()).ToArray());
            await put.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static FeedState Read(NpgsqlDataReader row) => FeedDocuments.Unpack(row.GetFieldValue<byte[]>(0), row.GetInt64(1));
}
