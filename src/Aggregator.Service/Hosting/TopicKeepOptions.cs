using System.ComponentModel.DataAnnotations;
using Aggregator.Model.Storage;

namespace Aggregator.Service.Hosting;

/// <summary>What is kept of one topic. Section "Storage:Topics:NAME" of the configuration.</summary>
public sealed class TopicKeepOptions
{
    /// <summary>The section that these are in, by the topic's slug or name.</summary>
    public const string Section = StorageOptions.Section + ":" + nameof(StorageOptions.Topics);

    /// <summary>How long its stories are kept, at least a day; 36500 days are for ever. Default: what is said for all.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How many of its stories are kept. Default: any number.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxStories { get; init; }

    /// <summary>The megabytes that its stories may take, as the store reckons them. Default: no limit.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxMegabytes { get; init; }

    /// <summary>A line for each setting of a topic that cannot be used.</summary>
    public static IEnumerable<string> FindFaults(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.GetSection(Section).GetChildren().SelectMany(topic => topic.Value is { Length: > 0 } value
            ? [$"{topic.Path}=\"{value}\" cannot be used: expected {topic.Path}:MaxAge, :MaxStories or :MaxMegabytes"]
            : Unknown(topic).Concat(SettingsCheck.FindFaults<TopicKeepOptions>(configuration, topic.Path)));
    }

    private static IEnumerable<string> Unknown(IConfigurationSection topic)
    {
        string[] known = [nameof(MaxAge), nameof(MaxStories), nameof(MaxMegabytes)];
        return topic.GetChildren().Where(setting => !known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            .Select(setting => $"{setting.Path}=\"{setting.Value}\" cannot be used: a topic has {string.Join(", ", known)}");
    }

    /// <summary>The same as the stores take it.</summary>
    public KeepLimits Limits => new() { MaxAge = MaxAge, MaxStories = MaxStories, MaxBytes = MaxMegabytes is { } megabytes ? (long)megabytes << 20 : null };
}
