using Aggregator.Model.Feeds;
using Aggregator.Model.Stories;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>
/// Counts what a query finds. Of all stories of a time each list is counted by itself, within its index; of fewer, the stories are found first and
/// their lists counted.
/// </summary>
internal static class FacetQueries
{
    private const long DayMilliseconds = 24L * 60 * 60 * 1000;

    public static async Task<StoryFacets> CountAsync(NpgsqlConnection connection, StoryQuery query, CancellationToken cancellationToken)
    {
        var (sql, filter) = (new Sql(), StoryFilter.OfAll(query));
        var statement = query.Text is { } condition
            ? OfFound($"select t.place, t.lists from texts t where {await TextSearch.ConditionAsync(connection, sql, filter, condition, cancellationToken)}")
            : filter.IsNarrow
            ? OfFound($"select t.place, t.lists from ({filter.All(sql)}) s join texts t using (id)")
            : OfLists(sql, filter);
        var rows = await Sql.ListAsync(
            sql.Command(connection, statement),
            row => (Kind: row.GetInt32(0), Name: row.IsDBNull(1) ? "" : row.GetString(1), Day: row.IsDBNull(2) ? 0 : row.GetInt64(2), Count: row.GetInt64(3)),
            cancellationToken);
        return new StoryFacets(
            rows.Where(row => row.Kind == 0).Sum(row => row.Count),
            Named(Lists.TopicMark).ToDictionary(row => row.Name, row => row.Count),
            Named(Lists.FeedMark).ToDictionary(row => new FeedId(row.Name), row => row.Count),
            rows.Where(row => row.Kind == 0).ToDictionary(row => DateOnly.FromDateTime(StoryKey.Instant(row.Day * DayMilliseconds).UtcDateTime), row => row.Count));

        IEnumerable<(string Name, long Count)> Named(string mark) =>
            rows.Where(row => row.Kind == 1 && row.Count > 0 && row.Name.StartsWith(mark, StringComparison.Ordinal)).Select(row => (row.Name[mark.Length..], row.Count));
    }

    /// <summary>Rows of days (0, null, the day since 1970, count) and of lists (1, name, null, count) of what a statement finds, places with lists.</summary>
    private static string OfFound(string found) =>
        $"""
        with found as materialized ({found})
        select 0, null::text, {Day("place")}, count(*) from found group by 3
        union all
        select 1, l.name, null, c.n from (select abs(list) as id, count(*) as n from found, unnest(lists) list group by 1) c join lists l using (id)
        """;

    /// <summary>The same of all stories of a time.</summary>
    private static string OfLists(Sql sql, StoryFilter filter)
    {
        var signs = sql.Value(filter.Signs.ToArray());
        return $"""
            select 0, null::text, {Day("p.place")}, count(*) from postings p where p.list = any({sql.Value(filter.Leading)}) and {filter.Range("p", sql)} group by 3
            union all
            select 1, l.name, null, sum(c.n)::bigint from lists l cross join unnest({signs}) sign
            cross join lateral (select count(*) as n from postings p where p.list = l.id * sign and {filter.Range("p", sql)}) c group by l.name
            """;
    }

    private static string Day(string place) => $"floor(-({place})::double precision / {DayMilliseconds})::bigint";
}
