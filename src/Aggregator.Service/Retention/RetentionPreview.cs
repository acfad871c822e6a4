using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Retention;

/// <summary>Tells what other settings would drop, by going through what is stored. Nothing is changed.</summary>
public sealed class RetentionPreview(IStoryStore store, RetentionInForce retention, IConfiguration configuration, TimeProvider clock)
{
    private const int PageSize = 500;
    private const int SampleSize = 10;

    /// <summary>What the names of the settings begin with that say what is kept.</summary>
    private static readonly string[] Allowed = [StorageOptions.Section + ":Max", TopicKeepOptions.Section + ":"];

    /// <summary>What would go.</summary>
    /// <param name="settings">The settings that would be others, in place of those in force.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StartException">A setting cannot be used, or is none of these.</exception>
    public async Task<RetentionPreviewResult> RunAsync(IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var kept = await store.MeasureKeptAsync(cancellationToken);
        var rules = new KeepRules(kept.Groups.Continue(retention.With(Read(settings))));
        var stories = new List<Looked>();
        var (groups, names) = (new Dictionary<KeepGroup, int>(), new Dictionary<string, int>());
        KeptStory? last = null;
        while (await store.ListKeptAsync(new KeptQuery { After = last, Limit = PageSize }, cancellationToken) is { Count: > 0 } page)
        {
            last = page[^1];
            foreach (var (story, rank, bytes) in page)
            {
                var group = rules.Groups.Of(story) ?? KeepGroup.Rest;
                stories.Add(new Looked(story.OrderedAt, rank, bytes, Number(groups, group), Number(names, story.Feed.Value + "\n" + string.Join('\n', story.Topics.Select(topic => topic.Slug).Distinct()))));
            }
        }

        var order = groups.OrderBy(group => group.Value).Select(group => group.Key).ToList();
        var goes = new string?[stories.Count];
        DropOld(stories, order, rules.Limits, goes);
        DropOfGroups(stories, order, rules.Limits, goes);
        DropOfAll(stories, rules.Limits, goes);
        await DropForRoomAsync(stories, rules.Limits, goes, cancellationToken);
        return await ResultAsync(stories, goes, names.OrderBy(name => name.Value).Select(name => name.Key).ToList(), kept, cancellationToken);
    }

    private StorageOptions Read(IReadOnlyDictionary<string, string?> settings)
    {
        if (settings.Keys.FirstOrDefault(name => !Array.Exists(Allowed, allowed => name.StartsWith(allowed, StringComparison.OrdinalIgnoreCase))) is { } other)
        {
            throw new StartException($"{other} does not say what is kept: expected one of Storage:MaxAge, :MaxStories, :MaxMegabytes, :MaxStoriesPerFeed, :MaxMegabytesPerFeed, or Storage:Topics:NAME:MaxAge and so on");
        }

        // An empty value takes a limit away.
        var changed = new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(settings.Where(setting => !string.IsNullOrEmpty(setting.Value))).Build();
        foreach (var (name, _) in settings.Where(setting => string.IsNullOrEmpty(setting.Value)))
        {
            changed[name] = null;
        }

        var faults = SettingsCheck.FindFaults<StorageOptions>(changed, StorageOptions.Section).Concat(TopicKeepOptions.FindFaults(changed)).ToList();
        return faults.Count > 0 ? throw new StartException(string.Join(Environment.NewLine, faults)) : changed.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
    }

    private static int Number<T>(Dictionary<T, int> numbers, T thing)
        where T : notnull
    {
        if (!numbers.TryGetValue(thing, out var number))
        {
            numbers[thing] = number = numbers.Count;
        }

        return number;
    }

    private void DropOld(List<Looked> stories, List<KeepGroup> groups, StoryRetention limits, string?[] goes)
    {
        var now = clock.GetUtcNow();
        var ages = groups.Select(group => (limits.Of(group).MaxAge, From: retention.SourceOf(limits, group, LimitKind.Age)?.Name)).ToList();
        for (var at = 0; at < goes.Length; at++)
        {
            if (stories[at].Rank != KeepRank.Pinned && ages[stories[at].Group] is ({ } age, var from) && stories[at].OrderedAt < now - age)
            {
                goes[at] = from;
            }
        }
    }

    private void DropOfGroups(List<Looked> stories, List<KeepGroup> groups, StoryRetention limits, string?[] goes)
    {
        var excess = groups.Select(group => limits.Of(group) is var own ? (Stories: -(own.MaxStories ?? long.MaxValue), Bytes: -(own.MaxBytes ?? long.MaxValue)) : default).ToArray();
        for (var at = 0; at < goes.Length; at++)
        {
            if (goes[at] is null && stories[at].Rank != KeepRank.Pinned)
            {
                excess[stories[at].Group].Stories++;
                excess[stories[at].Group].Bytes += stories[at].Bytes;
            }
        }

        for (var at = 0; at < goes.Length; at++)
        {
            ref var left = ref excess[stories[at].Group];
            if (goes[at] is null && stories[at].Rank != KeepRank.Pinned && (left.Stories > 0 || left.Bytes > 0))
            {
                goes[at] = retention.SourceOf(limits, groups[stories[at].Group], left.Stories > 0 ? LimitKind.Stories : LimitKind.Megabytes)?.Name;
                left = (left.Stories - 1, left.Bytes - stories[at].Bytes);
            }
        }
    }

