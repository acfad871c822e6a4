using System.Collections.Concurrent;
using System.Globalization;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// In which order stories go: each is in the list of its rank (<see cref="Postings.Rank"/>), with its size (b) and what it is kept under (g), and, unless it is pinned, in
/// that group's list of that rank (<see cref="Postings.Group"/>); and how much each list holds. Belongs to the writer's thread, but for what is published.
/// <para>
/// Files of an earlier program have none of this, and when the groups become others the stories are in the wrong ones: then all are gone through in the order of their
/// numbers, some with each commit (<see cref="SortSome"/>), and how far that came is written with them.
/// </para>
/// </summary>
internal sealed class KeptOrder(StoreFiles files)
{
    private const string Id = "groups";

    private readonly Dictionary<string, KeptAmount> _amounts = [];

    /// <summary>The amounts that the commit under way changes, as they were before.</summary>
    private readonly Dictionary<string, KeptAmount?> _touched = [];
    private readonly ConcurrentDictionary<string, KeptAmount> _published = [];
    private State _state = State.New;
    private volatile State _written = State.New;

    /// <summary>What is known of the groups as of the last commit. Safe from every thread.</summary>
    public KeepGroups Groups => _written.Groups;

    /// <summary>Whether every story is in the group it is to be in, as of the last commit. Safe from every thread.</summary>
    public bool IsSorted => _written.SortedTo is null;

    /// <summary>The number of the last story that was sorted, as of the last commit. Null: all are. Safe from every thread.</summary>
    public long? SortedTo => _written.SortedTo;

    /// <summary>Whether every story is in the list of its rank.</summary>
    public bool IsRanked => _state.IsRanked;

    /// <summary>The amounts by rank, as of the last commit. Safe from every thread.</summary>
    public IReadOnlyDictionary<KeepRank, KeptAmount> ByRank =>
        Enum.GetValues<KeepRank>().ToDictionary(rank => rank, rank => _published.GetValueOrDefault(NameOf(rank)));

    /// <summary>The amounts by group, as of the last commit. Safe from every thread.</summary>
    public IReadOnlyDictionary<KeepGroup, KeptAmount> ByGroup =>
        _published.Where(amount => amount.Key.Length != 1 || amount.Key == KeepGroup.Rest.Name).ToDictionary(amount => new KeepGroup(amount.Key), amount => amount.Value);

    /// <summary>Takes over what the files hold. <paramref name="stories"/>: how many stories that is.</summary>
    public void Load(long stories)
    {
        _amounts.Clear();
        _touched.Clear();
        _published.Clear();
        foreach (var document in files.Kept.FindAll())
        {
            _amounts[document["_id"].AsString] = _published[document["_id"].AsString] = new KeptAmount(document["n"].AsInt64, document["b"].AsInt64);
        }

        _written = files.Meta.Get(Id) is { } known
            ? new State(KeepGroups.Parse(known["t"].AsString), known["at"].IsNumber ? known["at"].AsInt64 : null, known["r"].AsBoolean)
            : stories == 0 ? State.New : new State(KeepGroups.None, SortedTo: 0, IsRanked: false);
        _state = _written;
    }

    /// <summary>From this commit on these are the groups.</summary>
    public void Change(KeepGroups groups) =>
        _state = groups.DividesAs(_state.Groups) ? _state with { Groups = groups } : _state with { Groups = groups, SortedTo = 0 };

    /// <summary>How many stories there are of a rank, with those of the commit under way.</summary>
    public long CountOf(KeepRank rank) => _amounts.GetValueOrDefault(NameOf(rank)).Stories;

    /// <summary>What a story is to be kept under. Null: there are no groups.</summary>
    public KeepGroup? GroupOf(Story story) => _state.Groups.Of(story);

    /// <summary>Counts a story in.</summary>
    /// <returns>What to insert into the postings.</returns>
    public IEnumerable<BsonDocument> Enter(Story story, long sequence, long bytes)
    {
        var (rank, place) = (StorySize.RankOf(story), Postings.Place(story.OrderedAt, story.Id));
        var ranked = new BsonDocument { ["_id"] = Postings.Key(Postings.Rank(rank), place), ["q"] = sequence, ["b"] = bytes };
        Count(NameOf(rank), 1, bytes);
        if (rank == KeepRank.Pinned || _state.Groups.Of(story) is not { } group)
        {
            return [ranked];
        }

        ranked["g"] = group.Name;
        Count(group.Name, 1, bytes);
        return [ranked, new BsonDocument { ["_id"] = Postings.Key(Postings.Group(group, rank), place), ["q"] = sequence, ["b"] = bytes }];
    }

