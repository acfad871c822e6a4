using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Npgsql;
using NpgsqlTypes;

namespace Aggregator.Storage.PostgreSql;

/// <summary>Writes what a transaction decided, all stories at once: one statement a table, one round trip.</summary>
internal static class StoryFlush
{
    /// <summary>Writes the changes in the book, and what the writes hold beside stories. In a transaction.</summary>
    /// <returns>The names of lists that are in the table of lists once this is committed.</returns>
    public static async Task<List<string>> WriteAsync(NpgsqlConnection connection, StoryBook book, IReadOnlyList<Write> writes, KnownLists known, Guid node)
    {
        await using var batch = new NpgsqlBatch(connection);
        var changed = book.Stories.Where(story => story.IsChanged && (story.Before ?? story.Now) is not null).ToList();
        var named = known.Unknown(changed.Select(story => story.Now).OfType<Story>().SelectMany(Lists.NamesOf));
        AddLists(batch, named);
        AddStories(batch, [.. changed.Where(story => story.Now is not null)], book.Groups);
        AddTexts(batch, [.. changed.Where(story => story.Now is not null)]);
        AddVersions(batch, changed);
        AddPostings(batch, changed);
        AddLostAddresses(batch, changed);
        AddDeletions(batch, [.. changed.Where(story => story is { Before: not null, Now: null })]);
        AddKeys(batch, book);
        AddDropped(batch, book);
        AddCounts(batch, CountsOf(changed, book));
        AddChanges(batch, changed, node);
        foreach (var write in writes)
        {
            AddFeed(batch, write, node);
            AddHosts(batch, write.Batch.Hosts);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync();
        }

        return named;
    }

    private static void AddLists(NpgsqlBatch batch, List<string> names)
    {
        if (names.Count > 0)
        {
            Sql.Add(
                batch,
                "insert into lists (id, name) select * from unnest($1::bigint[], $2::text[]) on conflict do nothing",
                names.Select(Lists.Number).ToArray(), names.Select(PgText.Of).ToArray());
        }
    }

    /// <summary>What a story takes is reckoned when its text is stored.</summary>
    private static void AddStories(NpgsqlBatch batch, List<BookStory> changed, KeepGroups groups)
    {
        if (changed.Count > 0)
        {
            List<Story> stories = [.. changed.Select(story => story.Now!)];
            Sql.Add(
                batch,
                """
                insert into stories (id, place, cluster, fingerprint, document, kept, kept_under, bytes)
                select * from unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[], $5::bytea[], $6::smallint[], $7::text[], $8::bigint[])
                on conflict (id) do update set place = excluded.place, cluster = excluded.cluster, fingerprint = excluded.fingerprint, document = excluded.document,
                    kept = excluded.kept, kept_under = excluded.kept_under, bytes = coalesce(excluded.bytes, stories.bytes)
                """,
                Ids(stories), Places(stories), stories.Select(story => PgText.Of(story.Cluster.Value)).ToArray(),
                stories.Select(story => PgText.Of(story.Fingerprint)).ToArray(), stories.Select(StoryDocuments.Pack).ToArray(),
                stories.Select(Keeping.Rank).ToArray(), stories.Select(story => Keeping.Under(groups, story)).ToArray(),
                changed.Select(story => story.NewText is { } text ? StorySize.Of(story.Now!, text.Body.Length) : (long?)null).ToArray());
        }
    }