    private static void DropOfAll(List<Looked> stories, StoryRetention limits, string?[] goes)
    {
        var excess = Enumerable.Range(0, goes.Length).LongCount(at => goes[at] is null && stories[at].Rank != KeepRank.Pinned) - (limits.MaxStories ?? long.MaxValue);
        for (var at = 0; at < goes.Length && excess > 0; at++)
        {
            if (goes[at] is null && stories[at].Rank != KeepRank.Pinned)
            {
                (goes[at], excess) = ("Storage:MaxStories", excess - 1);
            }
        }
    }

    /// <summary>What a size would hold is reckoned from what the files take now: they hold as many stories as fit, and do not shrink.</summary>
    private async Task DropForRoomAsync(List<Looked> stories, StoryRetention limits, string?[] goes, CancellationToken cancellationToken)
    {
        var files = (await store.CountAsync(cancellationToken)).Bytes;
        var most = limits.MaxBytes ?? long.MaxValue;
        if (files <= most)
        {
            return;
        }

        var excess = goes.LongCount(reason => reason is null) - (long)(goes.Length * ((double)most / files));
        for (var at = 0; at < goes.Length && excess > 0; at++)
        {
            if (goes[at] is null)
            {
                (goes[at], excess) = ("Storage:MaxMegabytes", excess - 1);
            }
        }
    }

    private async Task<RetentionPreviewResult> ResultAsync(List<Looked> stories, string?[] goes, List<string> names, KeptAmounts kept, CancellationToken cancellationToken)
    {
        var going = Enumerable.Range(0, goes.Length).Where(at => goes[at] is not null).ToList();
        var named = going.GroupBy(at => stories[at].Names).Select(group => (Names: names[group.Key].Split('\n', StringSplitOptions.RemoveEmptyEntries), Count: group.LongCount())).ToList();
        return new RetentionPreviewResult(
            stories.Count,
            going.Count,
            Math.Round(going.Sum(at => stories[at].Bytes) / (double)(1 << 20), 2),
            [.. going.GroupBy(at => goes[at]!).Select(group => new PreviewCount(group.Key, group.LongCount())).OrderByDescending(count => count.Stories)],
            [.. named.GroupBy(one => one.Names[0]).Select(group => new PreviewCount(retention.NameOf(new FeedId(group.Key)), group.Sum(one => one.Count))).OrderByDescending(count => count.Stories)],
            [.. named.SelectMany(one => one.Names.Length == 1 ? [("", one.Count)] : one.Names.Skip(1).Select(topic => (topic, one.Count))).GroupBy(one => one.Item1).Select(group => new PreviewCount(group.Key, group.Sum(one => one.Count))).OrderByDescending(count => count.Stories)],
            going.Count == 0 ? null : going.Min(at => stories[at].OrderedAt),
            going.Count == 0 ? null : going.Max(at => stories[at].OrderedAt),
            await SampleAsync(going, cancellationToken))
        {
            Pinned = going.LongCount(at => stories[at].Rank == KeepRank.Pinned),
            NotYetSorted = kept.NotYetSorted,
        };
    }

    /// <summary>The first that would go, read once more.</summary>
    private async Task<List<LeavingTitle>> SampleAsync(List<int> going, CancellationToken cancellationToken)
    {
        var sample = new List<LeavingTitle>();
        var wanted = going.Take(SampleSize).ToHashSet();
        KeptStory? last = null;
        for (var at = 0; sample.Count < wanted.Count && await store.ListKeptAsync(new KeptQuery { After = last, Limit = PageSize }, cancellationToken) is { Count: > 0 } page; last = page[^1])
        {
            foreach (var kept in page)
            {
                if (wanted.Contains(at++))
                {
                    sample.Add(new LeavingTitle(kept.Story.Id.Value, kept.Story.Title, kept.Story.FeedName, kept.Story.OrderedAt));
                }
            }
        }

        return sample;
    }

    /// <summary>What is remembered of a story.</summary>
    private readonly record struct Looked(DateTimeOffset OrderedAt, KeepRank Rank, long Bytes, int Group, int Names);
}

/// <summary>What other settings would drop.</summary>
/// <param name="Stories">Stories looked at: all there are.</param>
/// <param name="Dropped">Stories that would go.</param>
/// <param name="Megabytes">What those take, as the store reckons it.</param>
/// <param name="ByLimit">The same by the limit that ends them.</param>
/// <param name="ByFeed">The same by feed, the most first.</param>
/// <param name="ByTopic">The same by topic, each story under every topic it has; those without one under "".</param>
/// <param name="Oldest">The oldest of them. Null: none would go.</param>
/// <param name="Newest">The newest.</param>
/// <param name="Sample">Some of them, the first to go.</param>
public sealed record RetentionPreviewResult(
    long Stories, long Dropped, double Megabytes, IReadOnlyList<PreviewCount> ByLimit, IReadOnlyList<PreviewCount> ByFeed, IReadOnlyList<PreviewCount> ByTopic,
    DateTimeOffset? Oldest, DateTimeOffset? Newest, IReadOnlyList<LeavingTitle> Sample)
{
    /// <summary>Pinned stories among them: only for want of room.</summary>
    public long Pinned { get; init; }

    /// <summary>Stories that an earlier program stored and that are not in order yet; they are not among those looked at. Null: all are.</summary>
    public long? NotYetSorted { get; init; }
}

/// <summary>How many stories there are of something.</summary>
/// <param name="Name">What.</param>
/// <param name="Stories">How many.</param>
public sealed record PreviewCount(string Name, long Stories);

/// <summary>A story that would go.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Source">Its feed's name.</param>
/// <param name="Date">Its place in time.</param>
public sealed record LeavingTitle(string Id, string Title, string Source, DateTimeOffset Date);
