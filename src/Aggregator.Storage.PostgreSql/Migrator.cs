using System.Globalization;
using System.Reflection;
using Aggregator.Model.Storage;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// Brings the tables to the form this program knows: the scripts in the folder Migrations, by their numbers, in one transaction. Several processes that
/// start at once wait for the first. A script that has been released is never changed.
/// </summary>
internal static class Migrator
{
    /// <summary>The scripts in order; the number of one is its place, from 1.</summary>
    private static readonly List<string> Scripts = ReadScripts();

    /// <exception cref="StoreException">The tables are from a newer program.</exception>
    public static Task ApplyAsync(Database database, CancellationToken cancellationToken) => ApplyAsync(database, Scripts.Count, cancellationToken);

    /// <summary>Likewise, to the form that a program knew whose last script was number <paramref name="last"/>.</summary>
    internal static async Task ApplyAsync(Database database, int last, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(connection => FindVersionAsync(connection, database, cancellationToken), cancellationToken) < last)
        {
            await database.WriteAsync(connection => MigrateAsync(connection, database, last, cancellationToken), cancellationToken);
        }
    }

    private static async Task<int> MigrateAsync(NpgsqlConnection connection, Database database, int last, CancellationToken cancellationToken)
    {
        await Sql.Command(connection, "select pg_advisory_xact_lock($1)", Locks.Migration(database.Schema)).ExecuteNonQueryAsync(cancellationToken);
        var version = await FindVersionAsync(connection, database, cancellationToken);
        if (version == 0)
        {
            // Asked for first: "if not exists" needs the right to create schemas even where it exists.
            if (await Sql.Command(connection, "select 1 from pg_namespace where nspname = $1", database.Schema).ExecuteScalarAsync(cancellationToken) is null)
            {
                await Sql.Command(connection, $"create schema {database.Schema}").ExecuteNonQueryAsync(cancellationToken);
            }

            await Sql.Command(connection, "create table schema_version (version int not null)").ExecuteNonQueryAsync(cancellationToken);
            await Sql.Command(connection, "insert into schema_version values (0)").ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var script in Scripts.Take(last).Skip(version))
        {
            await using var command = Sql.Command(connection, script);
            command.CommandTimeout = 0; // indexes of large tables take minutes
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await Sql.Command(connection, "update schema_version set version = $1", Math.Max(version, last)).ExecuteNonQueryAsync(cancellationToken);
        return last;
    }

    /// <summary>The number of the last script that was run. 0: none.</summary>
    private static async Task<int> FindVersionAsync(NpgsqlConnection connection, Database database, CancellationToken cancellationToken)
    {
        // Names alone (to_regclass) are looked up in what the connection remembers, where a schema made a moment ago is missing.
        await using var find = Sql.Command(
            connection, "select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = 'schema_version'", database.Schema);
        if (await find.ExecuteScalarAsync(cancellationToken) is null)
        {
            return 0;
        }

        var version = Convert.ToInt32(await Sql.Command(connection, "select version from schema_version").ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        return version <= Scripts.Count
            ? version
            : throw new StoreException($"the tables on the PostgreSQL server {database.Server} were made by a newer version of this program (schema {version}, this one knows {Scripts.Count}). Install that version, or give this one another database.");
    }

    private static List<string> ReadScripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })];
    }
}
