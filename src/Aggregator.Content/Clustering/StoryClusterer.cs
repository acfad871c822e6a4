using System.Runtime.InteropServices;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Clustering;

/// <summary>
/// Groups stories on one event as they arrive: each joins the cluster it is most like, or begins its own, and may show two clusters to
/// be one.
/// </summary>
/// <remarks>
/// A story is found through an index from its weightiest terms to the newest stories that share them. Lists in the index are
/// short and bounded, so the cost of a story does not depend on how many are held. What is found is compared in full
/// (<see cref="Likeness"/>), and the best must also fit the rest of its cluster, so that clusters do not grow into one another.
/// The same stories in the same order always give the same clusters. Not thread-safe: one caller at a time.
/// </remarks>
public sealed class StoryClusterer(ClusteringOptions options)
{
    /// <summary>Stories remembered for each term, the newest. A term shared by more says little about one event.</summary>
    private const int MaxPostings = 48;

    /// <summary>Stories compared in full.</summary>
    private const int MaxCandidates = 24;

    /// <summary>Members of a cluster that speak for all of it.</summary>
    private const int MaxWitnesses = 6;

    // Evidence, as Likeness gives it. How it was chosen: docs/decisions/0034.

    /// <summary>
    /// What two lone stories need to become a cluster: twenty to one. Nearly all wrong clusters are pairs, and reports of one event seldom
    /// come in twos.
    /// </summary>
    private const double NeededByPair = 3;

    /// <summary>What a story needs to join a cluster of several.</summary>
    private const double NeededByCluster = 1;

    /// <summary>What more a newcomer must be like a lone story, to bring it into the cluster it joins itself.</summary>
    private const double MoreForLone = 0.5;

    /// <summary>What more it must be like another cluster, to make the two one.</summary>
    private const double MoreForCluster = 2;

    /// <summary>What a story must reach with the members of a cluster on average, and those of two clusters with one another.</summary>
    private const double LeastFit = -3.5;
    private const double LeastAgreement = -1.5;

    /// <summary>Beyond this a witness says nothing more against.</summary>
    private const double MostAgainst = -8;

    /// <summary>How much the second nearest story of a cluster adds, counted from <see cref="LeastSupport"/>: two somewhat like it say more than one.</summary>
    private const double Support = 0.3;
    private const double LeastSupport = -2;

    /// <summary>Terms told of why a story joined.</summary>
    private const int MaxShared = 8;

    private readonly ClusteringOptions _options = options ?? throw new ArgumentNullException(nameof(options));
    private readonly FeatureReader _reader = new();
    private readonly Dictionary<long, Held> _held = [];
    private readonly Queue<long> _order = new();
    private readonly Dictionary<StoryId, long> _places = [];
    private readonly Dictionary<ulong, List<long>> _index = [];

    /// <summary>The places of each cluster's stories, in order of arrival.</summary>
    private readonly Dictionary<ClusterId, List<long>> _members = [];

    /// <summary>How many keys each story shares with the newcomer of the moment.</summary>
    private readonly Dictionary<long, int> _overlap = [];
    private long _next;
    private DateTimeOffset _latest = DateTimeOffset.MinValue;

    /// <summary>How many stories are held.</summary>
    public int Count => _held.Count;

    /// <summary>
    /// Puts a story into a cluster. A story already held keeps its cluster, whatever its text is now. Never fails on odd text.
    /// </summary>
    public ClusterAssignment Assign(ClusterableStory story)
    {
        ArgumentNullException.ThrowIfNull(story);
        if (_places.TryGetValue(story.Id, out var place))
        {
            return new ClusterAssignment(_held[place].Cluster, null, 1, []);
        }

        Advance(story.At);
        var newcomer = new Held(story, _reader.Read(story));
        var near = Near(newcomer);
        var at = near.FindIndex(cluster => cluster.Evidence >= Needed(cluster.Id) && Fits(newcomer, cluster.Id));
        if (at < 0)
        {
            newcomer.Cluster = new ClusterId(story.Id.Value);
            Hold(newcomer);
            return new ClusterAssignment(newcomer.Cluster, null, near.Count == 0 ? 0 : ToChance(near[0].Evidence), []);
        }

        var joined = near[at];
        near.RemoveAt(at);
        var absorbed = Absorb(newcomer, joined.Id, near);
        Hold(newcomer);
        return new ClusterAssignment(newcomer.Cluster, joined.Nearest.Id, ToChance(joined.Evidence), Shared(story, newcomer, joined.Nearest))
        {
            Absorbed = absorbed,
        };
    }

    /// <summary>Takes up a story whose cluster is known, for example from the store after a restart. Call in the order of arrival.</summary>
    public void Restore(ClusterableStory story, ClusterId cluster)
    {
        ArgumentNullException.ThrowIfNull(story);
        if (!_places.ContainsKey(story.Id))
        {
            Advance(story.At);
            Hold(new Held(story, _reader.Read(story)) { Cluster = cluster });
        }
    }

    /// <summary>Forgets the stories before <paramref name="instant"/>. What was learned about words stays.</summary>
    public void ForgetBefore(DateTimeOffset instant)
    {
        while (_order.TryPeek(out var place) && _held[place].At < instant)
        {
            _order.Dequeue();
            Drop(place);
        }
    }

    private void Advance(DateTimeOffset now)
    {
        if (now > _latest)
        {
            _latest = now;
            ForgetBefore(now - _options.Window);
        }
    }

    private void Hold(Held story)
    {
        var place = _next++;
        _held[place] = story;
        _order.Enqueue(place);
        _places[story.Id] = place;
        ListOf(_members, story.Cluster).Add(place);
        if (story.Features.IsDigest)
        {
            return;
        }

        foreach (var key in story.Features.Keys)
        {
            var postings = ListOf(_index, key);
            if (postings.Count >= MaxPostings)
            {
                postings.RemoveAt(0);
            }

            postings.Add(place);
        }
    }

