using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Model.Text;
using Aggregator.Storage.PostgreSql;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Storage.Tests;

/// <summary>The contract on PostgreSQL, and what only a store for several processes on a server can get wrong.</summary>
public sealed partial class PostgreSqlStoryStoreTests(PostgreSqlServer server) : StoryStoreContract, IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);
    private static readonly FeedId Gazette = new("00000000000000cc");

    private readonly ConcurrentDictionary<string, bool> _schemas = [];

    [Fact]
    public async Task Retain_TablesAsLargeAsTheyMayBe_TheOldestMakeRoom()
    {
        var schema = NewSchema();
        await using var store = await Open(schema, new StoryRetention { MaxBytes = 20 << 20 });
        var next = 0;
        for (var round = 0; round < 16; round++)
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(next, 20).Select(Bulky)], null), Token);
            next += 20;
            await store.RetainAsync(Now.AddDays(1), Token);
        }

        var counts = await store.CountAsync(Token);
        Assert.InRange(counts.Stories, 1, 300);
        Assert.Equal([next - 1], await Numbers(store, new StoryQuery { Limit = 1 }));
        Assert.Equal(Now.AddMinutes(next - counts.Stories - 1), counts.KeptSince);
    }

    [Fact]
    public async Task BackUp_OnAServer_NamesItsOwnMeans()
    {
        await using var store = await Open(NewSchema());

        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => store.BackUpAsync((_, _) => Task.CompletedTask, Token));

        Assert.Contains("pg_dump", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TablesOfAnEarlierVersion_AreBroughtUpToDateWithWhatTheyHold()
    {
        var schema = NewSchema();
        await using (var database = Database.Of(await Options(schema)))
        {
            await Migrator.ApplyAsync(database, 1, Token);
            await database.WriteAsync(
                connection => Sql.Command(
                    connection,
                    "insert into feeds (id, next_poll, is_gone, is_active, document) values ($1, 0, false, true, $2)",
                    Wire.Value, FeedDocuments.Pack(new FeedState { Id = Wire, Address = new Uri("https://wire.example/"), NextPoll = At })).ExecuteNonQueryAsync(Token),
                Token);
        }

        await using var store = await Open(schema);
        await store.ActivateFeedsAsync([new(Wire, new Uri("https://wire.example/"), At)], Token);

        Assert.Equal(Wire, Assert.Single(await store.ClaimDueFeedsAsync(At, 10, Lease, Token)).Id);
        Assert.Equal("wire.example", await server.ExecuteAsync($"select host from {schema}.feeds"));
    }

    [Fact]
    public async Task Retain_StoriesThatAnEarlierVersionStored_AreBroughtIntoOrderFirst()
    {
        var schema = NewSchema();
        await using (var store = await Open(schema))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 600).Select(number => Story(Wire, number, number % 2 == 0 ? ["AI"] : []))], null), Token);
        }

        await server.ExecuteAsync($"drop table {schema}.keeping; alter table {schema}.stories drop column kept, drop column kept_under, drop column bytes; alter table {schema}.feeds drop column planned_at; alter table {schema}.dropped drop column seen_at; update {schema}.schema_version set version = 3");
        await using var again = await Open(schema, new StoryRetention { MaxStories = 400, Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxStories = 350 } } });
        Assert.Equal(600, (await again.MeasureKeptAsync(Token)).NotYetSorted);
        await again.PinAsync(Story(Wire, 599).Id, true, Now, Token);

        Assert.Equal(199, await again.RetainAsync(Now, Token));

        var kept = await again.MeasureKeptAsync(Token);
        Assert.Equal((null, 100, 300, 1), (kept.NotYetSorted, kept.Of(KeepRank.Untagged).Stories, kept.Of(KeepRank.Tagged).Stories, kept.Of(KeepRank.Pinned).Stories));
        Assert.Equal(300, kept.ByGroup[KeepGroup.OfTopic("ai")].Stories);
        Assert.All(await again.ListKeptAsync(new KeptQuery { Limit = 500 }, Token), story => Assert.InRange(story.Bytes, 600, 5000));
    }

    [Fact]
    public async Task Save_LinkChangesEachTime_KeepsTheKeysOfTheAddressesItHas()
    {
        var schema = NewSchema();
        await using var store = await Open(schema);
        var story = Story(Wire, 1);
        for (var time = 0; time < 5; time++)
        {
            await store.SaveAsync(new StoryBatch([story with { Link = new Uri($"https://wire.example/{time}") }], null), Token);
        }

        Assert.Equal(1L, await server.ExecuteAsync($"select count(*) from {schema}.addresses"));
        await store.DeleteStoriesAsync([story.Id], StoryEnd.Forgotten, Token);
        Assert.Equal(0L, await server.ExecuteAsync($"select count(*) from {schema}.addresses"));
    }

    [Fact]
    public async Task Open_TablesOfANewerProgram_IsRefused()
    {
        var schema = NewSchema();
        await (await Open(schema)).DisposeAsync();
        await server.ExecuteAsync($"update {schema}.schema_version set version = 99");

        var fault = await Assert.ThrowsAsync<StoreException>(() => Open(schema));

        Assert.Contains("newer version of this program (schema 99", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ServerAway_IsToldWithoutThePassword()
    {
        var fault = await Assert.ThrowsAsync<StoreException>(() => PostgreSqlStoryStore.OpenAsync(
            new PostgreSqlStoryStoreOptions { ConnectionString = "Host=127.0.0.1;Port=1;Database=news;Username=u;Password=swordfish;Timeout=5" }, TimeProvider.System, Token));

        Assert.StartsWith("the PostgreSQL server 127.0.0.1:1/news cannot be reached: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=swordfish")]
    [InlineData("swordfish")]
    [InlineData("Password=swordfish")]
    [InlineData("Host=127.0.0.1;Swordfish=swordfish")]
    public async Task Open_ConnectionStringThatCannotBeRead_IsToldWithoutRepeatingIt(string text)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(() => PostgreSqlStoryStore.OpenAsync(new PostgreSqlStoryStoreOptions { ConnectionString = text }, TimeProvider.System, Token));

        Assert.DoesNotContain("swordfish", fault.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("connection string", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NoSuchDatabase_SaysWhatToDo()
    {
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(await server.ConnectAsync()) { Database = "nowhere" }.ConnectionString;

        var fault = await Assert.ThrowsAsync<StoreException>(() => PostgreSqlStoryStore.OpenAsync(new PostgreSqlStoryStoreOptions { ConnectionString = connection }, TimeProvider.System, Token));

        Assert.Contains("/nowhere has no such database: make it (createdb)", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The connections of a process end when the server is started anew; whoever comes next must not be told.</summary>
    [Fact]
    public async Task Use_ServerHasEndedAllConnections_GoesOn()
    {
        var schema = NewSchema();
        await using var store = await Open(schema);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);

        await EndConnections();
        Assert.Equal([1], await Numbers(store, new StoryQuery()));
        await EndConnections();
        Assert.Equal(new SaveResult(1, 0), await store.SaveAsync(new StoryBatch([Story(Wire, 2)], null), Token));

        Task EndConnections() => server.ExecuteAsync($"select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '{schema}'");
    }

    /// <summary>Who is told that the server has no connection to spare lowers the number.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Retain_FewConnections_DropsWhileOthersStore(int connections)
    {
        await using var store = await PostgreSqlStoryStore.OpenAsync(await Options(NewSchema(), new StoryRetention { MaxStories = 10 }, connections: connections), TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 300).Select(number => Story(Wire, number))], null), Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(5));

        var storing = Enumerable.Range(300, 20).Select(number => store.SaveAsync(new StoryBatch([Story(Wire, number)], null), Token)).ToList();
        var dropped = await store.RetainAsync(Now, patience.Token);
        await Task.WhenAll(storing);

        Assert.Equal(310, dropped + await store.RetainAsync(Now, patience.Token));
    }

    [Fact]
    public async Task Use_AfterDispose_ThrowsStoreException()
    {
        var store = await Open(NewSchema());
        await store.DisposeAsync();

        await Assert.ThrowsAsync<StoreException>(() => store.QueryAsync(new StoryQuery(), Token));
        await Assert.ThrowsAsync<StoreException>(() => store.SaveAsync(new StoryBatch([], null), Token));
    }

    [Fact]
    public async Task Save_TextsThatBreakStatements_AreHeldAsTheyAre()
    {
        await using var store = await Open(NewSchema());
        const string Odd = "'; drop table stories; -- \\ \" $1 % _ {} :* | & ! <->";
        var feed = new FeedId(Odd);
        var story = Story(Wire, 1, Odd) with
        {
            Feed = feed,
            Title = Odd,
            Cluster = new ClusterId(Odd),
            Fingerprint = Odd,
            Rules = [new RuleEffect(Odd, RuleAction.Feed, Odd)],
            Body = new StoryBody(Odd, Odd),
        };
        await store.SaveAsync(new StoryBatch([story], null) { Hosts = [new HostLesson(Odd) { Spacing = TimeSpan.FromSeconds(1) }], Dropped = [new DroppedStory(Story(Wire, 2).Id, Odd, Odd, Odd)] }, Token);

        var found = Assert.Single((await store.QueryAsync(new StoryQuery { Feeds = [feed], Cluster = new ClusterId(Odd), Topics = [Slug.Of(Odd)], WithBody = true }, Token)).Stories);
        Assert.Equal((Odd, Odd, Odd, feed), (found.Title, found.Body!.Text, found.Fingerprint, found.Feed));
        Assert.Equal(Odd, (await store.FindFingerprintsAsync([story.Id], Token))[story.Id]);
        Assert.Empty((await store.QueryAsync(new StoryQuery { Topics = [Odd], SavedFeed = Odd }, Token)).Stories);
        foreach (var term in new[] { Odd, "'", "\\", "", "':*", "a' | 'b" })
        {
            Assert.Empty((await store.QueryAsync(new StoryQuery { Text = Phrase(false, term) }, Token)).Stories);
            Assert.Empty((await store.QueryAsync(new StoryQuery { Text = Phrase(true, "drop", term) }, Token)).Stories);
        }

        Assert.Single((await store.QueryAsync(new StoryQuery { Text = Phrase(true, "drop", "tabl") }, Token)).Stories);
    }

    /// <summary>PostgreSQL's text can hold neither; both come from feeds.</summary>
    [Fact]
    public async Task Save_NulsAndHalvesOfPairs_AreStored()
    {
        await using var store = await Open(NewSchema());
        var story = Story(Wire, 1, "A\0I") with { Title = "Story 1\0 \ud83d end", Fingerprint = "f\0", Cluster = new ClusterId("c\0\udc00"), Body = new StoryBody("<p>b\0</p>", "bee\0 \ud83d hive") };

        await store.SaveAsync(new StoryBatch([story], null), Token);
        await store.SaveAsync(new StoryBatch([story with { Title = "Story 1", Updated = At.AddDays(1) }], null), Token);

        var found = (await store.FindStoryAsync(story.Id, Token))!;
        Assert.Equal(("Story 1", "bee\0 \ufffd hive"), (found.Title, found.Body!.Text));
        Assert.Equal("Story 1\u2400 \ufffd end", Assert.Single(await store.ListVersionsAsync(story.Id, Token)).Title);
        Assert.Single((await store.QueryAsync(new StoryQuery { Text = Phrase(false, "hive") }, Token)).Stories);
        Assert.Null(await store.FindStoryAsync(new StoryId("no id\0"), Token));
        Assert.Null(await store.FindFeedStateAsync(new FeedId("\0\ud83d"), Token));
        Assert.Null(await store.FindSubscriptionAsync("\0", Token));
    }

    [Fact]
    public async Task Save_LongestTexts_AreStoredAndFoundByTheirBeginning()
    {
        await using var store = await Open(NewSchema());
        var words = string.Join(' ', Enumerable.Range(0, 400_000).Select(number => $"w{number:x}漢字"));
        var story = Story(Wire, 1) with { Title = new string('x', 5_000), Body = new StoryBody("", words + " hindmost") };

        await store.SaveAsync(new StoryBatch([story], null), Token);

        Assert.Equal(words.Length + 9, (await store.FindStoryAsync(story.Id, Token))!.Body!.Text.Length);
        Assert.Single((await store.QueryAsync(new StoryQuery { Text = Phrase(false, "w10") }, Token)).Stories);
        Assert.Single((await store.QueryAsync(new StoryQuery { Text = Phrase(true, new string('x', 5_000)) }, Token)).Stories);
        Assert.Empty((await store.QueryAsync(new StoryQuery { Text = Phrase(false, "hindmost") }, Token)).Stories);
    }

    [Fact]
    public async Task Save_OneOfManyCannotBeStored_FailsItsCallerOnly()
    {
        await using var store = await Open(NewSchema());

        var saves = Enumerable.Range(0, 20).Select(number => store.SaveAsync(
            new StoryBatch([number == 10 ? Story(Wire, number) with { Id = new StoryId("no id") } : Story(Wire, number)], null), Token)).ToList();
        await Task.WhenAll(saves).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal([10], Enumerable.Range(0, 20).Where(number => saves[number].IsFaulted));
        Assert.Contains("\"Story 10\"", saves[10].Exception!.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal(19, (await store.CountAsync(Token)).Stories);
    }

    [Fact]
    public async Task Query_WordsAcrossManyStories_AreFoundNewestFirstPageByPage()
    {
        await using var store = await Open(NewSchema());
        for (var batch = 0; batch < 10; batch++)
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(batch * 500, 500).Select(Told)], null), Token);
        }

        var seen = new List<int>();
        var query = new StoryQuery { Text = Phrase(false, "seventh", "hive"), Topics = ["ai"], Limit = 100 };
        for (var page = await store.QueryAsync(query, Token); ; page = await store.QueryAsync(query, Token))
        {
            seen.AddRange(page.Stories.Select(Number));
            if (page.Next is null)
            {
                break;
            }

            query = query with { After = page.Next };
        }

        Assert.Equal(Enumerable.Range(0, 5_000).Where(number => number % 7 == 0 && number % 2 == 0), seen);
        Assert.Equal([4_999], await Numbers(store, new StoryQuery { Text = Phrase(false, "last") }));
        Assert.Equal([10, 9], (await Numbers(store, new StoryQuery { Text = new TextCondition.AnyOf([Phrase(true, "10"), Phrase(true, "9")]) })).OrderDescending());

        var ranked = await store.QueryAsync(new StoryQuery { Text = Phrase(false, "hive"), ByRelevance = true, Limit = 5 }, Token);
        Assert.Equal((2_000, 5, null), (ranked.ComparedOnly, ranked.Stories.Count, ranked.Next));

        static Story Told(int number) => Story(Wire, number, number % 2 == 0 ? ["AI"] : []) with
        {
            Body = new StoryBody("", $"Of bees\nthe {(number % 7 == 0 ? "seventh" : "other")} hive{(number == 4_999 ? " last" : "")}"),
        };

        static int Number(Story story) => int.Parse(story.Title["Story ".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Query_ByRelevance_PutsTheTitleFirst()
    {
        await using var store = await Open(NewSchema());
        await store.SaveAsync(
            new StoryBatch(
                [
                    Story(Wire, 1) with { Body = new StoryBody("", "A robot, once, among many other words that say nothing of it") },
                    Story(Wire, 2) with { Title = "Story of a robot", Body = new StoryBody("", "A robot and a robot") },
                    Story(Wire, 3) with { Body = new StoryBody("", "A robot and a robot") },
                ],
                null),
            Token);

        var page = await store.QueryAsync(new StoryQuery { Text = Phrase(false, "robot"), ByRelevance = true }, Token);

        Assert.Equal([Story(Wire, 2).Id, Story(Wire, 3).Id, Story(Wire, 1).Id], page.Stories.Select(story => story.Id));
        Assert.Null(page.ComparedOnly);
    }

    [Fact]
    public async Task Query_ManyFeeds_AreReadTogether()
    {
        await using var store = await Open(NewSchema());
        var feeds = Enumerable.Range(0, 100).Select(number => new FeedId($"{number:x16}")).ToList();
        await store.SaveAsync(new StoryBatch([.. feeds.Select((feed, number) => Story(feed, number, "AI"))], null), Token);

        Assert.Equal(Enumerable.Range(0, 90), await Numbers(store, new StoryQuery { Feeds = [.. feeds.Take(90)], Limit = 500 }));
        Assert.Equal(Enumerable.Range(0, 30), await Numbers(store, new StoryQuery { Feeds = [.. feeds.Take(30)], Topics = ["ai"], Muted = MutedStories.Included }));
    }

    [Fact]
    public async Task RebuildTextIndex_IndexWasLost_MakesItAnewWhileStoringGoesOn()
    {
        var schema = NewSchema();
        await using var store = await Open(schema);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 450).Select(number => Story(Wire, number))], null), Token);
        await server.ExecuteAsync($"drop index {schema}.texts_terms; update {schema}.texts set terms = '', lists = lists");
        var told = 0L;

        var rebuilding = store.RebuildTextIndexAsync(new Told(count => told = count), Token);
        await store.SaveAsync(new StoryBatch([Story(Wire, 450)], null), Token);
        await rebuilding;

        Assert.True(store.CanSearchText);
        Assert.InRange(told, 450, 451);
        Assert.Equal(Enumerable.Range(0, 451), await Numbers(store, new StoryQuery { Text = Phrase(false, "ümlauts"), Limit = 500 }));
    }

    [Fact]
    public async Task Counts_ManyDifferences_AreFoldedWithoutLoss()
    {
        var schema = NewSchema();
        var clock = new FakeTimeProvider();
        await using var store = await PostgreSqlStoryStore.OpenAsync(await Options(schema), clock, Token);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 3).Select(number => Story(Wire, number, "AI"))], null), Token);
        await server.ExecuteAsync($"insert into {schema}.counts select 't|ai', 1 from generate_series(1, 2000)");

        clock.Advance(TimeSpan.FromSeconds(10));

        while (await server.ExecuteAsync($"select count(*) from {schema}.counts") is > 10L)
        {
            Token.ThrowIfCancellationRequested();
        }

        var counts = await store.CountAsync(Token);
        Assert.Equal((3, 2_003), (counts.Stories, counts.ByTopic["ai"]));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var schema in _schemas.Keys)
        {
            await server.ExecuteAsync($"drop schema if exists {schema} cascade");
        }
    }

    protected override async Task<IStoryStore> OpenAsync(string folder, StoryRetention retention) =>
        await Open($"t{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 8))}", retention);

    private static readonly DateTimeOffset At = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static TextCondition.Phrase Phrase(bool titleOnly, params string[] terms) => new TextCondition.Phrase([new TermPhrase(terms, false)], titleOnly);

    private static string NewSchema() => $"t{Guid.NewGuid():n}";

    private async Task<PostgreSqlStoryStore> Open(string schema, StoryRetention? retention = null) =>
        await PostgreSqlStoryStore.OpenAsync(await Options(schema, retention), TimeProvider.System, Token);

    /// <summary>Feeds of as many hosts: of thirty, each of two processes has some.</summary>
    private static List<FeedActivation> Outlets(int count) =>
        [.. Enumerable.Range(0, count).Select(number => new FeedActivation(new FeedId($"{number:x16}"), new Uri($"https://{number}.example/"), At))];

    private async Task<PostgreSqlStoryStoreOptions> Options(string schema, StoryRetention? retention = null, TimeSpan? heartbeat = null, int connections = 8)
    {
        _schemas[schema] = true;
        return new PostgreSqlStoryStoreOptions
        {
            ConnectionString = new Npgsql.NpgsqlConnectionStringBuilder(await server.ConnectAsync()) { ApplicationName = schema, MaxPoolSize = connections }.ConnectionString,
            Schema = schema,
            Retention = retention ?? new StoryRetention(),
            HeartbeatEvery = heartbeat ?? TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>Progress as it is told, on the teller's thread.</summary>
    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
