using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// Keeps the tables within what they were given. A table never shrinks, but what is deleted in it makes room once it is vacuumed: so the tables are let
/// grow to <see cref="Share"/> of their size, and then hold as many stories as fit (<see cref="StoryCapacity"/>). Of several processes one does it at a
/// time.
/// </summary>
/// <param name="database">The server.</param>
/// <param name="limits">What is kept.</param>
/// <param name="drop">Deletes stories of which nothing is to be remembered; returns how many there were.</param>
internal sealed class Retention(Database database, StoryRetention limits, Func<IReadOnlyCollection<StoryId>, CancellationToken, Task<int>> drop)
{
    /// <summary>How much of the size the tables may take before stories are dropped: they grow until that is looked at again, and before they are vacuumed.</summary>
    private const double Share = 0.95;

    private const int DroppedAtOnce = 500;

    /// <summary>From so many on, or from a twentieth of all, the tables are vacuumed at once, and not some time later by the server: what is not vacuumed makes no room.</summary>
    private const int WorthVacuuming = 1_000;

    private const string KeptSince = "kept since", Bytes = "bytes", FitsIn = "fits in", Fitting = "fitting", FittingSeen = "fitting seen";

    /// <summary>Drops what is not to be kept, unless another process is about it.</summary>
    /// <returns>How many stories were dropped.</returns>
    public Task<int> ApplyAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            if (await ScalarAsync(connection, "select pg_try_advisory_lock($1)::int::bigint", Locks.Retention(database.Schema), cancellationToken) == 0)
            {
                return 0;
            }

            try
            {
                return await DropAsync(connection, now, cancellationToken);
            }
            finally
            {
                await ScalarAsync(connection, "select pg_advisory_unlock($1)::int::bigint", Locks.Retention(database.Schema), CancellationToken.None);
            }
        },
        cancellationToken);

    /// <summary>Adds to the counts what is known of size and age.</summary>
    public static async Task<StoreCounts> AddToAsync(StoreCounts counts, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var notes = await NotesAsync(connection, cancellationToken);
        return counts with
        {
            Bytes = notes.GetValueOrDefault(Bytes),
            KeptSince = notes.TryGetValue(KeptSince, out var since) ? StoryKey.Instant(since) : null,
        };
    }

    private async Task<int> DropAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var notes = await NotesAsync(connection, cancellationToken);
        var bytes = await SizeAsync(connection, cancellationToken);
        await NoteAsync(connection, Bytes, bytes, cancellationToken);
        var stories = (await Counts.ReadAsync(connection, cancellationToken)).Stories;
        var fitting = await FittingAsync(connection, notes, bytes, stories, cancellationToken);
        var before = now - limits.MaxAge;
        if (before is null && fitting is null)
        {
            await NoteAsync(connection, KeptSince, null, cancellationToken);
            return 0;
        }

        if (before is { } tooOld)
        {
            await KeepSinceAsync(connection, tooOld.ToUnixTimeMilliseconds(), cancellationToken);
        }

        var dropped = 0;
        while (await OldestAsync(connection, before, stories - dropped - fitting, cancellationToken) is { Count: > 0 } oldest)
        {
            // Before they are gone, or a poll in between could bring one of them again.
            await KeepSinceAsync(connection, -oldest.Min(story => story.Place), cancellationToken);
            dropped += await drop([.. oldest.Select(story => story.Id)], cancellationToken);
        }

        if (dropped >= WorthVacuuming || (dropped > 0 && dropped >= stories / 20))
        {
            await Sql.Command(connection, "vacuum stories, texts, postings, addresses, entries, versions").ExecuteNonQueryAsync(cancellationToken);
        }

        return dropped;
    }

    /// <summary>How many stories fit. Null: there is room yet, or no limit.</summary>
    private async Task<long?> FittingAsync(NpgsqlConnection connection, Dictionary<string, long> notes, long bytes, long stories, CancellationToken cancellationToken)
    {
        if (limits.MaxBytes is not { } most)
        {
            return null;
        }

        var size = (long)(most * Share);
        var known = notes.TryGetValue(FitsIn, out var before)
            ? new StoryCapacity(before, notes.TryGetValue(Fitting, out var fitting) ? fitting : null, notes.GetValueOrDefault(FittingSeen)).For(size)
            : new StoryCapacity(size, null, 0);
        var learned = known.After(bytes, stories);
        await NoteAsync(connection, FitsIn, learned.MaxBytes, cancellationToken);
        await NoteAsync(connection, Fitting, learned.Stories, cancellationToken);
        await NoteAsync(connection, FittingSeen, learned.Seen, cancellationToken);
        return learned.Stories;
    }

    /// <summary>Some of the oldest stories that are too old or too many, the oldest first.</summary>
    private static async Task<List<(StoryId Id, long Place)>> OldestAsync(NpgsqlConnection connection, DateTimeOffset? before, long? excess, CancellationToken cancellationToken)
    {
        var oldest = await Sql.ListAsync(
            Sql.Command(
                connection,
                """
                (select id, place from postings where list = $1 order by place desc limit $3)
                union all
                (select id, place from postings where list = $2 order by place desc limit $3)
                order by place desc limit $3
                """,
                Lists.All, -Lists.All, DroppedAtOnce),
            row => (Id: StoryKey.Id(row.GetFieldValue<byte[]>(0)), Place: row.GetInt64(1)),
            cancellationToken);
        return [.. oldest.Where((story, at) => at < excess || story.Place > -before?.ToUnixTimeMilliseconds())];
    }

    private async Task<long> SizeAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => await ScalarAsync(
        connection,
        "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind = 'r'",
        database.Schema,
        cancellationToken);

    private static async Task<Dictionary<string, long>> NotesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await Sql.ListAsync(Sql.Command(connection, "select name, value from notes"), row => (Name: row.GetString(0), Value: row.GetInt64(1)), cancellationToken))
            .ToDictionary(note => note.Name, note => note.Value);

    private static async Task NoteAsync(NpgsqlConnection connection, string name, long? value, CancellationToken cancellationToken)
    {
        await using var note = value is { } number
            ? Sql.Command(connection, "insert into notes (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value where notes.value <> excluded.value", name, number)
            : Sql.Command(connection, "delete from notes where name = $1", name);
        await note.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The time since which stories are kept never goes back.</summary>
    private static async Task KeepSinceAsync(NpgsqlConnection connection, long milliseconds, CancellationToken cancellationToken)
    {
        await using var note = Sql.Command(
            connection, "insert into notes (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value where notes.value < excluded.value", KeptSince, milliseconds);
        await note.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string statement, object value, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(connection, statement, value);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
