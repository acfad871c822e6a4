using Aggregator.Model.Storage;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// This process among those at work on the database: it says now and then, by the server's clock, that it is alive, and does the upkeep meanwhile.
/// What a process had claimed that has not been heard of for a while is claimable again.
/// </summary>
internal sealed class Nodes : IAsyncDisposable
{
    private readonly Database _database;
    private readonly PostgreSqlStoryStoreOptions _options;
    private readonly Func<NpgsqlConnection, CancellationToken, Task> _upkeep;
    private readonly CancellationTokenSource _closing = new();
    private readonly PeriodicTimer _timer;
    private Task _loop = Task.CompletedTask;

    public Nodes(Database database, PostgreSqlStoryStoreOptions options, TimeProvider clock, Func<NpgsqlConnection, CancellationToken, Task> upkeep)
    {
        (_database, _options, _upkeep) = (database, options, upkeep);
        _timer = new PeriodicTimer(options.HeartbeatEvery, clock);
    }

    /// <summary>Names this process in the table. A process that is started again is another one.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Which of the processes that hold claims are alive, as a condition on "f.claimed_by".</summary>
    public string IsAlive(Sql sql) =>
        $"exists (select from nodes n where n.id = f.claimed_by and n.last_seen > now() - {sql.Value(_options.DeadAfter)}::interval)";

    /// <summary>Enters this process and goes on saying that it is alive.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _database.ReadAsync(connection => BeatAsync(connection, cancellationToken), cancellationToken);
        _loop = RunAsync(_closing.Token);
    }

    /// <summary>Takes this process off the table: others may have at once what it had claimed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _loop;
        _timer.Dispose();
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

    private async Task RunAsync(CancellationToken closing)
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(closing))
            {
                await TryBeatAsync(closing);
            }
        }
        catch (OperationCanceledException)
        {
            // Closing.
        }
    }

    private async Task TryBeatAsync(CancellationToken closing)
    {
        try
        {
            await _database.ReadAsync(
                async connection =>
                {
                    await BeatAsync(connection, closing);
                    await _upkeep(connection, closing);
                    return true;
                },
                closing);
        }
        catch (StoreException)
        {
            // Whoever uses the store tells what is wrong with the server; the next beat may reach it.
        }
    }

    private async Task<int> BeatAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var beat = Sql.Command(
            connection,
            """
            with dead as (delete from nodes where last_seen < now() - interval '1 day')
            insert into nodes (id, name, last_seen) values ($1, $2, now()) on conflict (id) do update set last_seen = now()
            """,
            Id, PgText.Of(_options.NodeName));
        return await beat.ExecuteNonQueryAsync(cancellationToken);
    }
}
