using System.Globalization;
using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;

namespace Aggregator.Model.Storage;

/// <summary>
/// Which group each story is of (<see cref="StoryRetention"/>). Stores write down with a story what it is kept under, so that what goes first is found without looking at
/// all; when the groups become others, each story is looked at once more.
/// </summary>
public sealed class KeepGroups
{
    private readonly List<string> _topics;
    private readonly bool _everyFeed;
    private readonly Dictionary<FeedId, KeepLimits> _feeds;

    private KeepGroups(List<string> topics, bool everyFeed, Dictionary<FeedId, KeepLimits> feeds) => (_topics, _everyFeed, _feeds) = (topics, everyFeed, feeds);

    /// <summary>There are none.</summary>
    public static KeepGroups None { get; } = new([], false, []);

    /// <summary>Whether stories are of groups at all.</summary>
    public bool IsAny => _topics.Count > 0 || _everyFeed || _feeds.Count > 0;

    /// <summary>What is said of single feeds.</summary>
    public IReadOnlyDictionary<FeedId, KeepLimits> Feeds => _feeds;

    /// <summary>The groups of what is said.</summary>
    public static KeepGroups Of(StoryRetention limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var topics = limits.Topics.Where(topic => topic.Value.IsAny)
            .OrderByDescending(topic => topic.Value.MaxAge ?? limits.MaxAge ?? TimeSpan.MaxValue)
            .ThenByDescending(topic => topic.Value.MaxStories ?? long.MaxValue)
            .ThenByDescending(topic => topic.Value.MaxBytes ?? long.MaxValue)
            .ThenBy(topic => topic.Key, StringComparer.Ordinal);
        return new KeepGroups([.. topics.Select(topic => topic.Key)], limits.EachFeed.IsAny, limits.Feeds.Where(feed => feed.Value.IsAny).ToDictionary());
    }

    /// <summary>What is said, with what was said before of feeds that are listed no more.</summary>
    public StoryRetention Continue(StoryRetention limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var gone = limits.Listed is { } listed ? _feeds.Where(feed => !listed.Contains(feed.Key) && !limits.Feeds.ContainsKey(feed.Key)).ToList() : [];
        return gone.Count == 0 ? limits : limits with { Feeds = limits.Feeds.Concat(gone).ToDictionary() };
    }

    /// <summary>The group of a story. Null: there are no groups. A story that has several of the topics is under the one that keeps longest.</summary>
    public KeepGroup? Of(Story story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return !IsAny ? null
            : _topics.Find(slug => story.Topics.Any(topic => topic.Slug == slug)) is { } topic ? KeepGroup.OfTopic(topic)
            : _everyFeed || _feeds.ContainsKey(story.Feed) ? KeepGroup.OfFeed(story.Feed)
            : KeepGroup.Rest;
    }

    /// <summary>Whether every story is of the same group there.</summary>
    public bool DividesAs(KeepGroups other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _topics.SequenceEqual(other._topics) && _everyFeed == other._everyFeed && (_everyFeed || _feeds.Keys.ToHashSet().SetEquals(other._feeds.Keys));
    }

    /// <summary>As text, for <see cref="Parse"/>: a line each for the topics in order, for whether every feed has a group, and for each feed of which something is said.</summary>
    public override string ToString() => string.Join('\n',
    [
        string.Join(',', _topics),
        _everyFeed ? "every" : "some",
        .. _feeds.OrderBy(feed => feed.Key.Value, StringComparer.Ordinal).Select(feed => string.Create(
            CultureInfo.InvariantCulture, $"{feed.Key} {feed.Value.MaxAge?.TotalSeconds ?? -1:F0} {feed.Value.MaxStories ?? -1} {feed.Value.MaxBytes ?? -1}")),
    ]);

    /// <summary>Reads what <see cref="ToString"/> wrote; what is none of that is left out.</summary>
    public static KeepGroups Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.Split('\n');
        var feeds = new Dictionary<FeedId, KeepLimits>();
        foreach (var line in lines.Skip(2).Select(line => line.Split(' ')))
        {
            if (line is [var feed, var age, var stories, var bytes])
            {
                feeds[new FeedId(feed)] = new KeepLimits { MaxAge = Number(age) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, MaxStories = Number(stories), MaxBytes = Number(bytes) };
            }
        }

        return new KeepGroups([.. lines[0].Split(',', StringSplitOptions.RemoveEmptyEntries)], lines.Length > 1 && lines[1] == "every", feeds);

        static long? Number(string word) => long.TryParse(word, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;
    }
}
