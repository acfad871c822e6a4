using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>Walks over places in ascending order. <see cref="Current"/> is null at the end.</summary>
internal abstract class PostingCursor : IDisposable
{
    /// <summary>The place, "inverted ticks|story id".</summary>
    public abstract string? Current { get; }

    /// <summary>The story's number at the current place.</summary>
    public abstract long Sequence { get; }

    /// <summary>Goes to the first place that is <paramref name="place"/> or later.</summary>
    public abstract void MoveTo(string place);

    /// <summary>Goes to the next place.</summary>
    public void MoveNext() => MoveTo(Current + "!");

    /// <summary>Gives back what the cursor holds.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>One list, read in pieces so that no reader stays open, and nobody waits, between them.</summary>
internal sealed class RangeCursor : PostingCursor
{
    private const int Piece = 64;

    private readonly StoreFiles _files;
    private readonly string _list;
    private readonly string _to;
    private List<BsonDocument> _piece = [];
    private int _index;
    private bool _last;

    public RangeCursor(StoreFiles files, string list, string from, string to)
    {
        _files = files;
        _list = list;
        _to = to;
        Load(from);
    }

    public override string? Current => _index < _piece.Count ? PlaceAt(_index) : null;

    public override long Sequence => _piece[_index]["q"].AsInt64;

    public override void MoveTo(string place)
    {
        while (_index < _piece.Count && string.CompareOrdinal(PlaceAt(_index), place) < 0)
        {
            // Far ahead: asking again beats walking over what is in between.
            if (string.CompareOrdinal(PlaceAt(_piece.Count - 1), place) < 0)
            {
                _index = _piece.Count;
                break;
            }

            _index++;
        }

        if (_index >= _piece.Count && !_last)
        {
            Load(place);
        }
    }

    private string PlaceAt(int index) => _piece[index]["_id"].AsString[(_list.Length + 1)..];

    private void Load(string from)
    {
        var range = Query.Between("_id", Postings.Key(_list, from), Postings.Key(_list, _to));
        _piece = string.CompareOrdinal(from, _to) > 0 ? [] : _files.Read<List<BsonDocument>>(() => [.. _files.Postings.Find(range, 0, Piece)]);
        _index = 0;
        _last = _piece.Count < Piece;
    }
}

/// <summary>Places that are in any of several lists.</summary>
internal sealed class UnionCursor(IReadOnlyList<PostingCursor> cursors) : PostingCursor
{
    public override string? Current => First?.Current;

    public override long Sequence => First!.Sequence;

    private PostingCursor? First => cursors.Where(cursor => cursor.Current is not null).MinBy(cursor => cursor.Current, StringComparer.Ordinal);

    public override void MoveTo(string place)
    {
        foreach (var cursor in cursors)
        {
            if (cursor.Current is not null && string.CompareOrdinal(cursor.Current, place) < 0)
            {
                cursor.MoveTo(place);
            }
        }
    }

    public override void Dispose()
    {
        foreach (var cursor in cursors)
        {
            cursor.Dispose();
        }

        base.Dispose();
    }
}

/// <summary>Places that are in every one of several lists.</summary>
internal sealed class IntersectionCursor : PostingCursor
{
    private readonly IReadOnlyList<PostingCursor> _cursors;
    private bool _ended;

    public IntersectionCursor(IReadOnlyList<PostingCursor> cursors)
    {
        _cursors = cursors;
        Agree();
    }

    public override string? Current => _ended ? null : _cursors[0].Current;

    public override long Sequence => _cursors[0].Sequence;

    public override void MoveTo(string place)
    {
        _cursors[0].MoveTo(place);
        Agree();
    }

    public override void Dispose()
    {
        foreach (var cursor in _cursors)
        {
            cursor.Dispose();
        }

        base.Dispose();
    }

    /// <summary>Lets every list leap to the furthest place of all until they meet, or one ends.</summary>
    private void Agree()
    {
        while (true)
        {
            var places = _cursors.Select(cursor => cursor.Current).ToList();
            _ended = places.Contains(null);
            if (_ended || places.TrueForAll(place => place == places[0]))
            {
                return;
            }

            var furthest = places.Max(StringComparer.Ordinal)!;
            foreach (var cursor in _cursors.Where(cursor => cursor.Current != furthest))
            {
                cursor.MoveTo(furthest);
            }
        }
    }
}
