namespace Aggregator.Service.Hosting;

/// <summary>Where stories are kept. Section "Storage" of the configuration.</summary>
public sealed class StorageOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Storage";

    /// <summary>
    /// The connection string of a PostgreSQL database, as Npgsql writes it, to keep stories there: several processes may then share the work. Holds a
    /// password, so it belongs into the environment (AGGREGATOR_Storage__PostgreSql) rather than into a file; it is neither logged nor shown.
    /// Default: none, stories are kept in files in the data folder, by one process.
    /// </summary>
    public string? PostgreSql { get; init; }
}
