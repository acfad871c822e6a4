using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// What transactions that would decide about the same thing wait for: advisory locks, which also hold things that are not stored yet. Taken in the
/// order of their numbers, so that two never wait for each other.
/// </summary>
internal static class Locks
{
    /// <summary>
    /// A transaction with more things than this takes the one lock that all share, alone: a server has room for some 6,400 locks in all
    /// (max_locks_per_transaction times max_connections).
    /// </summary>
    private const int MostSingly = 700;

    /// <summary>The lock under which the tables are made.</summary>
    public static long Migration(string schema) => Number(schema, "migration");

    /// <summary>The lock under which feeds are activated.</summary>
    public static long Activation(string schema) => Number(schema, "activation");

    /// <summary>The lock under which feeds are claimed, so that each sees what the one before took.</summary>
    public static long Claiming(string schema) => Number(schema, "claiming");

    /// <summary>The lock that all who store stories share, or hold alone.</summary>
    public static long All(string schema) => Number(schema, "all");

    /// <summary>The lock under which stories are dropped that are too old or too many.</summary>
    public static long Retention(string schema) => Number(schema, "retention");

    /// <summary>What to take before stories of these ids and addresses (<see cref="StoryKey.Address"/>) are decided about: a statement and its values.</summary>
    public static (string Statement, object[] Values) Of(string schema, IEnumerable<StoryId> ids, IEnumerable<string> addresses)
    {
        var numbers = ids.Select(id => Number(schema, id.Value)).Concat(addresses.Select(address => Number(schema, address))).Distinct().Order().ToArray();
        return numbers.Length > MostSingly
            ? ("select pg_advisory_xact_lock($1)", [All(schema)])
            : ("select pg_advisory_xact_lock_shared($1) union all select pg_advisory_xact_lock(number) from unnest($2::bigint[]) number", [All(schema), numbers]);
    }

    private static long Number(string schema, string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{schema}|{name}"), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
