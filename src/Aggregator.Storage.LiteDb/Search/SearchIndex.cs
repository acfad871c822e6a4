using System.Globalization;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Microsoft.Data.Sqlite;

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>
/// The index of texts: search.db, a SQLite file beside the database, made of what that holds and of nothing else, so that it can be deleted
/// and made again. It holds the terms of titles and bodies (FTS5, without the texts), by numbers that
/// follow time (<see cref="Shelf"/>), so that the newest that hold a word are at hand; and of each story its place, its lists and whether it is
/// muted, to count by. One thread changes it; any may read.
/// </summary>
internal sealed class SearchIndex : IDisposable
{
    /// <summary>Changed whenever the file is to be made anew: other tables, or other terms.</summary>
    private const long Format = 1;

    private const int PageBytes = 4096;

    private readonly string _path;
    private readonly SqliteConnection _writer;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _addTerms;
    private readonly SqliteCommand _deleteTerms;
    private readonly SqliteCommand _addStory;
    private readonly SqliteCommand _changeStory;
    private readonly SqliteCommand _deleteStory;
    private readonly SqliteCommand _addList;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _last;
    private readonly SqliteCommand _note;
    private readonly Dictionary<string, long> _lists = [];

    private SearchIndex(string path, long logBytes)
    {
        _path = path;
        KeepPrivate(path);
        _writer = Connect();
        try
        {
            // Losing the last commits in a power cut costs what Commit tells: they are indexed again.
            Execute(string.Create(CultureInfo.InvariantCulture, $"""
                PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint={logBytes / 2 / PageBytes}; PRAGMA journal_size_limit={logBytes}; PRAGMA cache_size=-32768;
                CREATE TABLE IF NOT EXISTS notes(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS lists(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
                CREATE TABLE IF NOT EXISTS stories(number INTEGER PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, id BLOB NOT NULL, muted INTEGER NOT NULL, lists BLOB NOT NULL);
                CREATE UNIQUE INDEX IF NOT EXISTS bySequence ON stories(seq);
                CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5({MatchExpression.Title}, body, content='', contentless_delete=1, tokenize="ascii tokenchars '+#'");
                """));
            foreach (var row in Rows("SELECT id, name FROM lists", reader => (Id: reader.GetInt64(0), Name: reader.GetString(1))))
            {
                _lists[row.Name] = row.Id;
            }

            LastSequence = Rows("SELECT value FROM notes WHERE name = 'last'", reader => reader.GetInt64(0)).FirstOrDefault();
            _begin = Command("BEGIN IMMEDIATE");
            _commit = Command("COMMIT");
            _rollback = Command("ROLLBACK");
            _addTerms = Command("INSERT INTO terms(rowid, title, body) VALUES ($number, $title, $body)", "$number", "$title", "$body");
            _deleteTerms = Command("DELETE FROM terms WHERE rowid = $number", "$number");
            _addStory = Command("INSERT INTO stories(number, seq, at, id, muted, lists) VALUES ($number, $seq, $at, $id, $muted, $lists)", "$number", "$seq", "$at", "$id", "$muted", "$lists");
            _changeStory = Command("UPDATE stories SET muted = $muted, lists = $lists WHERE number = $number", "$muted", "$lists", "$number");
            _deleteStory = Command("DELETE FROM stories WHERE number = $number", "$number");
            _addList = Command("INSERT INTO lists(id, name) VALUES ($id, $name)", "$id", "$name");
            _find = Command("SELECT number, at FROM stories WHERE seq = $seq", "$seq");
            _last = Command("SELECT max(number) FROM stories WHERE number BETWEEN $first AND $last", "$first", "$last");
            _note = Command("INSERT OR REPLACE INTO notes(name, value) VALUES ($name, $value)", "$name", "$value");
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
    }

    /// <summary>The last commit of the database that the index holds. Null: it was never made to its end.</summary>
    public long? Commit => Rows("SELECT value FROM notes WHERE name = 'commit'", reader => (long?)reader.GetInt64(0)).FirstOrDefault();

    /// <summary>The greatest number of a story that was ever indexed. 0: none was.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Opens the index, making an empty one where there is none or where it is of another format or damaged.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="logBytes">How large SQLite's log may become; half of it is written back.</param>
    /// <exception cref="SqliteException">The file cannot be used, nor made anew.</exception>
    public static SearchIndex Open(string path, long logBytes)
    {
        try
        {
            var index = new SearchIndex(path, logBytes);
            var format = index.Rows("SELECT value FROM notes WHERE name = 'format'", reader => reader.GetInt64(0)).FirstOrDefault(Format);
            if (format == Format)
            {
                index.Note("format", Format);
                return index;
            }

            index.Dispose();
        }
        catch (SqliteException)
        {
            // Whatever is wrong with it, it holds nothing that is not in the database.
        }

        return Make(path, logBytes);
    }

    /// <summary>Makes an empty index in place of what is there.</summary>
    /// <exception cref="IOException">The old file cannot be deleted.</exception>
    /// <exception cref="SqliteException">The new one cannot be made.</exception>
    public static SearchIndex Make(string path, long logBytes)
    {
        using (var pooled = new SqliteConnection(ConnectionTo(path)))
        {
            SqliteConnection.ClearPool(pooled);
        }

        foreach (var file in Files(path))
        {
            File.Delete(file);
        }

        var index = new SearchIndex(path, logBytes);
        index.Note("format", Format);
        return index;
    }

    /// <summary>The files of an index: itself and what SQLite lays beside it.</summary>
    public static IReadOnlyList<string> Files(string path) => [path, path + "-wal", path + "-shm"];

    /// <summary>
    /// Takes over what commits did. All of it is in the index when this returns, or nothing. Changes that are in it already do no harm.
    /// </summary>
    /// <param name="changes">The changes in their order.</param>
    /// <param name="commit">The last of the commits. Null: the index is not at its end yet.</param>
    /// <param name="find">Finds a story with its body by its number; asked where one has moved in time and its text is not at hand.</param>
    public void Apply(IReadOnlyList<IndexChange> changes, long? commit, Func<long, Story?> find)
    {
        _begin.ExecuteNonQuery();
        try
        {
            foreach (var change in changes)
            {
                Apply(change, find);
            }

            var last = changes.Select(change => change.Sequence).DefaultIfEmpty(0).Max();
            if (last > LastSequence)
            {
                LastSequence = last;
                Note("last", last);
            }

            if (commit is { } number)
            {
                Note("commit", number);
            }

            _commit.ExecuteNonQuery();
        }
        catch
        {
            _rollback.ExecuteNonQuery();
            throw;
        }
    }

    /// <summary>Writes SQLite's log back: what <see cref="Commit"/> tells then survives a power cut.</summary>
    public void Checkpoint() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    /// <summary>A connection to read by; from a pool.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(ConnectionTo(_path));
        connection.Open();
        return connection;
    }

