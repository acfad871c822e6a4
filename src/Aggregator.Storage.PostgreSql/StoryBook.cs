using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Npgsql;

namespace Aggregator.Storage.PostgreSql;

/// <summary>A story within a transaction: as it was stored, and as it is to be.</summary>
internal sealed class BookStory(Story? before, byte[]? packedBody)
{
    private StoryBody? _body;

    /// <summary>The story as it is stored, without its text. Null: it is not.</summary>
    public Story? Before { get; } = before;

    /// <summary>The story as it is to be. Null: it is deleted.</summary>
    public Story? Now { get; set; } = before;

    /// <summary>What becomes of a story that is deleted.</summary>
    public StoryEnd End { get; set; }

    /// <summary>The text as it is to be.</summary>
    public StoryBody Body
    {
        get => _body ??= packedBody is null ? StoryBody.Empty : Packed.Body(packedBody);
        set => _body = value;
    }

    /// <summary>The text to store. Null: what is stored stays.</summary>
    public StoredText? NewText { get; set; }

    /// <summary>Earlier texts to keep, the oldest first.</summary>
    public List<StoryVersion> NewVersions { get; } = [];

    /// <summary>Whether anything is to be done.</summary>
    public bool IsChanged => !ReferenceEquals(Before, Now) || NewText is not null;
}

/// <summary>
/// What one transaction knows of the stories that it decides about, and what it changes of that: read at its beginning, under locks, and written at
/// its end in a few statements however many stories there are (<see cref="StoryFlush"/>).
/// </summary>
internal sealed class StoryBook
{
    private readonly Dictionary<StoryId, BookStory> _stories = [];
    private readonly Dictionary<StoryId, StoryId?> _entries = [];
    private readonly Dictionary<string, StoryId> _addresses = [];
    private readonly Dictionary<StoryId, DroppedStory> _dropped = [];

    /// <summary>What stories are kept under.</summary>
    public KeepGroups Groups { get; private set; } = KeepGroups.None;

    /// <summary>The stories known, stored or not.</summary>
    public IEnumerable<BookStory> Stories => _stories.Values;

    /// <summary>Entries of other feeds that lead to a story from now on, with their fingerprints.</summary>
    public Dictionary<StoryId, (StoryId Story, string Fingerprint)> NewEntries { get; } = [];

    /// <summary>Addresses that lead to a story from now on.</summary>
    public Dictionary<string, StoryId> NewAddresses { get; } = [];

    /// <summary>What is remembered of dropped stories from now on; null: nothing any more.</summary>
    public Dictionary<StoryId, DroppedStory?> NewDropped { get; } = [];

    /// <summary>Differences of the counts of dropped stories, by rule.</summary>
    public Dictionary<string, long> DroppedByRule { get; } = [];

    /// <summary>Takes the locks and reads all that these writes may have to do with. In a transaction.</summary>
    public static async Task<StoryBook> LoadAsync(NpgsqlConnection connection, string schema, IReadOnlyList<Write> writes)
    {
        var book = new StoryBook();
        var ids = writes.SelectMany(write => write.Ids).Distinct().ToList();
        if (ids.Count == 0)
        {
            return book;
        }

        var addresses = writes.SelectMany(write => write.Batch.Stories).SelectMany(story => story.ArticleKeys).Distinct().Select(StoryKey.Address).ToList();
        var (keys, hashes) = (StoryKey.Bytes(ids), addresses.Select(Convert.FromHexString).ToArray());
        var (statement, values) = Locks.Of(schema, ids, addresses);
        await using var batch = new NpgsqlBatch(connection);
        Sql.Add(batch, statement, values);

        // Before the entries: what another transaction deleted while this one waited for it is found among those.
        Sql.Add(
            batch,
            """
            select s.document, case when $3 then t.body end from stories s join texts t using (id)
            where s.id in (
                select unnest($1::bytea[])
                union select story from entries where id = any($1) and story is not null
                union select story from addresses where key = any($2))
            order by s.id for update of s
            """,
            keys, hashes, writes.Any(write => write.Batch.Stories.Count > 0));
        Sql.Add(batch, "select id, story from entries where id = any($1)", [keys]);
        Sql.Add(batch, "select key, story from addresses where key = any($1)", [hashes]);
        Sql.Add(batch, "select id, fingerprint, rule, rule_key, seen_at from dropped where id = any($1)", [keys]);
        Sql.Add(batch, "select groups from keeping");
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            // The locks: nothing to know.
        }

