using Aggregator.Model.Storage;

namespace Aggregator.Service.Retention;

/// <summary>Tells the limits in force and what goes first, from the store's lists: it never looks at all stories.</summary>
public sealed class RetentionReporter(IStoryStore store, RetentionInForce retention, TimeProvider clock)
{
    /// <summary>From how full on a limit is looked at for what goes first.</summary>
    private const double NearlyFull = 0.9;

    /// <summary>Feeds whose limits are told, where one holds for each of them: the fullest.</summary>
    private const int MostFeeds = 20;

    /// <summary>Groups that are looked at for their oldest stories.</summary>
    private const int MostGroups = 200;

    private const string InForAll = "Storage:MaxAge", ForRoom = "Storage:MaxMegabytes";

    /// <summary>The limits, and what goes next.</summary>
    /// <param name="limit">How many stories.</param>
    /// <param name="since">Only stories that are not older. Null: whatever their age.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<RetentionReport> TellAsync(int limit, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var kept = await store.MeasureKeptAsync(cancellationToken);
        var limits = kept.Groups.Continue(retention.Limits);
        var groups = Groups(limits, kept);
        var states = new List<Line>();
        await AddOverallAsync(limits, kept, groups, states, cancellationToken);
        foreach (var (group, amount) in groups)
        {
            await AddAsync(limits, group, amount, states, cancellationToken);
        }