    /// <summary>The numbers by which stories tell the lists they are in. A list that no story is in has none.</summary>
    public long? NumberOf(string list)
    {
        lock (_lists)
        {
            return _lists.TryGetValue(list, out var number) ? number : null;
        }
    }

    /// <summary>The lists by their numbers.</summary>
    public IReadOnlyDictionary<long, string> Lists()
    {
        lock (_lists)
        {
            return _lists.ToDictionary(list => list.Value, list => list.Key);
        }
    }

    public void Dispose()
    {
        foreach (var command in new[] { _begin, _commit, _rollback, _addTerms, _deleteTerms, _addStory, _changeStory, _deleteStory, _addList, _find, _last, _note })
        {
            command.Dispose();
        }

        _writer.Dispose();
        SqliteConnection.ClearPool(_writer);
    }

    /// <summary>Makes the file, if there is none, for its owner only; what SQLite lays beside it has the same rights.</summary>
    private static void KeepPrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
    }

    private static string ConnectionTo(string path) => new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();

    private void Apply(IndexChange change, Func<long, Story?> find)
    {
        var at = change.Story?.OrderedAt.ToUnixTimeMilliseconds();
        var textChanged = change.TextChanged;
        if (Find(change.Sequence) is { } known)
        {
            if (at == known.At && !textChanged)
            {
                Run(_changeStory, Muted(change.Story!), ListNumbers.Write(ListsOf(change.Story!)), known.Number);
                return;
            }

            Run(_deleteStory, known.Number);
            Run(_deleteTerms, known.Number);
        }

        if (change.Story is { } story && (textChanged ? story : find(change.Sequence)) is { } whole)
        {
            var number = NextNumber(Shelf.Of(at!.Value));
            Run(_addStory, number, change.Sequence, at.Value, Convert.FromHexString(story.Id.Value), Muted(story), ListNumbers.Write(ListsOf(story)));
            Run(_addTerms, number, Terms(whole.Title, whole.Language), Terms(whole.Body?.Text ?? "", whole.Language));
        }
    }

    private (long Number, long At)? Find(long sequence)
    {
        _find.Parameters[0].Value = sequence;
        using var reader = _find.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    private long NextNumber(long shelf)
    {
        _last.Parameters[0].Value = Shelf.First(shelf);
        _last.Parameters[1].Value = Shelf.Last(shelf);
        return _last.ExecuteScalar() is long last ? last + 1 : Shelf.First(shelf);
    }

    private static long Muted(Story story) => story.IsMuted ? 1 : 0;

    private static string Terms(string text, string? language)
    {
        var terms = SearchTerms.Of(text, SearchTerms.IsStemmed(language));
        for (var i = 0; i < terms.Count; i++)
        {
            if (terms[i].Length == 0)
            {
                terms[i] = MatchExpression.LineEnd;
            }
        }

        return string.Join(' ', terms);
    }

    private IEnumerable<long> ListsOf(Story story)
    {
        foreach (var list in story.Topics.Select(topic => Postings.Topic(topic.Slug)).Concat(story.Feeds.Select(Postings.Feed)).Distinct())
        {
            if (!_lists.TryGetValue(list, out var number))
            {
                number = _lists.Count + 1;
                Run(_addList, number, list);
                lock (_lists)
                {
                    _lists[list] = number;
                }
            }

            yield return number;
        }
    }

    private void Note(string name, long value) => Run(_note, name, value);

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string text, params ReadOnlySpan<string> parameters)
    {
        var command = _writer.CreateCommand();
        command.CommandText = text;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }

    private void Execute(string text)
    {
        using var command = Command(text);
        command.ExecuteNonQuery();
    }

    private List<T> Rows<T>(string text, Func<SqliteDataReader, T> read)
    {
        using var command = Command(text);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
