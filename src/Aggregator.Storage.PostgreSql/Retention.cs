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
/// <param name="forget">Forgets dropped stories whose entries were not seen for long at that time.</param>
/// <param name="drop">Deletes stories of which nothing is to be remembered, those that may go by then; returns how many there were.</param>
internal sealed class Retention(Database database, StoryRetention limits, Func<IReadOnlyCollection<StoryId>, DateTimeOffset, CancellationToken, Task> forget, Func<IReadOnlyCollection<StoryId>, Func<Story, bool>, CancellationToken, Task<int>> drop)
{
    /// <summary>How much of the size the tables may take before stories are dropped: they grow until that is looked at again, and before they are vacuumed.</summary>
    private const double Share = 0.95;

    private const int DroppedAtOnce = 200;

    /// <summary>From so many on, or from a twentieth of all, the tables are vacuumed at once, and not some time later by the server: what is not vacuumed makes no room.</summary>
    private const int WorthVacuuming = 1_000;

    private const string KeptSince = "kept since", Bytes = "bytes", FitsIn = "fits in", Fitting = "fitting", FittingSeen = "fitting seen";

    private volatile KeepRules _kept = new(limits);

    /// <summary>What is kept from now on; the size stays.</summary>
    public void Keep(StoryRetention kept) => _kept = new KeepRules(kept with { MaxBytes = _kept.Limits.MaxBytes });

    /// <summary>What is kept.</summary>
    public KeepRules Kept => _kept;

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

