using Aggregator.Model.Storage;

namespace Aggregator.Storage.LiteDb;

/// <summary>Finds the stories that limits do not allow, without keeping the writer from its work.</summary>
internal sealed class DoomedStories(StoreFiles files, KeptOrder order, StoryRetention limits, DateTimeOffset now)
{
    /// <summary>Groups of which none was too old when they were looked at, in this pass.</summary>
    private readonly HashSet<KeepGroup> _young = [];

    /// <summary>Some of the stories that are too old or too much. Empty: there is none.</summary>
    public IReadOnlyList<Doomed> Find(int most, CancellationToken cancellationToken)
    {
        var found = new List<Doomed>();
        if (order.Groups.IsAny)
        {
            foreach (var (group, amount) in order.ByGroup)
            {
                cancellationToken.ThrowIfCancellationRequested();
                AddOf(group, amount, most, found);
                if (found.Count >= most)
                {
                    return found;
                }
            }
        }
        else if (limits.Of(KeepGroup.Rest).MaxAge is { } age)
        {
            AddOld(rank => Postings.Rank(rank), null, now - age, most, found);
        }

        var ranks = order.ByRank;
        var excess = ranks[KeepRank.Untagged].Stories + ranks[KeepRank.Tagged].Stories - (limits.MaxStories ?? long.MaxValue);
        if (found.Count == 0 && excess > 0)
        {
            AddFirst(rank => Postings.Rank(rank), null, excess, 0, most, found, areLast: true);
        }

        return found;
    }

    private void AddOf(KeepGroup group, KeptAmount amount, int most, List<Doomed> found)
    {
        var own = limits.Of(group);
        var before = found.Count;
        if (own.MaxAge is { } age && !_young.Contains(group))
        {
            AddOld(rank => Postings.Group(group, rank), group, now - age, most, found);
            if (found.Count == before)
            {
                _young.Add(group);
            }
        }

        var (stories, bytes) = (amount.Stories - (own.MaxStories ?? long.MaxValue), amount.Bytes - (own.MaxBytes ?? long.MaxValue));
        if (found.Count == before && (stories > 0 || bytes > 0))
        {
            AddFirst(rank => Postings.Group(group, rank), group, stories, bytes, most, found, areLast: false);
        }
    }

    private void AddOld(Func<KeepRank, string> list, KeepGroup? group, DateTimeOffset before, int most, List<Doomed> found)
    {
        foreach (var rank in (KeepRank[])[KeepRank.Untagged, KeepRank.Tagged])
        {
            if (found.Count < most)
            {
                found.AddRange(files.Read(() => Postings.Oldest(files, list(rank), most - found.Count, before)).Select(posting => new Doomed(posting, group, IsLast: false)));
            }
        }
    }

    /// <summary>Adds those that go first, until so many stories and so many bytes are gone.</summary>
    private void AddFirst(Func<KeepRank, string> list, KeepGroup? group, long stories, long bytes, int most, List<Doomed> found, bool areLast)
    {
        foreach (var rank in (KeepRank[])[KeepRank.Untagged, KeepRank.Tagged])
        {
            foreach (var posting in found.Count < most && (stories > 0 || bytes > 0) ? files.Read(() => Postings.Oldest(files, list(rank), most - found.Count)) : [])
            {
                if (stories <= 0 && bytes <= 0)
                {
                    return;
                }

                found.Add(new Doomed(posting, group, IsLast: areLast && rank == KeepRank.Tagged));
                stories--;
                bytes -= posting["b"].AsInt64;
            }
        }
    }
}
