using Aggregator.Model.Storage;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>Does now and then what no caller waits for.</summary>
internal sealed class Upkeep : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Database _database;
    private readonly Func<NpgsqlConnection, CancellationToken, Task> _work;
    private readonly CancellationTokenSource _closing = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;

    public Upkeep(Database database, TimeProvider clock, Func<NpgsqlConnection, CancellationToken, Task> work)
    {
        (_database, _work) = (database, work);
        _timer = new PeriodicTimer(Every, clock);
        _loop = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _loop;
        _timer.Dispose();
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(_closing.Token))
            {
                await TryAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Closing.
        }
    }

    private async Task TryAsync()
    {
        try
        {
            await _database.ReadAsync(
                async connection =>
                {
                    await _work(connection, _closing.Token);
                    return true;
                },
                _closing.Token);
        }
        catch (StoreException)
        {
            // Whoever uses the store tells what is wrong with the server; it is tried again soon.
        }
    }
}
