using LiteDB;

namespace Aggregator.Storage.LiteDb;

/// <summary>Walks over places in ascending order. <see cref="Current"/> is null at the end.</summary>
internal abstract class PostingCursor : IDisposable
{
    /// <summary>The place, "inverted ticks|story id".</summary>
    public abstract string? Current { get; }

    /// <summary>The story's number at the current place.</summary>
    public abstract long Sequence { get; }

    /// <summary>Whether the numbers are at hand, and need not be looked up.</summary>
    public virtual bool HasSequences => true;

    /// <summary>Goes to the first place that is <paramref name="place"/> or later.</summary>
    public abstract void MoveTo(string place);

    /// <summary>Goes to the next place.</summary>
    public void MoveNext() => MoveTo(After(Current!));

    /// <summary>How far what was read at one go reaches: the further, the fewer there are. Null: to the end.</summary>
    public abstract string? Reach { get; }

    /// <summary>
    /// Looks whether a place is there. Places are asked for in ascending order.
    /// </summary>
    /// <returns>The place itself if it is there, else one that no place between the two comes before. Null: there is none from it on.</returns>
    public virtual string? Find(string place)
    {
        MoveTo(place);
        return Current;
    }

    /// <summary>The first place that can be after another.</summary>
    protected static string After(string place) => place + "!";

    /// <summary>Gives back what the cursor holds.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>
/// One list, read in pieces so that no reader stays open, and nobody waits, between them. A list that is compared with others is read by its keys
/// alone, which are in LiteDB's index, in pieces that grow.
/// </summary>
internal sealed class RangeCursor : PostingCursor
{
    private const int Piece = 64, LargestPiece = 512;

    /// <summary>A piece that answered so many questions was worth reading: one takes as long as so many look-ups.</summary>
    private const int Worth = 6;

    /// <summary>So many places are looked up before a piece is tried again.</summary>
    private const int MostLookUps = 32;

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
    private int _answered;
    private int _lookedUp;

    public RangeCursor(StoreFiles files, string list, string from, string to, bool isCompared)
    {
        (_files, _list, _to, _isCompared) = (files, list, to, isCompared);
        Load(from);
    }

    public override string? Current => _index < _piece.Count ? _piece[_index].Place : null;

    public override long Sequence => _isCompared ? _files.Read(() => _files.Postings.Get(Postings.Key(_list, Current!))?["q"].AsInt64 ?? 0) : _piece[_index].Sequence;

    public override bool HasSequences => !_isCompared;

    public override string? Reach => _last ? null : _piece[^1].Place;

    public override void MoveTo(string place)
    {
        Walk(place);
        if (_index >= _piece.Count && !_last)
        {
            Load(place);
        }
    }

    /// <summary>A place far beyond the piece that was read is looked up, where pieces answer few questions.</summary>
    public override string? Find(string place)
    {
        Walk(place);
        if (_index >= _piece.Count && !_last)
        {
            if (_answered < Worth && _lookedUp < MostLookUps)
            {
                _lookedUp++;
                return _files.Read(() => _files.Postings.Get(Postings.Key(_list, place))) is null ? After(place) : place;
            }

            (_answered, _lookedUp) = (0, 0);
            Load(place);
        }

        _answered++;
        return Current;
    }

    private void Walk(string place)
    {
        // Far ahead: asking again beats walking over what is in between.
        if (_index < _piece.Count && string.CompareOrdinal(_piece[^1].Place, place) < 0)
        {
            _index = _piece.Count;
        }

        while (_index < _piece.Count && string.CompareOrdinal(_piece[_index].Place, place) < 0)
        {
            _index++;
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

    public override bool HasSequences => cursors.All(cursor => cursor.HasSequences);

    public override string? Reach => cursors.Select(cursor => cursor.Reach).OfType<string>().Min(StringComparer.Ordinal);

    public override string? Find(string place)
    {
        string? first = null;
        foreach (var cursor in cursors)
        {
            var found = cursor.Find(place);
            if (found == place)
            {
                return place;
            }

            first = first is null || string.CompareOrdinal(found, first) < 0 ? found ?? first : first;
        }

        return first;
    }

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

/// <summary>Places that are in every one of several lists: the one with the fewest leads, and its places are looked for in the others.</summary>
internal sealed class IntersectionCursor : PostingCursor
{
    private readonly PostingCursor _leader;
    private readonly IReadOnlyList<PostingCursor> _others;

    /// <summary>Who tells the numbers: all stand at the same place.</summary>
    private readonly PostingCursor _numbering;
    private bool _ended;

    public IntersectionCursor(IReadOnlyList<PostingCursor> cursors)
    {
        _leader = cursors.FirstOrDefault(cursor => cursor.Reach is null) ?? cursors.MaxBy(cursor => cursor.Reach, StringComparer.Ordinal)!;
        _others = [.. cursors.Where(cursor => cursor != _leader)];
        _numbering = cursors.FirstOrDefault(cursor => cursor.HasSequences) ?? _leader;
        Agree();
    }

    public override string? Current => _ended ? null : _leader.Current;

    public override long Sequence => _numbering.Sequence;

    public override string? Reach => _leader.Reach;

    public override void MoveTo(string place)
    {
        _leader.MoveTo(place);
        Agree();
    }

    public override void Dispose()
    {
        foreach (var cursor in _others.Prepend(_leader))
        {
            cursor.Dispose();
        }

        base.Dispose();
    }

    /// <summary>Moves the leader to the next place that is in all.</summary>
    private void Agree()
    {
        while (_leader.Current is { } place)
        {
            var next = _others.Select(cursor => cursor.Find(place)).FirstOrDefault(found => found != place, place);
            if (next == place)
            {
                return;
            }

            if (next is null)
            {
                _ended = true;
                return;
            }

            _leader.MoveTo(next);
        }
    }
}
