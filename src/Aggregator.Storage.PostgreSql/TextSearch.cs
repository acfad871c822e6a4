using Aggregator.Model.Stories;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// Stories by their texts. The index knows no time: it gives all stories with a word, which may be a third of a million. So the newest are looked
/// through first, as a window of so many stories, by asking the index for the word in the weeks of that window; a word that is frequent is found often
/// enough there, and one that is not is rare enough to be looked up in all.
/// </summary>
internal static class TextSearch
{
    /// <summary>An answer by relevance compares so many stories, the newest that fit.</summary>
    private const int MostCompared = 2_000;

    /// <summary>What of a story's terms is read to compare it, in characters: the words of a long article.</summary>
    private const int ComparedCharacters = 50_000;

    /// <summary>A window of more weeks is not narrowed by them: so many lists would take longer to put together than they save.</summary>
    private const int MostWeeks = 30;

    /// <summary>
    /// The windows, in stories of the list that is asked for. Beyond the last one, a word of which fewer than a page was found in 64,000 stories is in
    /// under a thousandth of all.
    /// </summary>
    private static readonly int[] Windows = [4_000, 64_000];

    /// <summary>The first places and ids that fit, newest first.</summary>
    public static async Task<List<(long Place, byte[] Id)>> FindAsync(
        NpgsqlConnection connection, StoryFilter filter, TextCondition condition, int limit, CancellationToken cancellationToken) =>
        await ReadAsync(connection, filter, condition, "t.place, t.id", row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)), limit, cancellationToken);

    /// <summary>The ids that fit best, the best first, and how many were compared if not all that fit.</summary>
    public static async Task<(IEnumerable<byte[]> Best, int? Only)> RankAsync(
        NpgsqlConnection connection, StoryQuery query, TextCondition condition, CancellationToken cancellationToken)
    {
        var relevance = new Relevance(condition);
        var found = await ReadAsync(
            connection, StoryFilter.OfAll(query), condition, $"t.id, left(t.terms, {ComparedCharacters})",
            row => (Id: row.GetFieldValue<byte[]>(0), Counts: relevance.Count(row.GetString(1))), MostCompared + 1, cancellationToken);
        var compared = found.Take(MostCompared).ToList();
        var scores = relevance.Scores([.. compared.Select(story => story.Counts)]);
        var best = compared.Zip(scores).OrderByDescending(story => story.Second).Take(query.Limit).Select(story => story.First.Id);
        return (best, found.Count > MostCompared ? MostCompared : null);
    }

    /// <summary>The conditions of a query on a row of texts, "t", for the statement that counts: the text, within the weeks it allows, and all others.</summary>
    public static async Task<string> ConditionAsync(NpgsqlConnection connection, Sql sql, StoryFilter filter, TextCondition condition, CancellationToken cancellationToken)
    {
        var newest = (await PlacesAsync(connection, filter, [0], cancellationToken))[0];
        return newest is null ? "false" : Condition(sql, filter, condition, newest.Value, filter.Oldest);
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, StoryFilter filter, TextCondition condition, string columns, Func<NpgsqlDataReader, T> read, int limit, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        var places = await PlacesAsync(connection, filter, [0, .. Windows], cancellationToken);
        var newest = places[0];
        foreach (var end in places.Skip(1).Append(null))
        {
            if (newest is null || found.Count == limit)
            {
                break;
            }

            var oldest = end is { } place && place < filter.Oldest ? place : filter.Oldest;
            var sql = new Sql();
            var statement =
                $"""
                select {columns} from texts t
                where {Condition(sql, filter, condition, newest.Value, oldest)} and t.place between {sql.Value(newest.Value)} and {sql.Value(oldest)}
                order by t.place, t.id limit {sql.Value(limit - found.Count)}
                """;
            found.AddRange(await Sql.ListAsync(sql.Command(connection, statement), read, cancellationToken));
            newest = oldest < filter.Oldest ? oldest + 1 : null;
        }

        return found;
    }

    private static string Condition(Sql sql, StoryFilter filter, TextCondition condition, long newest, long oldest)
    {
        var indexed = IndexedTerms.Weeks(newest, oldest, MostWeeks) is { } weeks ? TextQuery.ForIndex(condition, weeks) : TextQuery.ForIndex(condition);
        var held = TextQuery.ForRow(condition, sql);
        return $"{TextQuery.Indexed} @@ {sql.Value(indexed)}::tsquery and {filter.OfText(sql)}{(held is null ? "" : $" and {held}")}";
    }

    /// <summary>The places of the stories that stand so far behind the first that may be found. Null: the list ends before.</summary>
    private static async Task<List<long?>> PlacesAsync(NpgsqlConnection connection, StoryFilter filter, IReadOnlyList<int> behind, CancellationToken cancellationToken)
    {
        var sql = new Sql();
        var places = behind.Select(count =>
            $"(select min(s.place) from unnest({sql.Value(filter.Leading)}) l (list) cross join lateral (select p.place from postings p where p.list = l.list and {filter.Range("p", sql)} order by p.place, p.id offset {sql.Value(count)} limit 1) s)");
        var found = await Sql.ListAsync(
            sql.Command(connection, $"select {string.Join(", ", places)}"),
            row => Enumerable.Range(0, behind.Count).Select(at => row.IsDBNull(at) ? (long?)null : row.GetInt64(at)).ToList(),
            cancellationToken);
        return found[0];
    }
}
