using Aggregator.Model.Storage;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// This process among those at work on the database: it says now and then, by the server's clock, that it is alive, from a thread of its own that
/// nothing else keeps waiting. What a process had claimed that has not been heard of for a while is claimable again.
/// </summary>
internal sealed class Nodes : IAsyncDisposable
{
    private const string Beat =
        """
        with dead as (delete from nodes where last_seen < now() - interval '1 day')
        insert into nodes (id, name, last_seen, looked_to) values ($1, $2, now(), pg_snapshot_xmin(pg_current_snapshot())) on conflict (id) do update set last_seen = now()
        """;

    private readonly Database _database;
    private readonly PostgreSqlStoryStoreOptions _options;
    private readonly CancellationTokenSource _closing = new();
    private Task _beating = Task.CompletedTask;

    public Nodes(Database database, PostgreSqlStoryStoreOptions options) => (_database, _options) = (database, options);

    /// <summary>Names this process in the table. A process that is started again is another one.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>The processes that are alive and poll feeds, as a query of their "id".</summary>
    public string Polling(Sql sql) => $"select id from nodes where is_polling and last_seen > now() - {sql.Value(_options.DeadAfter)}::interval";

    /// <summary>Enters this process and goes on saying that it is alive.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _database.ReadAsync(connection => BeatAsync(connection, cancellationToken), cancellationToken);
        _beating = Task.Factory.StartNew(GoOn, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Says that this process is alive and polls feeds, on a connection that is at hand.</summary>
    public async Task<int> PollAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await BeatAsync(connection, cancellationToken);
        await using var polls = Sql.Command(connection, "update nodes set is_polling = true where id = $1 and not is_polling", Id);
        return await polls.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes this process off the table: others may have at once what it had claimed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _beating;
        _closing.Dispose();
        try
        {
            await _database.ReadAsync(connection => Sql.Command(connection, "delete from nodes where id = $1", Id).ExecuteNonQueryAsync(), CancellationToken.None);
        }
        catch (StoreException)
        {
            // The server is away: this process is found dead in a while.
        }
    }

    private async Task<int> BeatAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var beat = Command(connection);
        return await beat.ExecuteNonQueryAsync(cancellationToken);
    }

    private void GoOn()
    {
        while (!_closing.Token.WaitHandle.WaitOne(_options.HeartbeatEvery))
        {
            try
            {
                _database.Do(connection =>
                {
                    using var beat = Command(connection);
                    beat.ExecuteNonQuery();
                });
            }
            catch (StoreException)
            {
                // Whoever uses the store tells what is wrong with the server; the next beat may reach it.
            }
        }
    }

    private NpgsqlCommand Command(NpgsqlConnection connection) => Sql.Command(connection, Beat, Id, PgText.Of(_options.NodeName));
}
