using System.ComponentModel.DataAnnotations;
using Aggregator.Model.Storage;
using Aggregator.Model.Text;

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
    /// How long stories are kept from when they were published, at least a day, unless their topic or feed says otherwise. Feeds' entries that are older are not stored.
    /// Default: for ever.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// The megabytes (of 1,048,576 bytes) that the files of the stories may take together, indexes and logs among them, at least 64: before they are
    /// reached, stories make room for new ones: those without a topic first, then the others, the oldest first, and those that are pinned when nothing else is left. Default: no limit.
    /// </summary>
    [Range(64, int.MaxValue)]
    public int? MaxMegabytes { get; init; }

    /// <summary>How many stories are kept, those not counted that are pinned; they go in the same order. Default: any number.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxStories { get; init; }

    /// <summary>How many stories of each feed are kept, unless its "keep" in feeds.json says otherwise. Default: any number.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxStoriesPerFeed { get; init; }

    /// <summary>The megabytes that the stories of each feed may take, as the store reckons them, unless its "keep" in feeds.json says otherwise. Default: no limit.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxMegabytesPerFeed { get; init; }

    /// <summary>
    /// What is kept of single topics, by their slugs or names: MaxAge, MaxStories, MaxMegabytes. What a topic says holds for its stories in place of what their feeds say; of
    /// several topics the one that keeps longest speaks. Default: nothing is said of topics.
    /// </summary>
    public IReadOnlyDictionary<string, TopicKeepOptions> Topics { get; init; } = new Dictionary<string, TopicKeepOptions>();

    /// <summary>
    /// The megabytes that pages and entries may take as they came, 16 at least, kept so that stories can be made of them again (aggregator
    /// reprocess). In the folder "pages" of the data folder, beside what MaxMegabytes bounds. Default: none are kept.
    /// </summary>
    [Range(16, int.MaxValue)]
    public int? PagesMegabytes { get; init; }

    /// <summary>The same as the stores take it, without what feeds.json says.</summary>
    public StoryRetention Retention => new()
    {
        MaxAge = MaxAge,
        MaxStories = MaxStories,
        MaxBytes = MaxMegabytes is { } megabytes ? (long)megabytes << 20 : null,
        EachFeed = new KeepLimits { MaxStories = MaxStoriesPerFeed, MaxBytes = MaxMegabytesPerFeed is { } each ? (long)each << 20 : null },
        Topics = Topics.Where(topic => Slug.Of(topic.Key).Length > 0).DistinctBy(topic => Slug.Of(topic.Key)).ToDictionary(topic => Slug.Of(topic.Key), topic => topic.Value.Limits),
    };
}
