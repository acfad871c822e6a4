using System.ComponentModel.DataAnnotations;
using Aggregator.Model.Storage;

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
    [Secret(Shows = ["Host", "Port", "Database", "Username"])]
    public string? PostgreSql { get; init; }

    /// <summary>
    /// How long stories are kept from when they were published, at least a day. Feeds' entries that are older are not read. Default: for ever.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// The megabytes (of 1,048,576 bytes) that the files of the stories may take together, indexes and logs among them, at least 64: before they are
    /// reached, the oldest stories make room for new ones. Default: no limit.
    /// </summary>
    [Range(64, int.MaxValue)]
    public int? MaxMegabytes { get; init; }

    /// <summary>
    /// The megabytes that pages and entries may take as they came, 16 at least, kept so that stories can be made of them again (aggregator
    /// reprocess). In the folder "pages" of the data folder, beside what MaxMegabytes bounds. Default: none are kept.
    /// </summary>
    [Range(16, int.MaxValue)]
    public int? PagesMegabytes { get; init; }

    /// <summary>The same as the stores take it.</summary>
    public StoryRetention Retention => new() { MaxAge = MaxAge, MaxBytes = MaxMegabytes is { } megabytes ? (long)megabytes << 20 : null };
}
