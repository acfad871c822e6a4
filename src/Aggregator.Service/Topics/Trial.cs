using Aggregator.Model.Stories;

namespace Aggregator.Service.Topics;

/// <summary>What other definitions would change on stored history, counted story by story. Holds a sample of the stories, not the stories.</summary>
/// <param name="sample">How many titles to keep of each kind of change.</param>
public sealed class Trial(int sample)
{
    private readonly SortedDictionary<string, Change> _topics = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedDictionary<string, Change> _entities = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Stories looked at.</summary>
    public long Stories { get; private set; }

    /// <summary>Stories that would carry other topics or entities.</summary>
    public long Changed { get; private set; }

    /// <summary>Topics that a story would gain or lose, by name.</summary>
    public IReadOnlyList<TrialChange> Topics => [.. _topics.Select(topic => topic.Value.Tell(topic.Key))];

    /// <summary>The same for entities.</summary>
    public IReadOnlyList<TrialChange> Entities => [.. _entities.Select(entity => entity.Value.Tell(entity.Key))];

    /// <summary>Counts a story as it is tagged by the definitions in force and as it would be.</summary>
    public void Add(Story now, Story then)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(then);
        Stories++;
        var topics = Compare(_topics, then, [.. now.Topics.Select(tag => tag.Topic)], [.. then.Topics.Select(tag => tag.Topic)]);
        var entities = Compare(_entities, then, [.. now.Entities.Select(tag => tag.Name)], [.. then.Entities.Select(tag => tag.Name)]);
        Changed += topics || entities ? 1 : 0;
    }

    private bool Compare(SortedDictionary<string, Change> changes, Story story, HashSet<string> now, HashSet<string> then)
    {
        foreach (var name in now.Union(then))
        {
            if (!changes.TryGetValue(name, out var change))
            {
                changes[name] = change = new Change(sample);
            }

            change.Add(story, now.Contains(name), then.Contains(name));
        }

        return !now.SetEquals(then);
    }

    private sealed class Change(int sample)
    {
        private readonly Sample _gained = new(sample);
        private readonly Sample _lost = new(sample);
        private long _now;
        private long _then;

        public void Add(Story story, bool now, bool then)
        {
            _now += now ? 1 : 0;
            _then += then ? 1 : 0;
            if (now != then)
            {
                (then ? _gained : _lost).Add(story);
            }
        }

        public TrialChange Tell(string name) => new(name, _now, _then, _gained.Count, _lost.Count, _gained.Titles, _lost.Titles);
    }

    /// <summary>The stories with the smallest ids: ids are hashes, so this is a fair draw, and the same one every time.</summary>
    private sealed class Sample(int size)
    {
        private readonly SortedList<string, TrialStory> _drawn = new(StringComparer.Ordinal);

        public long Count { get; private set; }

        public IReadOnlyList<TrialStory> Titles => [.. _drawn.Values];

        public void Add(Story story)
        {
            Count++;
            if (_drawn.Count < size || (size > 0 && string.CompareOrdinal(story.Id.Value, _drawn.GetKeyAtIndex(size - 1)) < 0))
            {
                _drawn[story.Id.Value] = new TrialStory(story.Id.Value, story.Title);
                if (_drawn.Count > size)
                {
                    _drawn.RemoveAt(size);
                }
            }
        }
    }
}

/// <summary>What would change of one topic or entity.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Now">Stories that have it by the definitions in force.</param>
/// <param name="Then">Stories that would have it.</param>
/// <param name="Gains">Stories that would gain it.</param>
/// <param name="Losses">Stories that would lose it.</param>
/// <param name="Gained">Some that would gain it.</param>
/// <param name="Lost">Some that would lose it.</param>
public sealed record TrialChange(
    string Name, long Now, long Then, long Gains, long Losses, IReadOnlyList<TrialStory> Gained, IReadOnlyList<TrialStory> Lost);

/// <summary>A story of a sample.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
public sealed record TrialStory(string Id, string Title);
