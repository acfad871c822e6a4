using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>The index of terms: whether it is there, and how it is made anew.</summary>
internal sealed class TextIndex(Database database)
{
    /// <summary>Stories that are made anew in one transaction: they cannot be changed meanwhile, for some tens of milliseconds.</summary>
    private const int StoriesAtOnce = 200;

    private volatile bool _isThere;
    private int _rebuilding;

    /// <summary>Whether texts can be searched, as last seen.</summary>
    public bool CanSearch => _isThere && Volatile.Read(ref _rebuilding) == 0;

    /// <summary>Looks whether the index is there and whole: another process may have made it, or be making it.</summary>
    public async Task LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var look = Sql.Command(connection, "select coalesce((select indisvalid from pg_index where indexrelid = to_regclass('texts_terms')), false)");
        _isThere = await look.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Makes the terms of all stories anew, and the index of them.</summary>
    public async Task RebuildAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _rebuilding);
        try
        {
            await ExecuteAsync("drop index if exists texts_terms", cancellationToken);
            _isThere = false;
            var (done, last) = (0L, Array.Empty<byte>());
            while (await database.WriteAsync(connection => MakeTermsAsync(connection, last, cancellationToken), cancellationToken) is { Count: > 0 } piece)
            {
                (done, last) = (done + piece.Count, piece[^1]);
                progress?.Report(done);
            }

            await ExecuteAsync($"create index concurrently texts_terms on texts using gin (({TextQuery.Indexed.Replace("t.", "", StringComparison.Ordinal)}))", cancellationToken);
            await database.ReadAsync(
                async connection =>
                {
                    await LookAsync(connection, cancellationToken);
                    return true;
                },
                cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _rebuilding);
        }
    }

    /// <summary>The terms of the next stories behind an id.</summary>
    /// <returns>Their ids, in order.</returns>
    private static async Task<List<byte[]>> MakeTermsAsync(NpgsqlConnection connection, byte[] after, CancellationToken cancellationToken)
    {
        // Both rows are locked: of a row that is not, an older form would be read beside the newer one of the row that was waited for.
        var stories = await Sql.ListAsync(
            Sql.Command(connection, "select s.document, t.body from texts t join stories s using (id) where t.id > $1 order by t.id limit $2 for update of s, t", after, StoriesAtOnce),
            row => StoryDocuments.Unpack(row.GetFieldValue<byte[]>(0)) with { Body = Packed.Body(row.GetFieldValue<byte[]>(1)) },
            cancellationToken);
        var ids = StoryKey.Bytes(stories.Select(story => story.Id));
        await using var update = Sql.Command(
            connection,
            "update texts t set terms = n.terms from unnest($1::bytea[], $2::text[]) as n (id, terms) where t.id = n.id", ids, stories.Select(IndexedTerms.Of).ToArray());
        await update.ExecuteNonQueryAsync(cancellationToken);
        return [.. ids];
    }

    /// <summary>Outside a transaction, and however long it takes.</summary>
    private Task<int> ExecuteAsync(string statement, CancellationToken cancellationToken) => database.ReadAsync(
        async connection =>
        {
            await using var command = Sql.Command(connection, statement);
            command.CommandTimeout = 0;
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);
}