    private void Drop(long place)
    {
        _held.Remove(place, out var story);
        _places.Remove(story!.Id);
        Remove(_members, story.Cluster, place);
        foreach (var key in story.Features.Keys)
        {
            Remove(_index, key, place);
        }
    }

    /// <summary>The clusters near the newcomer, nearest first.</summary>
    private List<NearCluster> Near(Held newcomer)
    {
        var clusters = new Dictionary<ClusterId, NearCluster>();
        if (newcomer.Features.IsDigest)
        {
            return [];
        }

        foreach (var place in Candidates(newcomer.Features.Keys))
        {
            var candidate = _held[place];
            if ((newcomer.At - candidate.At).Duration() > _options.Window || Likeness.Of(newcomer, candidate) is not (> MostAgainst and var evidence))
            {
                continue;
            }

            var known = clusters.GetValueOrDefault(candidate.Cluster, new NearCluster(candidate.Cluster, candidate, MostAgainst, MostAgainst));
            clusters[candidate.Cluster] = evidence > known.Best
                ? known with { Nearest = candidate, Best = evidence, Second = known.Best }
                : known with { Second = Math.Max(known.Second, evidence) };
        }

        return [.. clusters.Values.OrderByDescending(cluster => cluster.Evidence)];
    }

    /// <summary>The places of the stories that share the most keys, of equals the newest, best first.</summary>
    private IEnumerable<long> Candidates(ulong[] keys)
    {
        _overlap.Clear();
        foreach (var key in keys)
        {
            if (_index.TryGetValue(key, out var places))
            {
                foreach (var place in places)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_overlap, place, out _)++;
                }
            }
        }

        return _overlap.Select(pair => (Keys: pair.Value, Place: pair.Key)).OrderDescending().Take(MaxCandidates).Select(candidate => candidate.Place);
    }

    private double Needed(ClusterId cluster) => _members[cluster].Count == 1 ? NeededByPair : NeededByCluster;

    /// <summary>Whether a story is also somewhat like the rest of a cluster, not like one odd member only.</summary>
    private bool Fits(Held newcomer, ClusterId cluster) =>
        _members[cluster].Count < 3 || Witnesses(cluster).Average(witness => Math.Max(MostAgainst, Likeness.Of(newcomer, witness))) >= LeastFit;

    /// <summary>Whether the stories of two clusters are somewhat like one another.</summary>
    private bool Agree(ClusterId one, ClusterId other) =>
        Witnesses(one).SelectMany(_ => Witnesses(other), Likeness.Of).Average(evidence => Math.Max(MostAgainst, evidence)) >= LeastAgreement;

    /// <summary>Some members of a cluster, spread over its life.</summary>
    private IEnumerable<Held> Witnesses(ClusterId cluster)
    {
        var members = _members[cluster];
        var step = Math.Max(1, members.Count / MaxWitnesses);
        for (var i = 0; i < members.Count; i += step)
        {
            yield return _held[members[i]];
        }
    }

    /// <summary>
    /// Puts the newcomer into a cluster, and with it those others that it shows to tell the same. The oldest keeps its name; which ones
    /// lose theirs is returned.
    /// </summary>
    private List<ClusterId> Absorb(Held newcomer, ClusterId joined, List<NearCluster> others)
    {
        List<ClusterId> same = [joined];
        foreach (var other in others)
        {
            var more = _members[other.Id].Count == 1 ? MoreForLone : MoreForCluster;
            if (other.Evidence >= NeededByCluster + more && Fits(newcomer, other.Id) && Agree(joined, other.Id))
            {
                same.Add(other.Id);
            }
        }

        if (same.Count == 1)
        {
            newcomer.Cluster = joined;
            return [];
        }

        newcomer.Cluster = same.MinBy(cluster => _members[cluster][0]);
        same.Remove(newcomer.Cluster);
        foreach (var cluster in same)
        {
            _members.Remove(cluster, out var moving);
            foreach (var place in moving!)
            {
                _held[place].Cluster = newcomer.Cluster;
            }

            _members[newcomer.Cluster].AddRange(moving);
        }

        _members[newcomer.Cluster].Sort();
        return same;
    }

    private static IReadOnlyList<string> Shared(ClusterableStory story, Held newcomer, Held nearest)
    {
        var (one, other) = (newcomer.Features, nearest.Features);
        var shared =
            from i in Enumerable.Range(0, one.Terms.Length)
            let at = Array.BinarySearch(other.Terms, one.Terms[i])
            where at >= 0
            orderby one.Weights[i] * other.Weights[at] descending
            select one.Terms[i];
        return FeatureReader.Spell(story, [.. shared.Take(MaxShared)]);
    }

    /// <summary>The chance that goes with a logarithm of odds.</summary>
    private static double ToChance(double evidence) => 1 / (1 + Math.Exp(-evidence));

    private static List<long> ListOf<TKey>(Dictionary<TKey, List<long>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
    }

    private static void Remove<TKey>(Dictionary<TKey, List<long>> lists, TKey key, long place)
        where TKey : notnull
    {
        if (lists.TryGetValue(key, out var list))
        {
            list.Remove(place);
            if (list.Count == 0)
            {
                lists.Remove(key);
            }
        }
    }

    /// <summary>A cluster near a newcomer: its nearest story, and the evidence of that and of the next.</summary>
    private readonly record struct NearCluster(ClusterId Id, Held Nearest, double Best, double Second)
    {
        public double Evidence => Best + (Support * Math.Max(0, Second - LeastSupport));
    }
}