    private static void AddTexts(NpgsqlBatch batch, List<BookStory> stories)
    {
        if (stories.Where(story => story.NewText is not null).ToList() is { Count: > 0 } texts)
        {
            Sql.Add(
                batch,
                """
                insert into texts (id, place, lists, body, terms)
                select id, place, lists::bigint[], body, terms from unnest($1::bytea[], $2::bigint[], $3::text[], $4::bytea[], $5::text[]) as t (id, place, lists, body, terms)
                on conflict (id) do update set place = excluded.place, lists = excluded.lists, body = excluded.body, terms = excluded.terms
                """,
                Ids(texts.Select(story => story.Now!)), Places(texts.Select(story => story.Now!)), texts.Select(story => Literal(Lists.Of(story.Now!))).ToArray(),
                texts.Select(story => story.NewText!.Body).ToArray(), texts.Select(story => story.NewText!.Terms).ToArray());
        }

        var listed = stories.Where(story => story is { NewText: null, Before: { } before } && !Lists.Of(before).SequenceEqual(Lists.Of(story.Now!))).Select(story => story.Now!).ToList();
        if (listed.Count > 0)
        {
            Sql.Add(
                batch,
                "update texts t set lists = n.lists::bigint[] from unnest($1::bytea[], $2::text[]) as n (id, lists) where t.id = n.id",
                Ids(listed), listed.Select(story => Literal(Lists.Of(story))).ToArray());
        }
    }

    /// <summary>Of too many earlier texts the first stays and the next goes.</summary>
    private static void AddVersions(NpgsqlBatch batch, List<BookStory> stories)
    {
        foreach (var (story, version) in stories.Where(story => story is { Before: not null, Now: not null }).SelectMany(story => story.NewVersions.Select(version => (Id: StoryKey.Bytes(story.Now!.Id)!, version))))
        {
            Sql.Add(
                batch,
                "insert into versions (story, number, since, until, title, body) select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 from versions where story = $1",
                story, version.From.ToUnixTimeMilliseconds(), version.Until.ToUnixTimeMilliseconds(), PgText.Of(version.Title), Packed.Pack(new StoryBody("", version.Text)));
            Sql.Add(
                batch,
                """
                delete from versions where story = $1 and number in (
                    select number from versions where story = $1 order by number offset 1 limit greatest(0, (select count(*) from versions where story = $1) - $2))
                """,
                story, StoryVersion.MaxKept);
        }
    }

    /// <summary>Only the lists that a story enters or leaves are touched. In the order of the index, where neighbours lie on one page.</summary>
    private static void AddPostings(NpgsqlBatch batch, List<BookStory> stories)
    {
        var (gone, come) = (new List<(long List, long Place, byte[] Id)>(), new List<(long List, long Place, byte[] Id)>());
        foreach (var story in stories)
        {
            var (before, now) = (PostingsOf(story.Before), PostingsOf(story.Now));
            var id = StoryKey.Bytes((story.Now ?? story.Before)!.Id)!;
            gone.AddRange(before.Except(now).Select(posting => (posting.List, posting.Place, id)));
            come.AddRange(now.Except(before).Select(posting => (posting.List, posting.Place, id)));
        }

        Add("delete from postings p using unnest($1::bigint[], $2::bigint[], $3::bytea[]) as g (list, place, id) where p.list = g.list and p.place = g.place and p.id = g.id", gone);
        Add("insert into postings (list, place, id) select * from unnest($1::bigint[], $2::bigint[], $3::bytea[])", come);

        void Add(string statement, List<(long List, long Place, byte[] Id)> postings)
        {
            if (postings.Count > 0)
            {
                var sorted = postings.OrderBy(posting => posting.List).ThenBy(posting => posting.Place).ToList();
                Sql.Add(batch, statement, sorted.Select(posting => posting.List).ToArray(), sorted.Select(posting => posting.Place).ToArray(), sorted.Select(posting => posting.Id).ToArray());
            }
        }

        static List<(long List, long Place)> PostingsOf(Story? story) =>
            story is null ? [] : [.. Lists.Of(story).Select(list => (list, StoryKey.Place(story.OrderedAt)))];
    }

    /// <summary>Addresses that stories had and have no more lead to them no more.</summary>
    private static void AddLostAddresses(NpgsqlBatch batch, List<BookStory> changed)
    {
        var lost = changed.SelectMany(story => (story.Before?.ArticleKeys ?? []).Except(story.Now?.ArticleKeys ?? [])
            .Select(key => (Key: StoryKey.Address(key), story.Before!.Id))).OrderBy(address => address.Key, StringComparer.Ordinal).ToList();
        if (lost.Count > 0)
        {
            Sql.Add(
                batch,
                "delete from addresses a using unnest($1::bytea[], $2::bytea[]) as l (key, story) where a.key = l.key and a.story = l.story",
                lost.Select(address => Convert.FromHexString(address.Key)).ToArray(), StoryKey.Bytes(lost.Select(address => address.Id)));
        }
    }