    /// <summary>How much there is of what is kept.</summary>
    public static async Task<KeptAmounts> MeasureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var notes = await NotesAsync(connection, cancellationToken);
        return await Keeping.MeasureAsync(connection, notes.TryGetValue(Fitting, out var fitting) ? fitting : null, cancellationToken);
    }

    private async Task<int> DropAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var notes = await NotesAsync(connection, cancellationToken);
        var bytes = await SizeAsync(connection, cancellationToken);
        await NoteAsync(connection, Bytes, bytes, cancellationToken);
        var stories = (await Counts.ReadAsync(connection, cancellationToken)).Stories;
        var fitting = await FittingAsync(connection, notes, bytes, stories, cancellationToken);

        // The size first: putting stories into other groups can take minutes.
        var dropped = await DropFirstAsync(connection, stories - fitting ?? 0, withPinned: true, cancellationToken);
        var state = await Keeping.ReadAsync(connection, cancellationToken);
        var kept = state.Groups.Continue(_kept.Limits);
        var rules = new KeepRules(kept);
        var groups = rules.Groups;
        if (groups.ToString() != state.Groups.ToString())
        {
            await Keeping.ChangeAsync(database, state, groups, cancellationToken);
        }

        while (!await Keeping.SortSomeAsync(database, cancellationToken))
        {
            // Between two steps others store.
        }

        // A time that is yet to come was learned from a clock that was ahead.
        var since = (now - kept.LongestAge)?.ToUnixTimeMilliseconds();
        if ((fitting is null && kept.MaxStories is null) || notes.GetValueOrDefault(KeptSince) > now.ToUnixTimeMilliseconds())
        {
            await NoteAsync(connection, KeptSince, since, cancellationToken);
        }
        else if (since is { } milliseconds)
        {
            await KeepSinceAsync(connection, milliseconds, cancellationToken);
        }

        dropped += groups.IsAny ? await DropOfGroupsAsync(connection, rules, now, cancellationToken) : await DropOldAsync(connection, rules, now, cancellationToken);
        if (kept.MaxStories is { } most)
        {
            var unpinned = await ScalarAsync(connection, "select count(*) from stories where kept < $1", (short)KeepRank.Pinned, cancellationToken);
            dropped += await DropFirstAsync(connection, unpinned - most, withPinned: false, cancellationToken);
        }

        await ForgetLessonsAsync(connection, now, cancellationToken);
        await ForgetDroppedAsync(connection, now, cancellationToken);
        if (dropped >= WorthVacuuming || (dropped > 0 && dropped >= stories / 20))
        {
            await using var vacuum = Sql.Command(connection, "vacuum stories, texts, postings, addresses, entries, versions");
            vacuum.CommandTimeout = 0; // it takes as long as the tables are large
            await vacuum.ExecuteNonQueryAsync(cancellationToken);
        }

        return dropped;
    }

    /// <summary>Forgets what hosts taught that says nothing any more (<see cref="HostLesson.IsOver"/>).</summary>
    private static async Task ForgetLessonsAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var forget = Sql.Command(
            connection,
            "delete from hosts where coalesce(held_until, 0) <= $1 and learned_at not between $2 and $3",
            now.ToUnixTimeMilliseconds(), (now - HostLesson.Lifetime).ToUnixTimeMilliseconds(), (now + HostLesson.Lifetime).ToUnixTimeMilliseconds());
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets dropped stories whose entries were not seen for long (<see cref="DroppedStory.IsOver"/>), some at once.</summary>
    private async Task ForgetDroppedAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (least, most) = ((now - DroppedStory.Lifetime).ToUnixTimeMilliseconds(), (now + DroppedStory.Lifetime).ToUnixTimeMilliseconds());
        while (await FindAsync() is { Count: > 0 } unseen)
        {
            await forget(unseen, now, cancellationToken);
        }

        Task<List<StoryId>> FindAsync() => Sql.ListAsync(
            Sql.Command(connection, "select id from dropped where seen_at < $1 or seen_at > $2 limit $3", least, most, DroppedAtOnce), Id, cancellationToken);
    }

    /// <summary>How many stories fit. Null: there is room yet, or no limit.</summary>
    private async Task<long?> FittingAsync(NpgsqlConnection connection, Dictionary<string, long> notes, long bytes, long stories, CancellationToken cancellationToken)
    {
        if (_kept.Limits.MaxBytes is not { } most)
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

    /// <summary>Drops so many of the stories that go first.</summary>
    private async Task<int> DropFirstAsync(NpgsqlConnection connection, long excess, bool withPinned, CancellationToken cancellationToken)
    {
        var dropped = 0;
        var spare = withPinned && excess > 0 ? await SpareUntaggedAsync(connection, cancellationToken) : long.MaxValue;
        while (dropped < excess)
        {
            var most = (int)Math.Min(DroppedAtOnce, excess - dropped);
            var first = (await Keeping.ReadAsync(connection, cancellationToken)).IsRanked
                ? await FirstAsync(connection, null, withPinned, most, spare, cancellationToken)
                : await OldestAsync(connection, most, cancellationToken);

            // Before they are gone, or a poll in between could bring one of them again.
            if (first.Where(story => story.Rank is KeepRank.Tagged or null).ToList() is { Count: > 0 } last)
            {
                await KeepSinceAsync(connection, -last.Min(story => story.Place), cancellationToken);
            }

            var gone = await drop([.. first.Select(story => story.Id)], story => withPinned || !story.IsPinned, cancellationToken);
            dropped += gone;
            spare -= spare == long.MaxValue ? 0 : first.Count(story => story.Rank == KeepRank.Untagged);
            if (gone == 0)
            {
                return dropped;
            }
        }

        return dropped;
    }

    /// <summary>How many stories without a topic go for want of room before those with one.</summary>
    private static async Task<long> SpareUntaggedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => StoryRetention.SpareUntagged(
        await ScalarAsync(connection, "select count(*) from stories where kept = $1", (short)KeepRank.Untagged, cancellationToken),
        await ScalarAsync(connection, "select count(*) from stories where kept = $1", (short)KeepRank.Tagged, cancellationToken));

    private async Task<int> DropOldAsync(NpgsqlConnection connection, KeepRules rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (rules.Limits.Of(KeepGroup.Rest).MaxAge is not { } age)
        {
            return 0;
        }

        var place = StoryKey.Place(now - age);
        return await DropAllAsync(
            () => Sql.ListAsync(
                Sql.Command(connection, "select id from stories where kept < 2 and place > $1 order by kept, place desc limit $2", place, DroppedAtOnce), Id, cancellationToken),
            story => rules.IsTooOld(story, now),
            cancellationToken);
    }

    private async Task<int> DropOfGroupsAsync(NpgsqlConnection connection, KeepRules rules, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var amounts = await Keeping.GroupsAsync(connection, cancellationToken);
        var aging = amounts.Keys.Select(group => (group.Name, Age: rules.Limits.Of(group).MaxAge)).Where(group => group.Age is not null).ToList();
        var (names, places) = (aging.Select(group => group.Name).ToArray(), aging.Select(group => StoryKey.Place(now - group.Age!.Value)).ToArray());
        var dropped = names.Length == 0 ? 0 : await DropAllAsync(
            () => Sql.ListAsync(
                Sql.Command(
                    connection,
                    """
                    select s.id from unnest($1::text[], $2::bigint[]) g (name, place) cross join unnest(array[0, 1]::smallint[]) r (kept)
                    cross join lateral (select id from stories where kept_under = g.name and kept = r.kept and stories.place > g.place limit $3) s limit $3
                    """,
                    names, places, DroppedAtOnce),
                Id,
                cancellationToken),
            story => rules.IsTooOld(story, now),
            cancellationToken);
        if (dropped > 0)
        {
            amounts = await Keeping.GroupsAsync(connection, cancellationToken);
        }

        foreach (var (group, amount) in amounts)
        {
            dropped += await DropExcessAsync(connection, group, amount, rules, cancellationToken);
        }

        return dropped;
    }

    /// <summary>Drops what a group has too much of.</summary>
    private async Task<int> DropExcessAsync(NpgsqlConnection connection, KeepGroup group, KeptAmount amount, KeepRules rules, CancellationToken cancellationToken)
    {
        var own = rules.Limits.Of(group);
        var (stories, bytes) = (amount.Stories - (own.MaxStories ?? long.MaxValue), amount.Bytes - (own.MaxBytes ?? long.MaxValue));
        var dropped = 0;
        while (stories > 0 || bytes > 0)
        {
            var doomed = new List<StoryId>();
            foreach (var first in await FirstAsync(connection, group, withPinned: false, DroppedAtOnce, long.MaxValue, cancellationToken))
            {
                if (stories > 0 || bytes > 0)
                {
                    doomed.Add(first.Id);
                    (stories, bytes) = (stories - 1, bytes - first.Bytes);
                }
            }

            var gone = await drop(doomed, story => !story.IsPinned && rules.Groups.Of(story) == group, cancellationToken);
            dropped += gone;
            if (gone == 0)
            {
                return dropped;
            }
        }

        return dropped;
    }

    private async Task<int> DropAllAsync(Func<Task<List<StoryId>>> find, Func<Story, bool> mayGo, CancellationToken cancellationToken)
    {
        for (var dropped = 0; ;)
        {
            var gone = await drop(await find(), mayGo, cancellationToken);
            dropped += gone;
            if (gone == 0)
            {
                return dropped;
            }
        }
    }

    /// <summary>The stories that go first, of a group or of all.</summary>
    private static async Task<List<(StoryId Id, long Place, KeepRank? Rank, long Bytes)>> FirstAsync(NpgsqlConnection connection, KeepGroup? group, bool withPinned, int most, long spare, CancellationToken cancellationToken)
    {
        var found = new List<(StoryId Id, long Place, KeepRank? Rank, long Bytes)>();
        foreach (var (rank, upTo) in ((KeepRank Rank, long UpTo)[])[(KeepRank.Untagged, spare), (KeepRank.Tagged, most), (KeepRank.Untagged, found.Count == 0 && spare <= 0 ? most : 0), (KeepRank.Pinned, withPinned ? most : 0)])
        {
            var some = (int)Math.Min(upTo, most - found.Count);
            if (some > 0 && (rank == KeepRank.Tagged || found.Count == 0))
            {
                var sql = new Sql();
                var under = group is { } name ? $" and kept_under = {sql.Value(name.Name)}" : "";
                found.AddRange(await Sql.ListAsync(
                    sql.Command(connection, $"select id, place, bytes from stories where kept = {sql.Value((short)rank)}{under} order by place desc, id desc limit {sql.Value(some)}"),
                    row => (Id(row), row.GetInt64(1), (KeepRank?)rank, row.IsDBNull(2) ? 0 : row.GetInt64(2)),
                    cancellationToken));
            }
        }

        return found;
    }

    /// <summary>The oldest stories, where their order is not known yet.</summary>
    private static Task<List<(StoryId Id, long Place, KeepRank? Rank, long Bytes)>> OldestAsync(NpgsqlConnection connection, int most, CancellationToken cancellationToken) => Sql.ListAsync(
        Sql.Command(
            connection,
            """
            select o.id, o.place from (
                (select id, place from postings where list = $1 order by place desc limit $3 * 2)
                union all
                (select id, place from postings where list = $2 order by place desc limit $3 * 2)) o
            join stories s on s.id = o.id where s.kept is distinct from 2 order by o.place desc limit $3
            """,
            Lists.All, -Lists.All, most),
        row => (Id(row), row.GetInt64(1), (KeepRank?)null, 0L),
        cancellationToken);

    private static StoryId Id(NpgsqlDataReader row) => StoryKey.Id(row.GetFieldValue<byte[]>(0));

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

    /// <summary>The time since which stories are kept, unless a later one is known.</summary>
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
