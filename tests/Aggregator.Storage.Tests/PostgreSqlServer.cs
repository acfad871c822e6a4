using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(Aggregator.Storage.Tests.PostgreSqlServer))]

namespace Aggregator.Storage.Tests;

/// <summary>
/// The server that tests run on, with a database of this run's own: the one that AGGREGATOR_TEST_POSTGRES names (a connection string of a user who may
/// make databases), else one that is started from an installation on this machine, for as long as the tests run. Where there is neither, tests
/// are skipped.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Variable = "AGGREGATOR_TEST_POSTGRES";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _database = $"aggregator_test_{Guid.NewGuid():n}";
    private TemporaryFolder? _folder;
    private string? _programs;
    private string? _connection;

    /// <summary>How to reach this run's database. Skips the test that asks where there is no server.</summary>
    public async Task<string> ConnectAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _connection ??= await StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Runs a statement in this run's database.</summary>
    public async Task<object?> ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(await ConnectAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            Run("pg_ctl", "-D", Path.Combine(_folder.Path, "data"), "-m", "immediate", "-w", "stop");
            _folder.Dispose();
        }
        else if (_connection is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteAsync(Environment.GetEnvironmentVariable(Variable)!, $"drop database {_database} with (force)");
        }

        _gate.Dispose();
    }

    private async Task<string> StartAsync()
    {
        var server = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(server))
        {
            _programs = FindPrograms();
            Assert.SkipWhen(_programs is null, $"no PostgreSQL: {Variable} names no server, and none is installed here");
            server = StartServer();
        }

        await ExecuteAsync(server, $"create database {_database}");
        return new NpgsqlConnectionStringBuilder(server) { Database = _database }.ConnectionString;
    }

    private string StartServer()
    {
        _folder = new TemporaryFolder();
        if (Environment.UserName == "root")
        {
            Assert.True(Start("chown", "postgres", _folder.Path), "the folder could not be given to the server");
        }

        var data = Path.Combine(_folder.Path, "data");
        Run("initdb", "-D", data, "-U", "aggregator", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");

        // A port that is free may be somebody's a moment later.
        for (var attempt = 1; ; attempt++)
        {
            // A server that nobody cuts the power of need not wait for its disk.
            var port = FreePort();
            if (TryRun("pg_ctl", "-D", data, "-w", "-l", Path.Combine(_folder.Path, "log"), "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder.Path} -c fsync=off", "start"))
            {
                return $"Host=127.0.0.1;Port={port};Username=aggregator;Database=postgres";
            }

            Assert.True(attempt < 5, "the server could not be started");
        }
    }

    private void Run(string program, params string[] arguments) => Assert.True(TryRun(program, arguments), $"{program} {string.Join(' ', arguments)} failed");

    /// <summary>Runs one of the server's programs to its end. The server refuses to be root's.</summary>
    private bool TryRun(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs!, program);
        return Environment.UserName == "root" ? Start("runuser", ["-u", "postgres", "--", path, .. arguments]) : Start(path, arguments);
    }

    private bool Start(string program, params string[] arguments)
    {
        // Not redirected: the server would keep the pipes open.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = _folder!.Path };
        foreach (var argument in new[] { "-c", "exec \"$@\" > /dev/null 2>&1", "sh", program }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static string? FindPrograms()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin")) : [];
        return installed.OrderDescending(StringComparer.Ordinal)
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ExecuteAsync(string server, string statement)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
