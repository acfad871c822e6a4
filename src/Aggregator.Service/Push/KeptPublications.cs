using Aggregator.Model.Push;

namespace Aggregator.Service.Push;

/// <summary>
/// Which publications are kept for those who have not taken them yet, and how much they are: what nobody takes must not fill the disk, and anybody may subscribe. Not
/// safe for concurrent use.
/// </summary>
/// <param name="kept">Those that are kept already.</param>
/// <param name="mostOfATopic">Publications that are kept of one feed.</param>
/// <param name="mostBytes">What all of them may take.</param>
internal sealed class KeptPublications(IEnumerable<ListedPublication> kept, int mostOfATopic, long mostBytes)
{
    private readonly Dictionary<string, List<ListedPublication>> _topics =
        kept.GroupBy(publication => publication.Topic).ToDictionary(topic => topic.Key, topic => topic.OrderBy(publication => publication.Number).ToList());

    /// <summary>What all of them take, in bytes.</summary>
    public long Bytes => _topics.Values.Sum(topic => topic.Sum(publication => (long)publication.Bytes));

    /// <summary>Counts one that is kept from now on, the last of its feed.</summary>
    public void Add(Publication publication)
    {
        if (!_topics.TryGetValue(publication.Topic, out var topic))
        {
            _topics[publication.Topic] = topic = [];
        }

        topic.Add(new ListedPublication(publication.Topic, publication.Number, publication.At, publication.Body.Length));
    }

    /// <summary>Up to which number those of a feed are too many. Null: they are not.</summary>
    public long? TooMany(string topic) => _topics.TryGetValue(topic, out var publications) && publications.Count > mostOfATopic ? publications[^(mostOfATopic + 1)].Number : null;

    /// <summary>Where all of them take too much: the feeds whose oldest are to go, and up to which number; a tenth more than is too much, so that this is rare.</summary>
    public IReadOnlyDictionary<string, long> TooLarge()
    {
        var tooMuch = Bytes > mostBytes ? Bytes - (mostBytes / 10 * 9) : 0;
        var going = new Dictionary<string, long>();
        foreach (var publication in _topics.Values.SelectMany(topic => topic).OrderBy(publication => publication.At))
        {
            if (tooMuch <= 0)
            {
                break;
            }

            going[publication.Topic] = Math.Max(publication.Number, going.GetValueOrDefault(publication.Topic));
            tooMuch -= publication.Bytes;
        }

        return going;
    }

    /// <summary>Whether any of a feed's up to a number is kept.</summary>
    public bool Holds(string topic, long last) => _topics.TryGetValue(topic, out var publications) && publications[0].Number <= last;

    /// <summary>Counts those of a feed up to a number no more.</summary>
    public void Forget(string topic, long last)
    {
        if (_topics.TryGetValue(topic, out var publications))
        {
            publications.RemoveAll(publication => publication.Number <= last);
            if (publications.Count == 0)
            {
                _topics.Remove(topic);
            }
        }
    }
}