    /// <summary>A story deleted for good leaves its ids and fingerprints; one that is forgotten leaves nothing.</summary>
    private static void AddDeletions(NpgsqlBatch batch, List<BookStory> deleted)
    {
        if (deleted.Count == 0)
        {
            return;
        }

        List<Story> stories = [.. deleted.Select(story => story.Before!)], kept = [.. deleted.Where(story => story.End == StoryEnd.ForGood).Select(story => story.Before!)];
        var ids = Ids(stories);
        if (kept.Count > 0)
        {
            Sql.Add(batch, "update entries set story = null where story = any($1)", [Ids(kept)]);
            Sql.Add(
                batch,
                "insert into entries (id, story, fingerprint) select id, null, fingerprint from unnest($1::bytea[], $2::text[]) as d (id, fingerprint) on conflict do nothing",
                Ids(kept), kept.Select(story => PgText.Of(story.Fingerprint)).ToArray());
        }

        Sql.Add(batch, "delete from entries where story = any($1)", [ids]);
        Sql.Add(batch, "delete from versions where story = any($1)", [ids]);
        Sql.Add(batch, "delete from texts where id = any($1)", [ids]);
        Sql.Add(batch, "delete from stories where id = any($1)", [ids]);
    }

    private static void AddKeys(NpgsqlBatch batch, StoryBook book)
    {
        var entries = book.NewEntries.Where(entry => book.Find(entry.Value.Story) is not null).ToList();
        if (entries.Count > 0)
        {
            Sql.Add(
                batch,
                """
                insert into entries (id, story, fingerprint) select * from unnest($1::bytea[], $2::bytea[], $3::text[])
                on conflict (id) do update set story = excluded.story, fingerprint = excluded.fingerprint
                """,
                StoryKey.Bytes(entries.Select(entry => entry.Key)), StoryKey.Bytes(entries.Select(entry => entry.Value.Story)), entries.Select(entry => PgText.Of(entry.Value.Fingerprint)).ToArray());
        }

        var addresses = book.NewAddresses.Where(address => book.Find(address.Value) is not null).OrderBy(address => address.Key, StringComparer.Ordinal).ToList();
        if (addresses.Count > 0)
        {
            Sql.Add(
                batch,
                "insert into addresses (key, story) select * from unnest($1::bytea[], $2::bytea[]) on conflict (key) do update set story = excluded.story where addresses.story <> excluded.story",
                addresses.Select(address => Convert.FromHexString(address.Key)).ToArray(), StoryKey.Bytes(addresses.Select(address => address.Value)));
        }
    }

    private static void AddDropped(NpgsqlBatch batch, StoryBook book)
    {
        if (book.NewDropped.Count > 0)
        {
            Sql.Add(batch, "delete from dropped where id = any($1)", [StoryKey.Bytes(book.NewDropped.Keys)]);
        }

        if (book.NewDropped.Values.OfType<DroppedStory>().ToList() is { Count: > 0 } dropped)
        {
            Sql.Add(
                batch,
                "insert into dropped (id, fingerprint, rule, rule_key, seen_at) select * from unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bigint[])",
                StoryKey.Bytes(dropped.Select(story => story.Id)), dropped.Select(story => PgText.Of(story.Fingerprint)).ToArray(),
                dropped.Select(story => PgText.Of(story.Rule)).ToArray(), dropped.Select(story => PgText.Of(story.RuleKey)).ToArray(),
                dropped.Select(story => story.SeenAt?.ToUnixTimeMilliseconds()).ToArray());
        }
    }

