using System.Runtime.InteropServices;
using Aggregator.Model.Stories;

namespace Aggregator.Content.Clustering;

/// <summary>
/// Groups stories on one event as they arrive: each joins the cluster of the most similar story of the last days, or begins its own.
/// </summary>
/// <remarks>
/// A story is found through an index from its weightiest terms to the newest stories that share them. Lists in the index are
/// short and bounded, so the cost of a story does not depend on how many are held. What is found is compared term by term
/// (<see cref="Likeness"/>), and the best must also fit the rest of its cluster, so that clusters do not grow into one another.
/// The same stories in the same order always give the same clusters. Not thread-safe: one caller at a time.
/// </remarks>
public sealed class StoryClusterer(ClusteringOptions options)
{
    /// <summary>Stories remembered for each term, the newest. A term shared by more says little about one event.</summary>
    private const int MaxPostings = 48;

    /// <summary>Stories compared in full.</summary>
    private const int MaxCandidates = 24;

    /// <summary>Members a newcomer must fit, besides the nearest.</summary>
    private const int MaxWitnesses = 6;

    private readonly ClusteringOptions _options = options ?? throw new ArgumentNullException(nameof(options));
    private readonly DocumentFrequencies _frequencies = new();
    private readonly Dictionary<long, Held> _held = [];
    private readonly Queue<long> _order = new();
    private readonly Dictionary<StoryId, long> _places = [];
    private readonly Dictionary<ulong, List<long>> _index = [];
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
        var names = new TermNames();
        var newcomer = new Held(story, StoryFeatures.Of(story, _frequencies, names));
        var (nearest, score) = Nearest(newcomer);
        var joins = nearest is not null && score >= _options.Threshold && Fits(newcomer, nearest);
        newcomer.Cluster = joins ? nearest!.Cluster : new ClusterId(story.Id.Value);
        Hold(newcomer);
        return joins
            ? new ClusterAssignment(newcomer.Cluster, nearest!.Id, score, Shared(newcomer.Features, nearest.Features, names))
            : new ClusterAssignment(newcomer.Cluster, null, score, []);
    }

    /// <summary>Takes up a story whose cluster is known, for example from the store after a restart. Call in the order of arrival.</summary>
    public void Restore(ClusterableStory story, ClusterId cluster)
    {
        ArgumentNullException.ThrowIfNull(story);
        if (!_places.ContainsKey(story.Id))
        {
            Advance(story.At);
            Hold(new Held(story, StoryFeatures.Of(story, _frequencies, names: null)) { Cluster = cluster });
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

    /// <summary>The story most like the newcomer in the cluster most like it, and how like the cluster is.</summary>
    private (Held? Story, double Score) Nearest(Held newcomer)
    {
        if (newcomer.Features.IsDigest)
        {
            return (null, 0);
        }

        var clusters = new Dictionary<ClusterId, (Held Nearest, double Best, double Second)>();
        foreach (var place in Candidates(newcomer.Features.Keys))
        {
            var candidate = _held[place];
            if ((newcomer.At - candidate.At).Duration() > _options.Window || Likeness.Of(newcomer, candidate) is not (> 0 and var score))
            {
                continue;
            }

            var (nearest, highest, second) = clusters.GetValueOrDefault(candidate.Cluster, (candidate, 0, 0));
            clusters[candidate.Cluster] = score > highest ? (candidate, score, highest) : (nearest, highest, Math.Max(second, score));
        }

        Held? best = null;
        var bestScore = 0.0;
        foreach (var (nearest, highest, second) in clusters.Values)
        {
            if (Math.Min(1, highest + (Likeness.Support * second)) is var score && score > bestScore)
            {
                (best, bestScore) = (nearest, score);
            }
        }

        return (best, bestScore);
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

    /// <summary>Whether a newcomer is also somewhat like the rest of the cluster of its nearest story, not like one odd member only.</summary>
    private bool Fits(Held newcomer, Held nearest)
    {
        var members = _members[nearest.Cluster];
        if (members.Count < 3)
        {
            return true;
        }

        var step = Math.Max(1, members.Count / MaxWitnesses);
        double sum = 0;
        var count = 0;
        for (var i = 0; i < members.Count; i += step)
        {
            sum += Likeness.Of(newcomer, _held[members[i]]);
            count++;
        }

        return sum / count >= _options.Threshold * Likeness.FitShare;
    }

    private static List<string> Shared(StoryFeatures newcomer, StoryFeatures nearest, TermNames names) =>
        [.. newcomer.Terms.Select((term, i) => (Term: term, Weight: newcomer.Weights[i] * WeightIn(nearest, term)))
            .Where(shared => shared.Weight > 0)
            .OrderByDescending(shared => shared.Weight)
            .Take(8)
            .Select(shared => names.Of(shared.Term))];

    private static float WeightIn(StoryFeatures features, ulong term) =>
        Array.BinarySearch(features.Terms, term) is >= 0 and var at ? features.Weights[at] : 0;

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
}
