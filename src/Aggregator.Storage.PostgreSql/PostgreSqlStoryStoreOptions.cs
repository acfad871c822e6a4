using Aggregator.Model.Storage;

namespace Aggregator.Storage.PostgreSql;

/// <summary>How the store on a PostgreSQL server is opened.</summary>
public sealed class PostgreSqlStoryStoreOptions
{
    /// <summary>
    /// Server, database, user and password as Npgsql writes them: "Host=db.example;Database=aggregator;Username=aggregator;Password=...". Holds a
    /// secret: it is in no message. The user needs no more rights than to make a schema in that database, once.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>The schema that holds everything of this store; made if missing. Default: aggregator.</summary>
    public string Schema { get; init; } = "aggregator";

    /// <summary>How much is kept. Default: everything.</summary>
    public StoryRetention Retention { get; init; } = new();

    /// <summary>What this process is called in the table of nodes, for people. Default: the machine's name.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>Connections of this process that store at the same time, 1 to 16. Default: 3, more than two processors can make use of.</summary>
    public int Writers { get; init; } = 3;

    /// <summary>The most stories that one transaction gathers from several callers. Default: 128.</summary>
    public int StoriesPerCommit { get; init; } = 128;

    /// <summary>How often this process says that it is alive. Default: 5 s.</summary>
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A process unheard of for so long, by the server's clock, is dead, and others take over the feeds it had claimed. Default: 30 s, five
    /// heartbeats missed.
    /// </summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(30);
}
