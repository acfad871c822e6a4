using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Catalog;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Retention;

/// <summary>What is kept: what the settings say of all, of each feed and of topics, and what feeds.json says of single feeds.</summary>
public sealed class RetentionInForce(IOptions<StorageOptions> options, FeedCatalog catalog)
{
    /// <summary>What is kept now.</summary>
    public StoryRetention Limits => With(options.Value);

    /// <summary>The settings.</summary>
    public StorageOptions Settings => options.Value;

    /// <summary>What would be kept by other settings and the feeds.json in force.</summary>
    public StoryRetention With(StorageOptions settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return catalog.WithKept(settings.Retention);
    }

    /// <summary>What people call a group.</summary>
    public string NameOf(KeepGroup group) => group.Topic is { } topic ? $"topic {topic}"
        : group.Feed is { } feed ? $"feed {NameOf(feed)}"
        : "all else";

    /// <summary>What people call a feed.</summary>
    public string NameOf(FeedId feed) => catalog.Feeds.GetValueOrDefault(feed)?.Name ?? feed.Value;

    /// <summary>Where it is said how long a group is kept, or how much of it. Null: nothing is said of that.</summary>
    public KeepSource? SourceOf(StoryRetention limits, KeepGroup group, LimitKind kind)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (group.Topic is { } topic && Said(limits.Topics.GetValueOrDefault(topic), kind) is { } ofTopic)
        {
            return new KeepSource($"{TopicKeepOptions.Section}:{topic}:{SettingOf(kind)}", ofTopic);
        }

        if (group.Feed is { } feed)
        {
            if (Said(limits.Feeds.GetValueOrDefault(feed), kind) is { } ofFeed)
            {
                var listed = catalog.Feeds.ContainsKey(feed) ? "feeds.json" : "feeds.json before the feed was taken out";
                return new KeepSource($"{listed}, \"keep\" of {NameOf(feed)}", ofFeed);
            }

            if (kind != LimitKind.Age && Said(limits.EachFeed, kind) is { } ofEach)
            {
                return new KeepSource($"{StorageOptions.Section}:{SettingOf(kind)}PerFeed", ofEach);
            }
        }

        return kind == LimitKind.Age && limits.MaxAge is { } age ? new KeepSource($"{StorageOptions.Section}:{nameof(StorageOptions.MaxAge)}", age.TotalDays) : null;
    }

    /// <summary>A limit in words.</summary>
    public static string Words(LimitKind kind, double most) => kind switch
    {
        LimitKind.Age when most >= StoryRetention.ForEver.TotalDays => "for ever",
        LimitKind.Age => string.Create(CultureInfo.InvariantCulture, $"{most:0.##} days"),
        LimitKind.Stories => string.Create(CultureInfo.InvariantCulture, $"{most:N0} stories"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{most:0.#} MB"),
    };

    private static string SettingOf(LimitKind kind) => kind switch
    {
        LimitKind.Age => nameof(StorageOptions.MaxAge),
        LimitKind.Stories => nameof(StorageOptions.MaxStories),
        _ => nameof(StorageOptions.MaxMegabytes),
    };

    private static double? Said(KeepLimits? limits, LimitKind kind) => kind switch
    {
        LimitKind.Age => limits?.MaxAge?.TotalDays,
        LimitKind.Stories => limits?.MaxStories,
        _ => limits?.MaxBytes / (double)(1 << 20),
    };
}

/// <summary>What a limit bounds.</summary>
public enum LimitKind
{
    /// <summary>How long a story is kept.</summary>
    Age,

    /// <summary>How many are kept.</summary>
    Stories,

    /// <summary>The megabytes they may take.</summary>
    Megabytes,
}

/// <summary>Where a limit is said.</summary>
/// <param name="Name">The setting's name, or the file.</param>
/// <param name="Most">The limit: days, stories, megabytes.</param>
public sealed record KeepSource(string Name, double Most);