        await book.ReadAsync(reader);
        return book;
    }

    /// <summary>Whether a story was deleted for good, or is the entry of one that was.</summary>
    public bool IsDeleted(StoryId id) => _entries.TryGetValue(id, out var story)
        ? story is null || IsDeleted(story.Value)
        : _stories.TryGetValue(id, out var known) && known.Now is null;

    /// <summary>A story by its own id or by that of another feed's entry of the same article. Null: there is none.</summary>
    public BookStory? Find(StoryId id) =>
        _stories.GetValueOrDefault(_entries.TryGetValue(id, out var story) && story is not null ? story.Value : id) is { Now: not null } found ? found : null;

    /// <summary>The story of the same article as one that is not stored. Null: there is none.</summary>
    public BookStory? FindSameArticle(Story story)
    {
        foreach (var key in story.ArticleKeys)
        {
            if (_addresses.TryGetValue(StoryKey.Address(key), out var id) && Find(id) is { } found
                && SameArticle.Tells(found.Now! with { Body = found.Body }, story))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>A story that is not stored yet.</summary>
    public void Add(Story story, StoredText text)
    {
        _stories[story.Id] = new BookStory(null, null) { Now = story, Body = story.Body ?? StoryBody.Empty, NewText = text };
        PutAddresses(story);
    }

    /// <summary>An address that several stories have leads to the one stored last: a page that is written anew every day.</summary>
    public void PutAddresses(Story story)
    {
        foreach (var address in story.ArticleKeys.Select(StoryKey.Address))
        {
            _addresses[address] = NewAddresses[address] = story.Id;
        }
    }

    /// <summary>An entry of another feed leads to a story.</summary>
    public void Lead(Story entry, StoryId to)
    {
        _entries[entry.Id] = to;
        NewEntries[entry.Id] = (to, entry.Fingerprint);
    }

    /// <summary>What is remembered of a dropped story.</summary>
    public void Remember(DroppedStory dropped)
    {
        Forget(dropped.Id);
        _dropped[dropped.Id] = dropped;
        NewDropped[dropped.Id] = dropped;
        Count(dropped.Rule, 1);
    }

    /// <summary>What is remembered of a dropped story ends.</summary>
    public void Forget(StoryId dropped)
    {
        if (_dropped.Remove(dropped, out var known))
        {
            NewDropped[dropped] = null;
            Count(known.Rule, -1);
        }
    }

    /// <summary>Likewise, if its entry was not seen for long.</summary>
    public void Forget(StoryId dropped, DateTimeOffset now)
    {
        if (_dropped.GetValueOrDefault(dropped)?.SeenAt is { } seen && DroppedStory.IsOver(seen, now))
        {
            Forget(dropped);
        }
    }

    private async Task ReadAsync(NpgsqlDataReader reader)
    {
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            var story = StoryDocuments.Unpack(reader.GetFieldValue<byte[]>(0));
            _stories[story.Id] = new BookStory(story, reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1));
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            _entries[StoryKey.Id(reader.GetFieldValue<byte[]>(0))] = reader.IsDBNull(1) ? null : StoryKey.Id(reader.GetFieldValue<byte[]>(1));
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            _addresses[Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0))] = StoryKey.Id(reader.GetFieldValue<byte[]>(1));
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            var dropped = StoryQueries.Dropped(reader);
            _dropped[dropped.Id] = dropped;
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            Groups = KeepGroups.Parse(reader.GetString(0));
        }
    }

    private void Count(string rule, int direction) => DroppedByRule[rule] = DroppedByRule.GetValueOrDefault(rule) + direction;
}
