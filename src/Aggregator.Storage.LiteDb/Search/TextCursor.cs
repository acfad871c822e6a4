using Aggregator.Model.Stories;
using Microsoft.Data.Sqlite;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>The stories whose texts hold something, read from the index of texts in pieces.</summary>
internal sealed class TextCursor : PostingCursor
{
    private const int FirstPiece = 16;
    private const int LargestPiece = 512;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly long _lastSlot;
    private readonly string _to;
    private List<(string Place, long Sequence)> _piece = [];
    private int _index;
    private int _size = FirstPiece;
    private bool _last;

    /// <summary>Opens the cursor at the first place that is <paramref name="from"/> or later; it ends before <paramref name="to"/>.</summary>
    public TextCursor(SearchIndex index, TextCondition condition, MutedStories muted, string from, string to)
    {
        _to = to;
        _lastSlot = Slot.Of(to);
        _connection = index.Connect();
        _command = _connection.CreateCommand();

        // CROSS JOIN: the terms lead, or SQLite might walk over all stories.
        _command.CommandText = "SELECT s.slot, s.seq, s.id FROM terms CROSS JOIN stories s ON s.slot = terms.rowid WHERE terms MATCH $text AND terms.rowid BETWEEN $last AND $from"
            + muted switch { MutedStories.LeftOut => " AND s.muted = 0", MutedStories.Only => " AND s.muted = 1", _ => "" }
            + " ORDER BY terms.rowid DESC LIMIT $size";
        _command.Parameters.AddWithValue("$text", MatchExpression.Of(condition));
        _command.Parameters.AddWithValue("$last", _lastSlot);
        _command.Parameters.AddWithValue("$from", 0L);
        _command.Parameters.AddWithValue("$size", 0L);
        MoveToPiece(from);
    }

    public override string? Current => _index < _piece.Count ? _piece[_index].Place : null;

    public override long Sequence => _piece[_index].Sequence;

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
    }

    private void MoveToPiece(string from)
    {
        _index = 0;
        do
        {
            _command.Parameters["$from"].Value = Slot.Of(from);
            _command.Parameters["$size"].Value = _size;
            var rows = Read();
            _last = rows.Count < _size;

            // The last slot may go on beyond the piece.
            var whole = _last ? rows : rows.FindAll(row => row.Slot != rows[^1].Slot);
            _piece = [.. whole.Select(row => (row.Place, row.Sequence))
                .Where(row => string.CompareOrdinal(row.Place, from) >= 0 && string.CompareOrdinal(row.Place, _to) <= 0)
                .OrderBy(row => row.Place, StringComparer.Ordinal)];
            if (whole.Count > 0 && !_last)
            {
                from = Max(from, whole[^1].Place + "!");
            }

            _size = Math.Min(_size * 4, LargestPiece);
        }
        while (_piece.Count == 0 && !_last);
    }

    private List<(long Slot, string Place, long Sequence)> Read()
    {
        var rows = new List<(long, string, long)>();
        using var reader = _command.ExecuteReader();
        while (reader.Read())
        {
            var slot = reader.GetInt64(0);
            var id = new StoryId(Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(2)));
            rows.Add((slot, Postings.Place(Slot.Instant(slot), id), reader.GetInt64(1)));
        }

        return rows;
    }

    private static string Max(string one, string other) => string.CompareOrdinal(one, other) > 0 ? one : other;
}
