using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>A statement put together from pieces, whose values travel beside it and never in it.</summary>
internal sealed class Sql
{
    private readonly List<object> _values = [];

    /// <summary>Takes a value along.</summary>
    /// <returns>What stands for it in the statement.</returns>
    public string Value(object value)
    {
        _values.Add(value);
        return $"${_values.Count}";
    }

    /// <summary>The command of a statement that uses the values taken along.</summary>
    public NpgsqlCommand Command(NpgsqlConnection connection, string statement) => Command(connection, statement, [.. _values]);

    /// <summary>The command of a statement with values $1, $2 and so on.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string statement, params object[] values)
    {
        var command = new NpgsqlCommand(statement, connection);
        Fill(command.Parameters, values);
        return command;
    }

    /// <summary>Adds a statement with values to a batch.</summary>
    public static void Add(NpgsqlBatch batch, string statement, params object[] values)
    {
        var command = new NpgsqlBatchCommand(statement);
        Fill(command.Parameters, values);
        batch.BatchCommands.Add(command);
    }

    /// <summary>The rows of a command.</summary>
    public static async Task<List<T>> ListAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await ListAsync(reader, read, cancellationToken);
        }
    }

    /// <summary>The rows of a reader's result.</summary>
    public static async Task<List<T>> ListAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static void Fill(NpgsqlParameterCollection parameters, object[] values)
    {
        foreach (var value in values)
        {
            parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }
    }
}