    /// <summary>Counts a story out, and takes it out of the postings.</summary>
    /// <returns>Its size. Null: it was in none.</returns>
    public long? Leave(Story story)
    {
        var (rank, place) = (StorySize.RankOf(story), Postings.Place(story.OrderedAt, story.Id));
        var key = Postings.Key(Postings.Rank(rank), place);
        if (files.Postings.Get(key) is not { } ranked)
        {
            return null;
        }

        var bytes = ranked["b"].AsInt64;
        files.Postings.Delete(key);
        Count(NameOf(rank), -1, -bytes);
        if (ranked["g"].IsString)
        {
            var group = new KeepGroup(ranked["g"].AsString);
            files.Postings.Delete(Postings.Key(Postings.Group(group, rank), place));
            Count(group.Name, -1, -bytes);
        }

        return bytes;
    }

    /// <summary>A story has become another, with a text of another size (null: the same).</summary>
    public void Move(Story before, Story now, long sequence, long? textBytes)
    {
        if (textBytes is null && StorySize.RankOf(before) == StorySize.RankOf(now) && before.OrderedAt == now.OrderedAt && _state.Groups.Of(before) == _state.Groups.Of(now))
        {
            return;
        }

        var known = Leave(before);
        var bytes = textBytes is null && known is { } same ? same : StorySize.Of(now, textBytes ?? files.Bodies.LengthOf(sequence));
        files.Postings.Insert(Enter(now, sequence, bytes));
    }

    /// <summary>Puts a story where it belongs that a posting found elsewhere.</summary>
    public void Refile(Story story, BsonDocument posting)
    {
        var bytes = Leave(story) ?? posting["b"].AsInt64;
        files.Postings.Delete(posting["_id"]);
        files.Postings.Insert(Enter(story, posting["q"].AsInt64, bytes));
    }

    /// <summary>Puts some of the stories where they belong that were not looked at yet.</summary>
    public void SortSome(int most)
    {
        if (_state.SortedTo is not { } from)
        {
            return;
        }

        var some = files.Read(() => files.Stories.Find(Query.GT("_id", from), 0, most).ToList());
        foreach (var document in some)
        {
            files.Work(() => Sort(StoryDocuments.Read(document), document["_id"].AsInt64));
        }

        _state = some.Count == most ? _state with { SortedTo = some[^1]["_id"].AsInt64 } : _state with { SortedTo = null, IsRanked = true };
    }

    /// <summary>Writes what has changed, within the transaction under way.</summary>
    public void Write()
    {
        foreach (var name in _touched.Keys)
        {
            if (_amounts.GetValueOrDefault(name) is { Stories: not 0 } amount)
            {
                files.Kept.Upsert(new BsonDocument { ["_id"] = name, ["n"] = amount.Stories, ["b"] = amount.Bytes });
            }
            else
            {
                files.Kept.Delete(name);
            }
        }

        if (!ReferenceEquals(_state, _written) || _state == State.New)
        {
            var document = new BsonDocument { ["_id"] = Id, ["t"] = _state.Groups.ToString(), ["r"] = _state.IsRanked };
            if (_state.SortedTo is { } at)
            {
                document["at"] = at;
            }

            files.Meta.Upsert(document);
            _state = _state with { IsWritten = true };
        }
    }

    /// <summary>The transaction is through.</summary>
    public void Publish()
    {
        foreach (var name in _touched.Keys)
        {
            if (_amounts.GetValueOrDefault(name) is { Stories: not 0 } amount)
            {
                _published[name] = amount;
            }
            else
            {
                _amounts.Remove(name);
                _published.TryRemove(name, out _);
            }
        }

        _touched.Clear();
        _written = _state;
    }

    /// <summary>The transaction was given up: back to the last commit.</summary>
    public void Revert()
    {
        foreach (var (name, before) in _touched)
        {
            if (before is { } amount)
            {
                _amounts[name] = amount;
            }
            else
            {
                _amounts.Remove(name);
            }
        }

        _touched.Clear();
        _state = _written;
    }

    private void Sort(Story story, long sequence)
    {
        var rank = StorySize.RankOf(story);
        var ranked = files.Postings.Get(Postings.Key(Postings.Rank(rank), Postings.Place(story.OrderedAt, story.Id)));
        var group = rank == KeepRank.Pinned ? null : _state.Groups.Of(story)?.Name;
        if (ranked is null || (ranked["g"].IsString ? ranked["g"].AsString : null) != group)
        {
            var bytes = Leave(story) ?? StorySize.Of(story, files.Bodies.LengthOf(sequence));
            files.Postings.Insert(Enter(story, sequence, bytes));
        }
    }

    private void Count(string name, long stories, long bytes)
    {
        var before = _amounts.TryGetValue(name, out var amount) ? amount : (KeptAmount?)null;
        _touched.TryAdd(name, before);
        _amounts[name] = amount.Add(stories, bytes);
    }

    private static string NameOf(KeepRank rank) => ((int)rank).ToString(CultureInfo.InvariantCulture);

    private sealed record State(KeepGroups Groups, long? SortedTo, bool IsRanked)
    {
        public static State New { get; } = new(KeepGroups.None, null, true);

        public bool IsWritten { get; init; }
    }
}
