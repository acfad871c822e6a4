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

/// <summary>
/// One list, read in pieces so that no reader stays open, and nobody waits, between them. A list that is compared with others is read by its keys
/// alone, which are in LiteDB's index, in pieces that grow: most of its stories are passed over.
/// </summary>
internal sealed class RangeCursor : PostingCursor
{
    private const int Piece = 64, LargestPiece = 512;

    private static readonly BsonExpression Key = BsonExpression.Create("$._id");
    private static readonly BsonExpression Between = BsonExpression.Create(
        "$._id BETWEEN @from AND @to", new BsonDocument { ["from"] = BsonValue.Null, ["to"] = BsonValue.Null });

    private readonly StoreFiles _files;
    private readonly string _list;
    private readonly string _to;
    private readonly bool _isCompared;
    private List<(string Place, long Sequence)> _piece = [];
    private int _size = Piece;
    private int _index;
    private bool _last;

    public RangeCursor(StoreFiles files, string list, string from, string to, bool isCompared)
    {
        (_files, _list, _to, _isCompared) = (files, list, to, isCompared);
        Load(from);
    }

    public override string? Current => _index < _piece.Count ? _piece[_index].Place : null;

    public override long Sequence => _isCompared ? _files.Read(() => _files.Postings.Get(Postings.Key(_list, Current!))?["q"].AsInt64 ?? 0) : _piece[_index].Sequence;

    public override void MoveTo(string place)
    {
        while (_index < _piece.Count && string.CompareOrdinal(_piece[_index].Place, place) < 0)
        {
            // Far ahead: asking again beats walking over what is in between.
            if (string.CompareOrdinal(_piece[^1].Place, place) < 0)
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

    private void Load(string from)
    {
        _piece = string.CompareOrdinal(from, _to) > 0 ? [] : _files.Read(() => Read(Postings.Key(_list, from), Postings.Key(_list, _to)));
        _index = 0;
        _last = _piece.Count < _size;
        _size = _isCompared ? Math.Min(_size * 2, LargestPiece) : _size;
    }

    private List<(string Place, long Sequence)> Read(string from, string to)
    {
        lock (Between)
        {
            (Between.Parameters["from"], Between.Parameters["to"]) = (from, to);
            var range = _files.Postings.Query().Where(Between).OrderBy(Key);
            return _isCompared
                ? [.. range.Select(Key).Limit(_size).ToEnumerable().Select(key => (Place(key), 0L))]
                : [.. range.Limit(_size).ToEnumerable().Select(posting => (Place(posting), posting["q"].AsInt64))];
        }
    }

    private string Place(BsonDocument posting) => posting["_id"].AsString[(_list.Length + 1)..];
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
