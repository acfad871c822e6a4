using System.Text.RegularExpressions;
using Aggregator.Model.Storage;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>The server: connections to it, and what its faults mean. Safe for concurrent use.</summary>
internal sealed partial class Database : IAsyncDisposable
{
    /// <summary>A transaction that others were in the way of is tried so often.</summary>
    private const int MostAttempts = 5;

    /// <summary>Connections of one process, unless the connection string says otherwise: pollers, readers and pages seldom need more, and a server has 100.</summary>
    private const int MostConnections = 30;

    /// <summary>What <see cref="NpgsqlConnectionStringBuilder.MaxPoolSize"/> is where the connection string does not say.</summary>
    private static readonly int NpgsqlDefault = new NpgsqlConnectionStringBuilder().MaxPoolSize;

    /// <summary>Connections that are kept for <see cref="Do"/>.</summary>
    private const int Reserved = 1;

    /// <summary>
    /// Connections for all else there are at least: whoever drops what is not to be kept holds a lock of the server's on one (<see cref="Retention"/>), and what that stores
    /// meanwhile needs another.
    /// </summary>
    private const int LeastPlaces = 2;

    /// <summary>
    /// What every connection of this store is set to. Compiling a query takes longer than answering it; pages of an index are in memory or on an SSD;
    /// bitmaps of a common word in a million stories fit into 32 MB; and what is reported stored is on the disk, whatever the server's own default.
    /// </summary>
    private const string Settings = "-c jit=off -c random_page_cost=1.1 -c work_mem=32MB -c synchronous_commit=on";

    private readonly NpgsqlDataSource _source;

    /// <summary>Whoever wants a connection waits here, however long: the pool's own wait ends with a fault after some seconds.</summary>
    private readonly SemaphoreSlim _places;

    private Database(NpgsqlDataSource source, int connections, string server, string schema)
    {
        (_source, Server, Schema) = (source, server, schema);
        _places = new SemaphoreSlim(connections - Reserved);
    }

    /// <summary>The server and database, as messages name them: "db.example:5432/aggregator".</summary>
    public string Server { get; }

    /// <summary>The schema that holds everything.</summary>
    public string Schema { get; }

    /// <summary>Reads the connection string; nothing is asked of the server yet.</summary>
    /// <exception cref="StoreException">It cannot be used, or the schema's name cannot.</exception>
    public static Database Of(PostgreSqlStoryStoreOptions options)
    {
        var settings = SettingsOf(options);
        return new Database(NpgsqlDataSource.Create(settings), settings.MaxPoolSize, $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}", options.Schema);
    }

    /// <summary>How this store reaches its tables on the server.</summary>
    /// <exception cref="StoreException">The connection string cannot be used, or the schema's name cannot.</exception>
    public static NpgsqlConnectionStringBuilder SettingsOf(PostgreSqlStoryStoreOptions options)
    {
        if (!SchemaName().IsMatch(options.Schema))
        {
            throw new StoreException($"\"{options.Schema}\" cannot be the name of a schema: use lower-case letters, digits and _, at most 63, the first no digit.");
        }

        var settings = Read(options.ConnectionString);
        if (string.IsNullOrEmpty(settings.Host))
        {
            throw new StoreException("the connection string of the PostgreSQL store names no server: it begins, for example, with \"Host=db.example;Database=aggregator;Username=...\".");
        }

        settings.SearchPath = options.Schema;
        settings.Options = string.IsNullOrEmpty(settings.Options) ? Settings : $"{Settings} {settings.Options}";
        settings.ApplicationName ??= "aggregator";
        settings.PersistSecurityInfo = false;
        settings.MaxPoolSize = settings.MaxPoolSize == NpgsqlDefault ? MostConnections : Math.Max(settings.MaxPoolSize, Reserved + LeastPlaces);
        return settings;
    }

    /// <summary>Reads. Asked once more where the connection turns out to be lost: the server was started anew since it was made.</summary>
    /// <exception cref="StoreException">The server cannot be reached, or cannot answer.</exception>
    public Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) => InPlaceAsync(() => TryReadAsync(read, cancellationToken), cancellationToken);

    /// <summary>
    /// Does something in a transaction, and commits. It is done again from its beginning where others were in its way, and where the connection
    /// was lost before the commit was asked for: nothing was stored then. A connection lost later leaves open what became of it, and is told.
    /// </summary>
    /// <exception cref="UnstorableException">What was to be stored can never be.</exception>
    /// <exception cref="StoreException">Nothing can be stored now.</exception>
    public Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) => InPlaceAsync(() => TryWriteAsync(work, cancellationToken), cancellationToken);

    /// <summary>Does something at once, on the caller's thread, and once only.</summary>
    /// <exception cref="StoreException">The server cannot be reached, or cannot answer.</exception>
    public void Do(Action<NpgsqlConnection> work)
    {
        try
        {
            using var connection = _source.OpenConnection();
            work(connection);
        }
        catch (Exception fault) when (IsToBeExplained(fault))
        {
            throw Faults.Explain(Server, fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _places.Dispose();
    }

    private async Task<T> TryReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                return await read(connection);
            }
            catch (Exception fault) when (attempt == 1 && Faults.IsAway(fault))
            {
                _source.Clear();
            }
            catch (Exception fault) when (IsToBeExplained(fault))
            {
                throw Faults.Explain(Server, fault);
            }
        }
    }

    private async Task<T> TryWriteAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var result = await work(connection);
                committing = true;
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (Exception fault) when (attempt < MostAttempts && Faults.IsConflict(fault))
            {
                // Whoever was in the way is done with by now.
            }
            catch (Exception fault) when (attempt == 1 && !committing && Faults.IsAway(fault))
            {
                _source.Clear();
            }
            catch (PostgresException answer) when (Faults.IsOfTheThing(answer))
            {
                throw new UnstorableException($"it cannot be stored on the PostgreSQL server {Server}: {answer.MessageText} ({answer.SqlState}).", answer);
            }
            catch (Exception fault) when (IsToBeExplained(fault))
            {
                throw Faults.Explain(Server, fault);
            }
        }
    }

    private async Task<T> InPlaceAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await _places.WaitAsync(cancellationToken);
            try
            {
                return await work();
            }
            finally
            {
                _places.Release();
            }
        }
        catch (ObjectDisposedException fault)
        {
            throw Faults.Explain(Server, fault);
        }
    }

    private static bool IsToBeExplained(Exception fault) => fault is NpgsqlException or System.Net.Sockets.SocketException or IOException or TimeoutException or ObjectDisposedException;

    private static NpgsqlConnectionStringBuilder Read(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // What is wrong is not repeated: it may hold the password.
            throw new StoreException("the connection string of the PostgreSQL store cannot be read: it is a list of settings such as \"Host=db.example;Database=aggregator;Username=aggregator;Password=...\"; a value that holds ; or = stands in quotes.");
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$")]
    private static partial Regex SchemaName();
}
