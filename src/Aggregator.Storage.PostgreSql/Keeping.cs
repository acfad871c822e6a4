using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// In which order stories go, and what each is kept under (<see cref="KeepGroups"/>): written with every story, and brought to all of them in steps where the groups have become
/// others, or an earlier program stored them.
/// </summary>
internal static class Keeping
{
    private const int SortedAtOnce = 250;

    /// <summary>What is known of the groups.</summary>
    public static async Task<KeptState> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await Sql.ListAsync(Sql.Command(connection, "select groups, sorted_to, is_ranked from keeping"), row => new KeptState(row.GetString(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1), row.GetBoolean(2)), cancellationToken))[0];

    /// <summary>From now on these are the groups. Whoever stores stories reads them under the lock that is taken here alone, so that none is stored under others afterwards.</summary>
    public static Task ChangeAsync(Database database, KeptState known, KeepGroups groups, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            await Sql.Command(connection, "select pg_advisory_xact_lock($1)", Locks.All(database.Schema)).ExecuteNonQueryAsync(cancellationToken);
            return await Sql.Command(
                connection, "update keeping set groups = $1, sorted_to = case when $2 then sorted_to else ''::bytea end", groups.ToString(), groups.DividesAs(known.Groups)).ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>Puts some of the stories into their groups.</summary>
    /// <returns>Whether all are in theirs.</returns>
    public static Task<bool> SortSomeAsync(Database database, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            var known = await ReadAsync(connection, cancellationToken);
            if (known.SortedTo is not { } from)
            {
                return true;
            }

            var rows = await Sql.ListAsync(
                Sql.Command(
                    connection,
                    "select s.id, s.document, s.kept, s.kept_under, s.bytes, octet_length(t.body) from stories s join texts t using (id) where s.id > $1 order by s.id limit $2 for update of s",
                    from, SortedAtOnce),
                row => (Id: row.GetFieldValue<byte[]>(0), Story: StoryDocuments.Unpack(row.GetFieldValue<byte[]>(1)), Kept: row.IsDBNull(2) ? -1 : row.GetInt16(2),
                    Under: row.IsDBNull(3) ? null : row.GetString(3), Bytes: row.IsDBNull(4) ? null : (long?)row.GetInt64(4), Text: row.GetInt32(5)),
                cancellationToken);
            var moved = rows.Where(row => row.Kept != (int)StorySize.RankOf(row.Story) || row.Under != Under(known.Groups, row.Story) || row.Bytes is null).ToList();
            if (moved.Count > 0)
            {
                await Sql.Command(
                    connection,
                    """
                    update stories s set kept = n.kept, kept_under = n.under, bytes = n.bytes
                    from unnest($1::bytea[], $2::smallint[], $3::text[], $4::bigint[]) as n (id, kept, under, bytes) where s.id = n.id
                    """,
                    moved.Select(row => row.Id).ToArray(), moved.Select(row => Rank(row.Story)).ToArray(), moved.Select(row => Under(known.Groups, row.Story)).ToArray(),
                    moved.Select(row => row.Bytes ?? StorySize.Of(row.Story, row.Text)).ToArray()).ExecuteNonQueryAsync(cancellationToken);
            }

            var isDone = rows.Count < SortedAtOnce;
            await Sql.Command(
                connection, "update keeping set sorted_to = case when $2 then null else $1 end, is_ranked = is_ranked or $2 where groups = $3 and sorted_to = $4",
                isDone ? [] : rows[^1].Id, isDone, known.Text, from).ExecuteNonQueryAsync(cancellationToken);
            return isDone;
        },
        cancellationToken);

    /// <summary>A story's rank as the tables hold it.</summary>
    public static short Rank(Story story) => (short)StorySize.RankOf(story);

    /// <summary>What a story is kept under, as the tables hold it.</summary>
    public static string? Under(KeepGroups groups, Story story) => story.IsPinned ? null : groups.Of(story)?.Name;

    /// <summary>How much there is of what is kept.</summary>
    public static async Task<KeptAmounts> MeasureAsync(NpgsqlConnection connection, long? fitting, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(connection, cancellationToken);
        var ranks = await Sql.ListAsync(
            Sql.Command(connection, "select kept, count(*), coalesce(sum(bytes), 0)::bigint from stories where kept is not null group by kept"),
            row => (Rank: (KeepRank)row.GetInt16(0), Amount: new KeptAmount(row.GetInt64(1), row.GetInt64(2))),
            cancellationToken);
        return new KeptAmounts(ranks.ToDictionary(rank => rank.Rank, rank => rank.Amount), await GroupsAsync(connection, cancellationToken))
        {
            NotYetSorted = known.SortedTo is { } from ? (long)(await Sql.Command(connection, "select count(*) from stories where id > $1", from).ExecuteScalarAsync(cancellationToken))! : null,
            Groups = known.Groups,
            Fitting = fitting,
        };
    }

    /// <summary>How much there is in each group.</summary>
    public static async Task<Dictionary<KeepGroup, KeptAmount>> GroupsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var groups = await Sql.ListAsync(
            Sql.Command(connection, "select kept_under, count(*), coalesce(sum(bytes), 0)::bigint from stories where kept_under is not null group by kept_under"),
            row => (Group: new KeepGroup(row.GetString(0)), Amount: new KeptAmount(row.GetInt64(1), row.GetInt64(2))),
            cancellationToken);
        return groups.ToDictionary(group => group.Group, group => group.Amount);
    }

    /// <summary>Stories in the order in which they go.</summary>
    public static async Task<IReadOnlyList<KeptStory>> ListAsync(NpgsqlConnection connection, KeptQuery query, CancellationToken cancellationToken)
    {
        var found = new List<KeptStory>();
        foreach (var rank in Enum.GetValues<KeepRank>().Where(rank => (query.Rank ?? rank) == rank && !(query.After?.Rank > rank) && !(query.Group is not null && rank == KeepRank.Pinned)))
        {
            var sql = new Sql();
            var after = query.After is { } last && last.Rank == rank ? $" and (place, id) < ({sql.Value(StoryKey.Place(last.Story.OrderedAt))}, {sql.Value(StoryKey.Bytes(last.Story.Id) ?? [])})" : "";
            var group = query.Group is { } under ? $" and kept_under = {sql.Value(under.Name)}" : "";
            if (found.Count < query.Limit)
            {
                found.AddRange(await Sql.ListAsync(
                    sql.Command(connection, $"select document, bytes from stories where kept = {sql.Value((short)rank)}{group}{after} order by place desc, id desc limit {sql.Value(query.Limit - found.Count)}"),
                    row => new KeptStory(StoryDocuments.Unpack(row.GetFieldValue<byte[]>(0)), rank, row.IsDBNull(1) ? 0 : row.GetInt64(1)),
                    cancellationToken));
            }
        }

        return found;
    }
}

/// <summary>What is known of the groups that stories are kept under.</summary>
/// <param name="Text">The groups, as <see cref="KeepGroups.ToString"/> wrote them.</param>
/// <param name="SortedTo">Up to which id the stories were put into them. Null: all were.</param>
/// <param name="IsRanked">Whether all are in an order.</param>
internal sealed record KeptState(string Text, byte[]? SortedTo, bool IsRanked)
{
    public KeepGroups Groups { get; } = KeepGroups.Parse(Text);
}
