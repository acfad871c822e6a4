using Aggregator.Model.Stories;

namespace Aggregator.Content.Clustering;

/// <summary>The stories held of one cluster.</summary>
internal sealed class Cluster(ClusterId id)
{
    private readonly List<Held> _members = [];
    private readonly List<Held> _separated = [];
    private StoryFeatures? _centroid;
    private int _membersOfCentroid;

    public ClusterId Id { get; } = id;

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<Held> Members => _members;

    /// <summary>
    /// What its stories tell together; null while they are fewer than <see cref="Clustering.Centroid.LeastMembers"/>. Made anew when a
    /// quarter more or fewer have come to it, so that a story costs no more in a large cluster than in a small one.
    /// </summary>
    public StoryFeatures? Centroid
    {
        get
        {
            if (_members.Count < Clustering.Centroid.LeastMembers)
            {
                return null;
            }

            if (_centroid is null || Math.Abs(_members.Count - _membersOfCentroid) * 4 > _membersOfCentroid)
            {
                (_centroid, _membersOfCentroid) = (Clustering.Centroid.Of(_members), _members.Count);
            }

            return _centroid;
        }
    }

    /// <summary>Those that the user split from others: few or none.</summary>
    public IReadOnlyList<Held> Separated => _separated;

    public void Add(Held story)
    {
        _members.Add(story);
        if (story.ApartFrom.Count > 0)
        {
            _separated.Add(story);
        }

        story.Cluster = this;
    }

    public void Remove(Held story)
    {
        _members.Remove(story);
        _separated.Remove(story);
    }

    /// <summary>Takes over the stories of another cluster.</summary>
    public void Absorb(Cluster other)
    {
        foreach (var story in other._members)
        {
            story.Cluster = this;
        }

        _separated.AddRange(other._separated);
        _members.AddRange(other._members);
        _members.Sort(static (one, two) => one.Place.CompareTo(two.Place));
        _centroid = null;
    }
}