        var shown = states.Where(state => !IsOfEach(state.State)).Concat(states.Where(state => IsOfEach(state.State)).OrderByDescending(state => state.State.Full).Take(MostFeeds)).ToList();
        var told = shown.Where(line => IsOfEach(line.State)).SelectMany(line => line.Groups).Distinct().Count();
        var next = await NextAsync(shown, kept.HasFewUntagged, limit, since, cancellationToken);
        return new RetentionReport([.. shown.Select(state => state.State)], Of(kept.Of(KeepRank.Untagged)), Of(kept.Of(KeepRank.Tagged)), Of(kept.Of(KeepRank.Pinned)), next)
        {
            NotYetSorted = KeepGroups.Of(limits).DividesAs(kept.Groups) ? kept.NotYetSorted : kept.ByRank.Values.Sum(amount => amount.Stories),
            FeedsNotListed = limits.EachFeed.IsAny ? kept.ByGroup.Keys.Count(group => group.Feed is not null) - told : 0,
        };
    }

    private static bool IsOfEach(LimitState state) => state.From.EndsWith("PerFeed", StringComparison.Ordinal);

    private bool IsOwnAge(StoryRetention limits, KeepGroup group) => retention.SourceOf(limits, group, LimitKind.Age) is { } source && source.Name != InForAll;

    private static KeptState Of(KeptAmount amount) => new(amount.Stories, Megabytes(amount.Bytes));

    private static double Megabytes(long bytes) => Math.Round(bytes / (double)(1 << 20), 2);

    /// <summary>The groups that something is said of, those of single feeds only where they hold stories.</summary>
    private static List<(KeepGroup Group, KeptAmount Amount)> Groups(StoryRetention limits, KeptAmounts kept) =>
    [
        .. limits.Topics.Keys.Order(StringComparer.Ordinal).Select(slug => (KeepGroup.OfTopic(slug), kept.ByGroup.GetValueOrDefault(KeepGroup.OfTopic(slug)))),
        .. kept.ByGroup.Where(group => group.Key.Feed is not null).OrderByDescending(group => group.Value.Stories).Take(MostGroups).Select(group => (group.Key, group.Value)),
        .. kept.ByGroup.Where(group => group.Key == KeepGroup.Rest).Select(group => (group.Key, group.Value)),
    ];

    private async Task AddOverallAsync(StoryRetention limits, KeptAmounts kept, List<(KeepGroup Group, KeptAmount Amount)> groups, List<Line> states, CancellationToken cancellationToken)
    {
        if (limits.MaxBytes is { } bytes)
        {
            var now = (await store.CountAsync(cancellationToken)).Bytes;
            states.Add(new Line(new LimitState("everything", LimitKind.Megabytes, Megabytes(bytes), RetentionInForce.Words(LimitKind.Megabytes, Megabytes(bytes)), ForRoom, Megabytes(now)) { IsReached = kept.Fitting is not null }, [null]));
        }

        if (limits.MaxStories is { } stories)
        {
            var unpinned = kept.Of(KeepRank.Untagged).Stories + kept.Of(KeepRank.Tagged).Stories;
            states.Add(new Line(new LimitState("everything", LimitKind.Stories, stories, RetentionInForce.Words(LimitKind.Stories, stories), "Storage:MaxStories", unpinned), [null]));
        }

        if (limits.MaxAge is { } age)
        {
            // One line for all that nothing else is said of.
            List<KeepGroup?> others = groups.Count == 0 ? [null] : [.. groups.Where(group => !IsOwnAge(limits, group.Group)).Select(group => (KeepGroup?)group.Group)];
            var oldest = 0.0;
            foreach (var group in others)
            {
                oldest = Math.Max(oldest, await OldestAsync(group, cancellationToken));
            }

            states.Add(new Line(new LimitState(groups.Count == others.Count ? "everything" : "all else", LimitKind.Age, age.TotalDays, RetentionInForce.Words(LimitKind.Age, age.TotalDays), InForAll, oldest), others));
        }
    }

    private async Task AddAsync(StoryRetention limits, KeepGroup group, KeptAmount amount, List<Line> states, CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<LimitKind>())
        {
            if (retention.SourceOf(limits, group, kind) is { } source && source.Name != InForAll)
            {
                var now = kind switch
                {
                    LimitKind.Age => await OldestAsync(group, cancellationToken),
                    LimitKind.Stories => amount.Stories,
                    _ => Megabytes(amount.Bytes),
                };
                states.Add(new Line(new LimitState(retention.NameOf(group), kind, source.Most, RetentionInForce.Words(kind, source.Most), source.Name, now), [group]));
            }
        }
    }

    private async Task<double> OldestAsync(KeepGroup? group, CancellationToken cancellationToken)
    {
        var oldest = await OldestAsync(group, 1, cancellationToken);
        return oldest.Count == 0 ? 0 : Math.Round(Math.Max(0, (clock.GetUtcNow() - oldest[0].Story.OrderedAt).TotalDays), 3);
    }

    /// <summary>The oldest stories of a group that are not pinned, whatever their topics.</summary>
    private async Task<List<KeptStory>> OldestAsync(KeepGroup? group, int most, CancellationToken cancellationToken)
    {
        var untagged = await store.ListKeptAsync(new KeptQuery { Group = group, Rank = KeepRank.Untagged, Limit = most }, cancellationToken);
        var tagged = await store.ListKeptAsync(new KeptQuery { Group = group, Rank = KeepRank.Tagged, Limit = most }, cancellationToken);
        return [.. untagged.Concat(tagged).OrderBy(kept => kept.Story.OrderedAt).Take(most)];
    }

    private async Task<IReadOnlyList<LeavingStory>> NextAsync(List<Line> states, bool hasFewUntagged, int limit, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var found = new List<LeavingStory>();
        foreach (var (state, groups) in states.Where(line => line.State.Kind == LimitKind.Age && line.State.Most < StoryRetention.ForEver.TotalDays))
        {
            foreach (var group in groups)
            {
                found.AddRange((await OldestAsync(group, limit, cancellationToken)).Select(kept =>
                    LeavingStory.Of(kept.Story, state.From, $"{Subject(state)} kept {state.Words}") with { At = kept.Story.OrderedAt.AddDays(state.Most) }));
            }
        }

        foreach (var (state, groups) in states.Where(line => line.State.Kind != LimitKind.Age && (line.State.Full >= NearlyFull || line.State.IsReached)))
        {
            var group = groups[0];
            var first = await store.ListKeptAsync(new KeptQuery { Group = group, Limit = limit, Rank = hasFewUntagged && state.From == ForRoom ? KeepRank.Tagged : null }, cancellationToken);
            var room = state.Kind == LimitKind.Stories ? (long)(state.Most - state.Now) : RoomFor(state, first);
            var place = 0;
            found.AddRange(first.Where(kept => kept.Rank != KeepRank.Pinned || (group is null && state.Kind == LimitKind.Megabytes)).Select(kept =>
                LeavingStory.Of(kept.Story, state.From, $"{Subject(state)} held to {state.Words}: {Rank(kept.Rank)}") with { After = Math.Max(0, room + ++place) }));
        }

        return [.. found.Where(story => !(story.Date < since)).OrderBy(story => story.After ?? (story.At <= clock.GetUtcNow() ? 0 : long.MaxValue)).ThenBy(story => story.At).DistinctBy(story => story.Id).Take(limit)];
    }

    /// <summary>How many stories more there is room for, going by what those take that are there.</summary>
    private static long RoomFor(LimitState state, IReadOnlyList<KeptStory> stories)
    {
        var each = stories.Count == 0 ? 0 : stories.Average(kept => kept.Bytes) / (1 << 20);
        return state.IsReached || each <= 0 ? 0 : (long)((state.Most - state.Now) / each);
    }

    private static string Subject(LimitState state) => state.Of == "everything" ? "all is" : $"{state.Of} is";

    private static string Rank(KeepRank rank) => rank switch
    {
        KeepRank.Untagged => "without a topic and the oldest",
        KeepRank.Tagged => "the oldest, and none or few without a topic are left before it",
        _ => "pinned, and nothing else is left before it",
    };

    /// <summary>A limit, and the groups it holds for; null is all that there is.</summary>
    private sealed record Line(LimitState State, IReadOnlyList<KeepGroup?> Groups);
}