    private static Dictionary<string, long> CountsOf(List<BookStory> stories, StoryBook book)
    {
        var counts = new Dictionary<string, long>();
        foreach (var story in stories)
        {
            Counts.Add(counts, story.Before, -1);
            Counts.Add(counts, story.Now, 1);
        }

        foreach (var (rule, count) in book.DroppedByRule)
        {
            Counts.Add(counts, Counts.DroppedMark + Slug.Of(rule), count);
        }

        return counts;
    }

    private static void AddCounts(NpgsqlBatch batch, Dictionary<string, long> counts)
    {
        var changed = counts.Where(count => count.Value != 0).ToList();
        if (changed.Count > 0)
        {
            Sql.Add(
                batch,
                "insert into counts (name, n) select * from unnest($1::text[], $2::bigint[])",
                changed.Select(count => PgText.Of(count.Key)).ToArray(), changed.Select(count => count.Value).ToArray());
        }
    }

    private static void AddChanges(NpgsqlBatch batch, List<BookStory> stories, Guid node)
    {
        if (stories.Count > 0)
        {
            Sql.Add(batch, "insert into changes (story, node) select unnest($1::bytea[]), $2", Ids(stories.Select(story => (story.Now ?? story.Before)!)), node);
        }
    }

    /// <summary>
    /// A state saved under a claim that another process has taken over since is not stored: that process reads the feed anew, and its state is the
    /// later one. Where this process holds no claim, the claim of another is left alone.
    /// </summary>
    private static void AddFeed(NpgsqlBatch batch, Write write, Guid node)
    {
        if (write.Batch.Feed is { } state)
        {
            Sql.Add(
                batch,
                """
                insert into feeds (id, next_poll, last_poll, planned_at, is_gone, is_active, document, host) values ($1, $2, $3, $9, $4, false, $5, $8)
                on conflict (id) do update set
                    next_poll = excluded.next_poll, last_poll = excluded.last_poll, planned_at = excluded.planned_at,
                    is_gone = excluded.is_gone, document = excluded.document, host = excluded.host,
                    claimed_until = case when feeds.claimed_by = $6 then null else feeds.claimed_until end,
                    claimed_by = nullif(feeds.claimed_by, $6)
                where $7::bigint is null or feeds.claim = $7
                """,
                PgText.Of(state.Id.Value), state.NextPoll.ToUnixTimeMilliseconds(), Nullable(state.LastPoll?.ToUnixTimeMilliseconds()), state.Health == FeedHealth.Gone,
                FeedDocuments.Pack(state), node, Nullable(write.Claim), FeedTable.HostOf(state), Nullable(state.PlannedAt?.ToUnixTimeMilliseconds()));
        }
    }

    private static void AddHosts(NpgsqlBatch batch, IReadOnlyList<HostLesson> lessons)
    {
        foreach (var lesson in lessons)
        {
            if (lesson.IsEmpty)
            {
                Sql.Add(batch, "delete from hosts where host = $1", PgText.Of(lesson.Host));
            }
            else
            {
                Sql.Add(
                    batch,
                    """
                    insert into hosts (host, held_until, spacing, learned_at) values ($1, $2, $3, $4)
                    on conflict (host) do update set held_until = excluded.held_until, spacing = excluded.spacing, learned_at = excluded.learned_at
                    """,
                    PgText.Of(lesson.Host), Nullable(lesson.HeldUntil?.ToUnixTimeMilliseconds()), lesson.Spacing.TotalSeconds, lesson.LearnedAt.ToUnixTimeMilliseconds());
            }
        }
    }

    private static NpgsqlParameter Nullable(long? value) => new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = value is { } number ? number : DBNull.Value };

    private static byte[][] Ids(IEnumerable<Story> stories) => StoryKey.Bytes(stories.Select(story => story.Id));

    private static long[] Places(IEnumerable<Story> stories) => [.. stories.Select(story => StoryKey.Place(story.OrderedAt))];

    private static string Literal(long[] numbers) => $"{{{string.Join(',', numbers)}}}";
}
