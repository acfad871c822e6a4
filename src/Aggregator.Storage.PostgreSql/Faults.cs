using System.Net.Sockets;
using Aggregator.Model.Storage;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>What a server's faults mean, in words that say what to do. The server is named; no message holds a password.</summary>
internal static class Faults
{
    /// <summary>The fault in words for the operator.</summary>
    public static StoreException Explain(string server, Exception fault) => fault switch
    {
        StoreException explained => explained,
        PostgresException answer => new(Explain(server, answer), answer),
        ObjectDisposedException => new("the store is closed", fault),
        _ when IsAway(fault) => new(
            $"the PostgreSQL server {server} cannot be reached: {Reason(fault)}. See that it runs and that its address is right; the service goes on by itself once it answers.", fault),
        _ => new($"the PostgreSQL server {server} could not do its work: {Reason(fault)}.", fault),
    };

    /// <summary>Whether a transaction that met this was surely given up by the server, and may go well when it is tried again: others were in its way.</summary>
    public static bool IsConflict(Exception fault) =>
        fault is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>Whether the connection was lost, or none could be made.</summary>
    public static bool IsAway(Exception fault) => fault switch
    {
        PostgresException answer => answer.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Whether the server will not have a value, a key or so much of something: what was to be stored is to blame, not the server.</summary>
    public static bool IsOfTheThing(Exception fault) => fault is PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] };

    private static string Explain(string server, PostgresException answer) => answer.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"the PostgreSQL server {server} refuses the user it was given ({answer.MessageText}): correct the user or the password in the connection string, or let the user in (pg_hba.conf).",
        PostgresErrorCodes.InvalidCatalogName =>
            $"the PostgreSQL server {server} has no such database: make it (createdb), or name another in the connection string.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"the user may not do this on the PostgreSQL server {server} ({answer.MessageText}): give the user the right to create in the database, or make the schema for it.",
        PostgresErrorCodes.DiskFull =>
            $"nothing can be stored on the PostgreSQL server {server}: its disk is full. Free some space there; storing goes on by itself then.",
        PostgresErrorCodes.TooManyConnections =>
            $"the PostgreSQL server {server} has no connection to spare: raise its max_connections, or lower \"Maximum Pool Size\" in the connection string.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"the PostgreSQL server {server} only lets read, as a standby does: name the primary in the connection string.",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow =>
            $"the PostgreSQL server {server} is starting or stopping ({answer.MessageText}). The service goes on by itself once it answers.",
        _ => $"the PostgreSQL server {server} could not do its work: {answer.MessageText} ({answer.SqlState}).",
    };

    private static string Reason(Exception fault) => fault.GetBaseException().Message.TrimEnd('.', ' ');
}

/// <summary>Something cannot be stored for what it is, however often it is tried; the server is well. Its words name it.</summary>
internal sealed class UnstorableException(string message, Exception? innerException = null) : Exception(message, innerException);
