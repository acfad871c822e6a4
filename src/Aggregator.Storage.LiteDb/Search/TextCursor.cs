using Aggregator.Model.Stories;
using Microsoft.Data.Sqlite;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>The stories whose texts hold something, read from the index of texts in pieces.</summary>
internal sealed class TextCursor : PostingCursor
{
    private const int FirstPiece = 64;
    private const int LargestPiece = 1024;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly string _to;
    private List<(string Place, long Sequence)> _piece = [];
    private int _index;
    private int _size = FirstPiece;
    private bool _last;

    /// <summary>Opens the cursor at the first place that is <paramref name="from"/> or later; it ends before <paramref name="to"/>.</summary>
    public TextCursor(SearchIndex index, TextCondition condition, MutedStories muted, string from, string to)
    {
        _to = to;
        _connection = index.Connect();
        _command = _connection.CreateCommand();

        // CROSS JOIN: the terms lead, or SQLite might walk over all stories.
        _command.CommandText = "SELECT s.number, s.seq, s.at, s.id FROM terms CROSS JOIN stories s ON s.number = terms.rowid WHERE terms MATCH $text AND terms.rowid BETWEEN $last AND $from"
            + muted switch { MutedStories.LeftOut => " AND s.muted = 0", MutedStories.Only => " AND s.muted = 1", _ => "" }
            + " ORDER BY terms.rowid DESC LIMIT $size";
        _command.Parameters.AddWithValue("$text", MatchExpression.Of(condition));
        _command.Parameters.AddWithValue("$last", Shelf.First(Shelf.OfPlace(to)));
        _command.Parameters.AddWithValue("$from", 0L);
        _command.Parameters.AddWithValue("$size", 0L);
        MoveToPiece(from);
    }

    public override string? Current => _index < _piece.Count ? _piece[_index].Place : null;

    public override long Sequence => _piece[_index].Sequence;

    public override string? Reach => _last ? null : _piece[^1].Place;

    public override void MoveTo(string place)
    {
        while (_index < _piece.Count && string.CompareOrdinal(_piece[_index].Place, place) < 0)
        {
            _index++;
        }

        if (_index == _piece.Count && !_last)
        {
            MoveToPiece(place);
        }
    }

    public override void Dispose()
    {
        _command.Dispose();
        _connection.Dispose();
        base.Dispose();
    }

    /// <summary>Reads whole shelves, one at least, from that of a place on until one holds something.</summary>
    private void MoveToPiece(string from)
    {
        _index = 0;
        var upTo = Shelf.Last(Shelf.OfPlace(from));
        do
        {
            var rows = Read(upTo, _size);
            _last = rows.Count < _size;
            if (!_last)
            {
                // The last shelf may go on beyond the piece.
                var cut = Shelf.OfNumber(rows[^1].Number);
                rows = rows.FindAll(row => Shelf.OfNumber(row.Number) > cut);
                upTo = rows.Count > 0 ? Shelf.Last(cut) : upTo;
                _size = Math.Min(_size * 4, rows.Count > 0 ? LargestPiece : int.MaxValue);
            }

            _piece = [.. rows.Select(row => (Postings.Place(DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Id), row.Sequence))
                .Where(row => string.CompareOrdinal(row.Item1, from) >= 0 && string.CompareOrdinal(row.Item1, _to) <= 0)
                .OrderBy(row => row.Item1, StringComparer.Ordinal)];
        }
        while (_piece.Count == 0 && !_last);
    }

    private List<(long Number, long Sequence, long At, StoryId Id)> Read(long upTo, int size)
    {
        _command.Parameters["$from"].Value = upTo;
        _command.Parameters["$size"].Value = size;
        var rows = new List<(long, long, long, StoryId)>();
        using var reader = _command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), new StoryId(Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(3)))));
        }

        return rows;
    }
}
