using Aggregator.Model.Stories;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>Answers questions about stories.</summary>
internal static class StoryQueries
{
    /// <summary>One page of stories.</summary>
    public static async Task<StoryPage> PageAsync(NpgsqlConnection connection, StoryQuery query, CancellationToken cancellationToken)
    {
        if (query.Text is { } condition && query.ByRelevance)
        {
            var compared = await TextSearch.RankAsync(connection, query, condition, cancellationToken);
            return new StoryPage(await FindAsync(connection, compared.Best, query.WithBody, cancellationToken), null) { ComparedOnly = compared.Only };
        }

        // One more than asked for tells whether there is a next page.
        var found = query.Text is { } text
            ? await TextSearch.FindAsync(connection, StoryFilter.OfPage(query), text, query.Limit + 1, cancellationToken)
            : await FirstAsync(connection, StoryFilter.OfPage(query), query.Limit + 1, cancellationToken);
        var page = found.Take(query.Limit).ToList();
        return new StoryPage(
            await FindAsync(connection, page.Select(place => place.Id), query.WithBody, cancellationToken),
            found.Count > query.Limit ? new StoryCursor(StoryKey.Instant(-page[^1].Place), StoryKey.Id(page[^1].Id)) : null);
    }

    /// <summary>A story with its body, by its own id or by that of another feed's entry of the same article. Null: no such story.</summary>
    public static async Task<Story?> FindAsync(NpgsqlConnection connection, StoryId id, CancellationToken cancellationToken) =>
        StoryKey.Bytes(id) is not { } key ? null : (await Sql.ListAsync(
            Sql.Command(
                connection,
                "select s.document, t.body from stories s join texts t using (id) where s.id = coalesce((select story from entries where id = $1), $1)", key),
            row => Read(row, withBody: true),
            cancellationToken)).FirstOrDefault();

    /// <summary>The stories of these ids in this order, without those that were deleted since the ids were read.</summary>
    public static Task<List<Story>> FindAsync(NpgsqlConnection connection, IEnumerable<byte[]> ids, bool withBody, CancellationToken cancellationToken) => Sql.ListAsync(
        Sql.Command(
            connection,
            withBody
                ? "select s.document, t.body from unnest($1::bytea[]) with ordinality i (id, place) join stories s on s.id = i.id join texts t on t.id = i.id order by i.place"
                : "select s.document from unnest($1::bytea[]) with ordinality i (id, place) join stories s on s.id = i.id order by i.place",
            [ids.ToArray()]),
        row => Read(row, withBody),
        cancellationToken);

    /// <summary>The stored story of the same article as one that is not stored. Null: there is none.</summary>
    public static async Task<Story?> FindSameArticleAsync(NpgsqlConnection connection, Story story, CancellationToken cancellationToken)
    {
        var found = await Sql.ListAsync(
            Sql.Command(
                connection,
                """
                select s.document, t.body from unnest($1::bytea[]) with ordinality k (key, place)
                join addresses a on a.key = k.key join stories s on s.id = a.story join texts t on t.id = s.id order by k.place
                """,
                [story.ArticleKeys.Select(key => Convert.FromHexString(StoryKey.Address(key))).ToArray()]),
            row => Read(row, withBody: true),
            cancellationToken);
        return found.Find(stored => SameArticle.Tells(stored, story));
    }

    /// <summary>The texts a story had before, the newest first.</summary>
    public static async Task<List<StoryVersion>> ListVersionsAsync(NpgsqlConnection connection, StoryId id, CancellationToken cancellationToken) =>
        StoryKey.Bytes(id) is not { } key ? [] : await Sql.ListAsync(
            Sql.Command(
                connection,
                "select since, until, title, body from versions where story = coalesce((select story from entries where id = $1), $1) order by number desc", key),
            row => new StoryVersion(
                StoryKey.Instant(row.GetInt64(0)), StoryKey.Instant(row.GetInt64(1)), row.GetString(2), Packed.Body(row.GetFieldValue<byte[]>(3)).Text),
            cancellationToken);

    /// <summary>The fingerprints of those ids that are stored, lead to a story, or were deleted for good.</summary>
    public static async Task<Dictionary<StoryId, string>> FingerprintsAsync(NpgsqlConnection connection, IEnumerable<StoryId> ids, CancellationToken cancellationToken)
    {
        var found = await Sql.ListAsync(
            Sql.Command(
                connection,
                "select id, fingerprint from stories where id = any($1) union all select id, fingerprint from entries where id = any($1)", [StoryKey.Bytes(ids)]),
            row => KeyValuePair.Create(StoryKey.Id(row.GetFieldValue<byte[]>(0)), row.GetString(1)),
            cancellationToken);
        return new Dictionary<StoryId, string>(found);
    }

    /// <summary>What is remembered of those ids that a rule dropped.</summary>
    public static async Task<Dictionary<StoryId, DroppedStory>> DroppedAsync(NpgsqlConnection connection, IEnumerable<StoryId> ids, CancellationToken cancellationToken)
    {
        var found = await Sql.ListAsync(
            Sql.Command(connection, "select id, fingerprint, rule, rule_key, seen_at from dropped where id = any($1)", [StoryKey.Bytes(ids)]),
            Dropped,
            cancellationToken);
        return found.ToDictionary(dropped => dropped.Id);
    }

    /// <summary>A row of those.</summary>
    public static DroppedStory Dropped(NpgsqlDataReader row) => new(StoryKey.Id(row.GetFieldValue<byte[]>(0)), row.GetString(1), row.GetString(2), row.GetString(3))
    {
        SeenAt = row.IsDBNull(4) ? null : StoryKey.Instant(row.GetInt64(4)),
    };

    private static async Task<List<(long Place, byte[] Id)>> FirstAsync(NpgsqlConnection connection, StoryFilter filter, int limit, CancellationToken cancellationToken)
    {
        var sql = new Sql();
        var statement = filter.First(sql, limit);
        return await Sql.ListAsync(sql.Command(connection, statement), row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)), cancellationToken);
    }

    private static Story Read(NpgsqlDataReader row, bool withBody)
    {
        var story = StoryDocuments.Unpack(row.GetFieldValue<byte[]>(0));
        return withBody ? story with { Body = Packed.Body(row.GetFieldValue<byte[]>(1)) } : story;
    }
}
