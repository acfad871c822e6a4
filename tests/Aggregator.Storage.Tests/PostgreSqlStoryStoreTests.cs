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
public sealed class PostgreSqlStoryStoreTests(PostgreSqlServer server) : StoryStoreContract, IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);
    private static readonly FeedId Gazette = new("00000000000000cc");

    private readonly ConcurrentDictionary<string, bool> _schemas = [];

    [Fact]
    public async Task Claim_TwoProcessesOnOneDatabase_ShareTheFeeds()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        var feeds = Outlets(100);
        await one.ActivateFeedsAsync(feeds, Token);

        var claimed = new ConcurrentBag<FeedId>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), Token, async (round, token) =>
        {
            foreach (var state in await (round % 2 == 0 ? one : other).ClaimDueFeedsAsync(At, 7, Lease, token))
            {
                claimed.Add(state.Id);
            }
        });

        Assert.Equal(feeds.Select(feed => feed.Id.Value), claimed.Select(feed => feed.Value).Order(StringComparer.Ordinal));
    }

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
            await store.RetainAsync(Now, Token);
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
    public async Task Activate_SecondProcess_MakesNothingDueAndEndsNobodysClaim()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        var feeds = Outlets(30);
        await one.ActivateFeedsAsync(feeds, Token);
        var claimed = await one.ClaimDueFeedsAsync(At, 30, TimeSpan.FromHours(2), Token);
        foreach (var state in claimed.Take(15))
        {
            await one.SaveAsync(new StoryBatch([], state with { NextPoll = At.AddHours(1), LastPoll = At }), Token);
        }

        await using var other = await Open(schema);
        await other.ActivateFeedsAsync([.. feeds.Select(feed => feed with { FirstPoll = At.AddMinutes(1) })], Token);

        Assert.Empty(await other.ClaimDueFeedsAsync(At.AddMinutes(2), 30, Lease, Token));
        FeedState[] later = [.. await other.ClaimDueFeedsAsync(At.AddHours(1), 30, Lease, Token), .. await one.ClaimDueFeedsAsync(At.AddHours(1), 30, Lease, Token)];
        Assert.Equal(claimed.Take(15).Select(state => state.Id.Value), later.Select(state => state.Id.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Claim_ProcessIsDead_OthersTakeItsFeedsOver()
    {
        var schema = NewSchema();
        await using var survivor = await Open(schema);
        await survivor.ActivateFeedsAsync(Outlets(30), Token);
        await using var dying = await Open(schema);
        var claimed = await dying.ClaimDueFeedsAsync(At, 30, Lease, Token);
        var own = await survivor.ClaimDueFeedsAsync(At, 30, Lease, Token);
        Assert.Equal(30, claimed.Count + own.Count);

        await server.ExecuteAsync($"update {schema}.nodes set last_seen = now() - interval '31 seconds' where id = '{dying.Node}'");

        var taken = await survivor.ClaimDueFeedsAsync(At, 30, Lease, Token);
        Assert.Equal(claimed.Select(state => state.Id), taken.Select(state => state.Id));

        // It was only slow: what it read is stored once, and the state is the survivor's to tell.
        var feed = claimed[0].Id;
        await dying.SaveAsync(new StoryBatch([Story(feed, 1)], claimed[0] with { NextPoll = At.AddHours(1), Polls = 1 }), Token);
        Assert.Equal(0, (await survivor.FindFeedStateAsync(feed, Token))!.Polls);
        Assert.Empty(await dying.ClaimDueFeedsAsync(At, 30, Lease, Token));
        var saved = await survivor.SaveAsync(new StoryBatch([Story(feed, 1)], taken[0] with { NextPoll = At.AddHours(2), Polls = 1 }), Token);
        Assert.Equal(new SaveResult(0, 1), saved);
        Assert.Equal((1, At.AddHours(2)), ((await dying.FindFeedStateAsync(feed, Token))!.Polls, (await dying.FindFeedStateAsync(feed, Token))!.NextPoll));
    }

    [Fact]
    public async Task Claim_ProcessEndsInOrder_OthersHaveItsFeedsAtOnce()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await one.ActivateFeedsAsync(Outlets(30), Token);
        await using (var other = await Open(schema))
        {
            Assert.NotEmpty(await other.ClaimDueFeedsAsync(At, 30, Lease, Token));
        }

        Assert.Equal(30, (await one.ClaimDueFeedsAsync(At, 30, Lease, Token)).Count);
    }

    [Fact]
    public async Task Node_TimePasses_SaysThatItIsAlive()
    {
        var schema = NewSchema();
        await using var store = await PostgreSqlStoryStore.OpenAsync(await Options(schema, heartbeat: TimeSpan.FromMilliseconds(20)), TimeProvider.System, Token);

        await server.ExecuteAsync($"update {schema}.nodes set last_seen = now() - interval '1 hour'");

        while (await server.ExecuteAsync($"select 1 from {schema}.nodes where last_seen > now() - interval '1 minute'") is null)
        {
            Token.ThrowIfCancellationRequested();
        }
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
    public async Task Claim_AnotherProcessOnlyAsksQuestions_ItOwnsNoFeeds()
    {
        var schema = NewSchema();
        await using var polling = await Open(schema);
        await using var asking = await Open(schema);
        await polling.ActivateFeedsAsync(Outlets(30), Token);

        Assert.Empty((await asking.QueryAsync(new StoryQuery(), Token)).Stories);
        Assert.Equal(30, (await polling.ClaimDueFeedsAsync(At, 30, Lease, Token)).Count);
    }

    /// <summary>So that the pace at which a host is asked is one process's to keep.</summary>
    [Fact]
    public async Task Claim_ManyFeedsOfOneHost_AreOneProcesssAlone()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        await one.ActivateFeedsAsync([.. Enumerable.Range(0, 20).Select(number => new FeedActivation(new FeedId($"{number:x16}"), new Uri($"https://wire.example/{number}"), At))], Token);

        var claimed = new[] { (await one.ClaimDueFeedsAsync(At, 5, Lease, Token)).Count, (await other.ClaimDueFeedsAsync(At, 5, Lease, Token)).Count };

        Assert.Equal([0, 5], claimed.Order());
    }

    [Fact]
    public async Task Claim_NewProcessOwnsAHostThatAnotherStillPolls_WaitsForIt()
    {
        var schema = NewSchema();
        await using var first = await Open(schema);
        var feeds = Enumerable.Range(0, 40).SelectMany(host => new[] { Of(host, 0), Of(host, 1) }).ToList();
        await first.ActivateFeedsAsync(feeds, Token);
        var held = await first.ClaimDueFeedsAsync(At, 40, Lease, Token);

        await using var second = await Open(schema);
        var taken = await second.ClaimDueFeedsAsync(At, 80, Lease, Token);
        foreach (var state in held)
        {
            await first.SaveAsync(new StoryBatch([], state with { NextPoll = At.AddHours(1), LastPoll = At }), Token);
        }

        var later = await second.ClaimDueFeedsAsync(At, 80, Lease, Token);
        Assert.Empty(taken.Select(HostOf).Intersect(held.Select(HostOf)));
        Assert.NotEmpty(later.Select(HostOf).Intersect(held.Select(HostOf)));
        Assert.Empty(held.Select(state => state.Id).Intersect(later.Select(state => state.Id)));

        static FeedActivation Of(int host, int feed) => new(new FeedId($"{(feed * 40) + host:x16}"), new Uri($"https://outlet{host}.example/{feed}"), At);
        static string HostOf(FeedState state) => state.Address.Host;
    }

    [Fact]
    public async Task TakeOthersChanges_AnotherProcessStoresAndDeletes_TellsThisOneOnce()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        await one.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
        Assert.Equal(OthersChanges.None.Count, (await other.TakeOthersChangesAsync(Token)).Count);

        await one.SaveAsync(new StoryBatch([Story(Wire, 2), Story(Wire, 3)], null), Token);
        await one.DeleteStoriesAsync([Story(Wire, 1).Id], StoryEnd.ForGood, Token);
        await other.SaveAsync(new StoryBatch([Story(Wire, 4)], null), Token);

        var told = await other.TakeOthersChangesAsync(Token);
        Assert.Equal((3, true), (told.Count, told.IsWhole));
        Assert.Equal([Story(Wire, 2).Id, Story(Wire, 3).Id], told.Stories.Select(story => story.Id).OrderBy(id => id == Story(Wire, 3).Id));
        Assert.All(told.Stories, story => Assert.NotNull(story.Body));
        Assert.Equal(0, (await other.TakeOthersChangesAsync(Token)).Count);
    }

    [Fact]
    public async Task Save_SameArticleByTwoProcessesAtOnce_IsOneStory()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        for (var round = 0; round < 20; round++)
        {
            var story = Story(Wire, round);
            var again = Story(Gazette, round) with { Link = story.Link };

            var saved = await Task.WhenAll(one.SaveAsync(new StoryBatch([story], null), Token), other.SaveAsync(new StoryBatch([again], null), Token));

            Assert.Equal((1, 1), (saved.Sum(result => result.Added), saved.Sum(result => result.Carried)));
        }

        Assert.Equal(20, (await one.CountAsync(Token)).Stories);
        Assert.Equal(20, (await one.QueryAsync(new StoryQuery { Feeds = [Gazette] }, Token)).Stories.Count);
    }

    [Fact]
    public async Task Save_SameStoryByTwoProcessesAtOnce_IsCountedOnce()
    {
        var schema = NewSchema();
        await using var one = await Open(schema);
        await using var other = await Open(schema);
        for (var round = 0; round < 20; round++)
        {
            var saved = await Task.WhenAll(
                one.SaveAsync(new StoryBatch([Story(Wire, round, "AI")], null), Token), other.SaveAsync(new StoryBatch([Story(Wire, round, "Space")], null), Token));

            Assert.Equal((1, 1), (saved.Sum(result => result.Added), saved.Sum(result => result.Replaced)));
        }

        var counts = await one.CountAsync(Token);
        Assert.Equal((20, 20), (counts.Stories, counts.ByTopic.Values.Sum()));
    }

    [Fact]
    public async Task Open_SeveralProcessesAtOnce_MakeTheTablesOnce()
    {
        var schema = NewSchema();

        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Open(schema)));

        await stores[0].SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
        Assert.Equal([1], await Numbers(stores[5], new StoryQuery()));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
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

    private async Task<PostgreSqlStoryStoreOptions> Options(string schema, StoryRetention? retention = null, TimeSpan? heartbeat = null)
    {
        _schemas[schema] = true;
        return new PostgreSqlStoryStoreOptions
        {
            ConnectionString = new Npgsql.NpgsqlConnectionStringBuilder(await server.ConnectAsync()) { ApplicationName = schema, MaxPoolSize = 8 }.ConnectionString,
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
