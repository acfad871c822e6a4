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
    /// <summary>Stories compared in full.</summary>
    private const int MaxCandidates = 16;

    // Evidence, as Likeness gives it. How it was chosen: docs/decisions/0034.

    /// <summary>
    /// What two lone stories need to become a cluster: twelve to one. Nearly all wrong clusters are pairs, and reports of one event seldom
    /// come in twos.
    /// </summary>
    private const double NeededByPair = 2.5;

    /// <summary>What a story needs to join a cluster of several, whose other stories it must fit too.</summary>
    private const double NeededByCluster = -0.5;

    /// <summary>What more a newcomer must be like a lone story, to bring it into the cluster it joins itself.</summary>
    private const double MoreForLone = 0.5;

    /// <summary>What more it must be like another cluster, to make the two one.</summary>
    private const double MoreForCluster = 2;

    /// <summary>What a story must reach with the stories of a cluster together, and those of two clusters with one another.</summary>
    private const double LeastFit = -3.5;
    private const double LeastAgreement = -1.5;

    /// <summary>Who is less like a story than this is not near.</summary>
    private const double MostAgainst = -8;

    /// <summary>How much the second nearest story of a cluster adds, counted from <see cref="LeastSupport"/>: two somewhat like it say more than one.</summary>
    private const double Support = 0.3;
    private const double LeastSupport = -2;

    /// <summary>Terms told of why a story joined.</summary>
    private const int MaxShared = 8;

    private readonly ClusteringOptions _options = options ?? throw new ArgumentNullException(nameof(options));
    private readonly FeatureReader _reader = new();
    private readonly Queue<Held> _order = new();
    private readonly Dictionary<StoryId, Held> _held = [];
    private readonly Dictionary<ClusterId, Cluster> _clusters = [];
    private readonly KeyIndex _index = new();

    /// <summary>The stories by their slots; null where one is free.</summary>
    private readonly List<Held?> _slots = [];
    private readonly Stack<int> _free = [];

    /// <summary>The slots of the stories that share any key with the newcomer of the moment.</summary>
    private readonly List<int> _found = [];

    /// <summary>How many of them share so many keys.</summary>
    private readonly int[] _sharing = new int[FeatureReader.MaxKeys + 1];
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
        if (_held.TryGetValue(story.Id, out var known))
        {
            return new ClusterAssignment(known.Cluster!.Id, null, 1, []);
        }

        Advance(story.At);
        var newcomer = new Held(_next++, story, _reader.Read(story));
        var near = Near(newcomer);
        var at = near.FindIndex(cluster => cluster.Evidence >= Needed(cluster.Cluster) && Fits(newcomer, cluster.Cluster));
        if (at < 0)
        {
            Hold(newcomer, Begin(new ClusterId(story.Id.Value)));
            return new ClusterAssignment(newcomer.Cluster!.Id, null, near.Count == 0 ? 0 : ToChance(near[0].Evidence), []);
        }

        var joined = near[at];
        near.RemoveAt(at);
        var same = Join(newcomer, joined.Cluster, near);
        Hold(newcomer, same[0]);
        return new ClusterAssignment(same[0].Id, joined.Nearest.Id, ToChance(joined.Evidence), Shared(story, newcomer, joined.Nearest))
        {
            Absorbed = [.. same.Skip(1).Select(cluster => cluster.Id)],
        };
    }

    /// <summary>Takes up a story whose cluster is known, for example from the store after a restart. Call in the order of arrival.</summary>
    public void Restore(ClusterableStory story, ClusterId cluster)
    {
        ArgumentNullException.ThrowIfNull(story);
        if (!_held.ContainsKey(story.Id))
        {
            Advance(story.At);
            Hold(new Held(_next++, story, _reader.Read(story)), _clusters.GetValueOrDefault(cluster) ?? Begin(cluster));
        }
    }

    /// <summary>
    /// Takes up a story that another clusterer put into a cluster at the same time. Where that one did not know the cluster held here that tells the
    /// same event, the two become one, under the name that comes first: both clusterers choose the same.
    /// </summary>
    /// <returns>The story's cluster, and what it has taken over.</returns>
    public ClusterAssignment Receive(ClusterableStory story, ClusterId cluster)
    {
        ArgumentNullException.ThrowIfNull(story);
        if (_held.TryGetValue(story.Id, out var known))
        {
            Move(known, cluster);
            return new ClusterAssignment(cluster, null, 1, []);
        }

        if (_clusters.ContainsKey(cluster))
        {
            Restore(story, cluster);
            return new ClusterAssignment(cluster, null, 1, []);
        }

        Advance(story.At);
        var newcomer = new Held(_next++, story, _reader.Read(story));
        var near = Near(newcomer);
        var own = Begin(cluster);
        Hold(newcomer, own);
        var at = near.FindIndex(other => other.Evidence >= Needed(other.Cluster) && Fits(newcomer, other.Cluster) && !AreApart(own, other.Cluster));
        if (at < 0)
        {
            return new ClusterAssignment(cluster, null, 0, []);
        }

        var held = near[at].Cluster;
        var (into, taken) = string.CompareOrdinal(held.Id.Value, cluster.Value) < 0 ? (held, own) : (own, held);
        into.Absorb(taken);
        _clusters.Remove(taken.Id);
        return new ClusterAssignment(into.Id, near[at].Nearest.Id, ToChance(near[at].Evidence), Shared(story, newcomer, near[at].Nearest)) { Absorbed = [taken.Id] };
    }

    /// <summary>
    /// Takes stories out of their cluster into one of their own, and keeps that apart from the clusters of the stories
    /// <paramref name="apartFrom"/>, however much a later story is like both. What is not held is left out.
    /// </summary>
    public void Split(IReadOnlyCollection<StoryId> stories, ClusterId into, IReadOnlyList<StoryId> apartFrom)
    {
        ArgumentNullException.ThrowIfNull(stories);
        ArgumentNullException.ThrowIfNull(apartFrom);
        foreach (var story in stories.Select(id => _held.GetValueOrDefault(id)).OfType<Held>().OrderBy(story => story.Place))
        {
            Leave(story);
            story.ApartFrom = [.. story.ApartFrom.Union(apartFrom)];
            (_clusters.GetValueOrDefault(into) ?? Begin(into)).Add(story);
        }
    }

    /// <summary>Forgets the stories before <paramref name="instant"/>. What was learned about words stays.</summary>
    public void ForgetBefore(DateTimeOffset instant)
    {
        while (_order.TryPeek(out var oldest) && oldest.At < instant)
        {
            Drop(_order.Dequeue());
        }
    }

    private void Move(Held story, ClusterId cluster)
    {
        if (story.Cluster!.Id != cluster)
        {
            Leave(story);
            (_clusters.GetValueOrDefault(cluster) ?? Begin(cluster)).Add(story);
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

    private Cluster Begin(ClusterId id) => _clusters[id] = new Cluster(id);

    private void Hold(Held story, Cluster cluster)
    {
        _order.Enqueue(story);
        _held[story.Id] = story;
        cluster.Add(story);
        if (story.Features.IsDigest)
        {
            return;
        }

        if (!_free.TryPop(out var slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        _slots[slot] = story;
        story.Slot = slot;
        _index.Add(story.Features.Keys, slot);
    }

    private void Drop(Held story)
    {
        _held.Remove(story.Id);
        Leave(story);
        if (!story.Features.IsDigest)
        {
            _index.Remove(story.Features.Keys, story.Slot);
            _slots[story.Slot] = null;
            _free.Push(story.Slot);
        }
    }

    private void Leave(Held story)
    {
        story.Cluster!.Remove(story);
        if (story.Cluster.Members.Count == 0)
        {
            _clusters.Remove(story.Cluster.Id);
        }
    }

    /// <summary>The clusters near the newcomer, nearest first.</summary>
    private List<NearCluster> Near(Held newcomer)
    {
        var near = new Dictionary<Cluster, NearCluster>();
        if (newcomer.Features.IsDigest)
        {
            return [];
        }

        foreach (var candidate in Candidates(newcomer))
        {
            if ((newcomer.At - candidate.At).Duration() > _options.Window || Likeness.Of(newcomer, candidate) is not (> MostAgainst and var evidence))
            {
                continue;
            }

            var cluster = candidate.Cluster!;
            var known = near.GetValueOrDefault(cluster, new NearCluster(cluster, candidate, MostAgainst, MostAgainst));
            near[cluster] = evidence > known.Best
                ? known with { Nearest = candidate, Best = evidence, Second = known.Best }
                : known with { Second = Math.Max(known.Second, evidence) };
        }

        return [.. near.Values.OrderByDescending(cluster => cluster.Evidence)];
    }

    /// <summary>The stories that share the most keys with the newcomer, of equals the newest, best first.</summary>
    private IEnumerable<Held> Candidates(Held newcomer)
    {
        _index.Find(newcomer.Features.Keys, _found, _sharing);

        // So many shared keys bring a story among the first, or to the last place, which several may share.
        var (least, taken) = (_sharing.Length - 1, 0);
        while (least > 1 && taken + _sharing[least] < MaxCandidates)
        {
            taken += _sharing[least--];
        }

        return _found.Select(slot => (Keys: _index.SharedBy(slot), Slot: slot)).Where(found => found.Keys >= least)
            .Select(found => (found.Keys, Story: _slots[found.Slot]!))
            .OrderByDescending(found => found.Keys).ThenByDescending(found => found.Story.Place).Take(MaxCandidates).Select(found => found.Story);
    }

    private static double Needed(Cluster cluster) => cluster.Members.Count == 1 ? NeededByPair : NeededByCluster;

    /// <summary>Whether a story is also somewhat like the rest of a cluster, not like one odd member only.</summary>
    private static bool Fits(Held newcomer, Cluster cluster) => cluster.Centroid is not { } centroid || Likeness.Of(newcomer.Features, centroid) >= LeastFit;

    /// <summary>Whether the stories of two clusters are somewhat like one another.</summary>
    private static bool Agree(Cluster one, Cluster other) =>
        Likeness.Of(one.Centroid ?? one.Members[0].Features, other.Centroid ?? other.Members[0].Features) >= LeastAgreement;

    /// <summary>Whether the user said that a story of one does not belong to a story of the other.</summary>
    private bool AreApart(Cluster one, Cluster other) => IsApartFrom(one, other) || IsApartFrom(other, one);

    private bool IsApartFrom(Cluster one, Cluster other) =>
        one.Separated.Any(story => story.ApartFrom.Any(id => _held.TryGetValue(id, out var held) && held.Cluster == other));

    /// <summary>
    /// The cluster that a newcomer joins and, after it, those that it shows to tell the same, which the first has taken over. The oldest keeps
    /// its name.
    /// </summary>
    private List<Cluster> Join(Held newcomer, Cluster joined, List<NearCluster> others)
    {
        List<Cluster> same = [joined];
        foreach (var (other, evidence) in others.Select(other => (other.Cluster, other.Evidence)))
        {
            var more = other.Members.Count == 1 ? MoreForLone : MoreForCluster;
            if (evidence >= NeededByCluster + more && Fits(newcomer, other) && Agree(joined, other) && !same.Exists(cluster => AreApart(cluster, other)))
            {
                same.Add(other);
            }
        }

        same.Sort(static (one, other) => one.Members[0].Place.CompareTo(other.Members[0].Place));
        foreach (var taken in same.Skip(1))
        {
            same[0].Absorb(taken);
            _clusters.Remove(taken.Id);
        }

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

    /// <summary>A cluster near a newcomer: its nearest story, and the evidence of that and of the next.</summary>
    private readonly record struct NearCluster(Cluster Cluster, Held Nearest, double Best, double Second)
    {
        public double Evidence => Best + (Support * Math.Max(0, Second - LeastSupport));
    }
}
