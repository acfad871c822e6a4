using System.Diagnostics;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Npgsql;
using NpgsqlTypes;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// What other processes did to the stories since this one looked last. A change counts as done once every transaction that began before it has
/// ended, so that none is passed over. One caller at a time.
/// </summary>
internal sealed class Changes(Database database, Nodes nodes)
{
    /// <summary>Changes are kept for a process so long; one that looks later has missed some. Above what a server takes to be started anew.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>Bodies read at a time.</summary>
    private const int MostBodies = 500;

    private ulong? _lookedTo;
    private long _lookedAt;

    /// <summary>See <see cref="IStoryStore.TakeOthersChangesAsync"/>.</summary>
    public async Task<OthersChanges> TakeAsync(CancellationToken cancellationToken)
    {
        var from = _lookedTo;
        var isWhole = from is null || Stopwatch.GetElapsedTime(_lookedAt) < Kept;
        var at = Stopwatch.GetTimestamp();
        var (to, changed) = await database.ReadAsync(connection => LookAsync(connection, from, cancellationToken), cancellationToken);
        var stories = new List<Story>();
        foreach (var some in changed.Chunk(MostBodies))
        {
            stories.AddRange(await database.ReadAsync(connection => StoryQueries.FindAsync(connection, some, withBody: true, cancellationToken), cancellationToken));
        }

        // Only now: what could not be read is asked for again.
        if (to != from)
        {
            await database.ReadAsync(
                connection => Sql.Command(connection, "update nodes set looked_to = $2 where id = $1", nodes.Id, new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Xid8, Value = to })
                    .ExecuteNonQueryAsync(cancellationToken),
                cancellationToken);
        }

        (_lookedTo, _lookedAt) = (to, at);
        return new OthersChanges(changed.Count, stories, isWhole);
    }

    /// <summary>Forgets what all processes have looked at, those not that are dead for long.</summary>
    public static async Task ForgetAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var forget = Sql.Command(connection, "delete from changes where tx < (select min(looked_to) from nodes where last_seen > now() - $1::interval)", Kept);
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<(ulong To, List<byte[]> Changed)> LookAsync(NpgsqlConnection connection, ulong? from, CancellationToken cancellationToken)
    {
        if (from is null)
        {
            var now = await Sql.Command(connection, "select pg_snapshot_xmin(pg_current_snapshot())").ExecuteScalarAsync(cancellationToken);
            return ((ulong)now!, []);
        }

        var rows = await Sql.ListAsync(
            Sql.Command(
                connection,
                """
                with done as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as tx)
                select d.tx, c.story from done d left join (
                    select c.story, max(c.tx) as last from changes c where c.tx >= $1 and c.tx < (select tx from done) and c.node <> $2 group by c.story) c on true
                order by c.last
                """,
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Xid8, Value = from.Value }, nodes.Id),
            row => (To: row.GetFieldValue<ulong>(0), Story: row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)),
            cancellationToken);
        return (rows[0].To, [.. rows.Select(row => row.Story).OfType<byte[]>()]);
    }
}
