using System.Reflection;
using Aggregator.Content.Clustering;
using Aggregator.Model.Feeds;
using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Service.Hosting;
using Aggregator.Service.Polling;
using Aggregator.Service.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aggregator.Service.Tests.Polling;

public sealed class ClusterWindowTests
{
    private static readonly (string Title, string Text)[] Recall =
    [
        ("Veloura recalls 58,000 scooters over brakes", "Veloura calls back 58,000 electric scooters of the Swan model because a brake cable can tear. The Spanish maker knows of eleven falls, two of them with broken bones. Owners get the cable replaced free of charge at any dealer, said Veloura's safety chief Marta Quiroga in Valencia."),
        ("Torn brake cables: Swan e-scooters called back", "Owners of a Swan scooter by Veloura should stop riding. The brake cable can tear, the maker from Valencia warns, and 58,000 vehicles are called back to dealers. Eleven riders fell, says Marta Quiroga, who is responsible for safety. The replacement is free."),
        ("Veloura Swan scooters recalled after falls", "The scooter maker Veloura of Valencia recalls 58,000 of its Swan scooters. After eleven falls it found that a brake cable can tear, safety chief Marta Quiroga said, and dealers replace it free of charge."),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Assign_StoryThatShowsTwoStoredClustersToBeOne_MovesTheStoredStories()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(0), Story(1)], null), Token);
        using var window = new ClusterWindow(store, new ClusteringOptions(), new FakeTimeProvider(TestStories.Morning.AddHours(1)), NullLogger<ClusterWindow>.Instance);

        var cluster = (await window.AssignAsync(Story(2), Token)).Cluster;

        Assert.Equal(Story(0).Cluster, cluster);
        Assert.Equal(2, (await store.QueryAsync(new StoryQuery { Cluster = cluster }, Token)).Stories.Count);
    }

    [Fact]
    public async Task Assign_StorySavedAfterItsClusterWasJoined_FollowsLater()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(0), Story(1)], null), Token);
        var clock = new FakeTimeProvider(TestStories.Morning.AddHours(1));
        using var window = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);
        var cluster = (await window.AssignAsync(Story(2), Token)).Cluster;
        await store.SaveAsync(new StoryBatch([Story(9) with { Cluster = Story(1).Cluster }], null), Token);

        clock.Advance(TimeSpan.FromMinutes(11));
        await window.AssignAsync(TestStories.Make(20), Token);

        Assert.Equal(3, (await store.QueryAsync(new StoryQuery { Cluster = cluster }, Token)).Stories.Count);
    }

    /// <summary>A poll's time ends whenever it does, and the stop of the service too.</summary>
    [Fact]
    public async Task Assign_CalledOffWhileStoredStoriesAreMoved_MovesThemAllTheSame()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(0), Story(1)], null), Token);
        using var lease = new CancellationTokenSource();
        var late = FaultyStore.Of((method, arguments) =>
        {
            if (method.Name == nameof(IStoryStore.JoinClustersAsync))
            {
                lease.Cancel();
                ((CancellationToken)arguments[^1]!).ThrowIfCancellationRequested();
            }

            return method.Invoke(store, arguments);
        });
        using var window = new ClusterWindow(late, new ClusteringOptions(), new FakeTimeProvider(TestStories.Morning.AddHours(1)), NullLogger<ClusterWindow>.Instance);

        await Record.ExceptionAsync(() => window.AssignAsync(Story(2), lease.Token));

        Assert.True(lease.IsCancellationRequested);
        Assert.Equal(2, (await store.QueryAsync(new StoryQuery { Cluster = Story(0).Cluster }, Token)).Stories.Count);
    }

    [Fact]
    public async Task Assign_StragglersCannotBeMovedNow_FollowAsSoonAsTheStoreLetsThem()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(0), Story(1)], null), Token);
        var clock = new FakeTimeProvider(TestStories.Morning.AddHours(1));
        var (isFull, refused) = (false, 0);
        var sometimesFull = FaultyStore.Of((method, arguments) => isFull && method.Name == nameof(IStoryStore.JoinClustersAsync)
            ? Task.FromException<int>(new StoreException($"the disk is full ({++refused})"))
            : method.Invoke(store, arguments));
        using var window = new ClusterWindow(sometimesFull, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);
        var cluster = (await window.AssignAsync(Story(2), Token)).Cluster;
        await store.SaveAsync(new StoryBatch([Story(9) with { Cluster = Story(1).Cluster }], null), Token);

        isFull = true;
        clock.Advance(TimeSpan.FromMinutes(11));
        await window.AssignAsync(TestStories.Make(20), Token);
        await window.AssignAsync(TestStories.Make(21), Token);
        Assert.Equal(1, refused);
        isFull = false;
        clock.Advance(TimeSpan.FromMinutes(1));
        await window.AssignAsync(TestStories.Make(22), Token);

        Assert.Equal(3, (await store.QueryAsync(new StoryQuery { Cluster = cluster }, Token)).Stories.Count);
    }

    [Fact]
    public async Task Assign_StoryThatJoins_IsToldWhy()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(0)], null), Token);
        using var window = new ClusterWindow(store, new ClusteringOptions(), new FakeTimeProvider(TestStories.Morning.AddHours(1)), NullLogger<ClusterWindow>.Instance);

        var story = await window.AssignAsync(Story(1), Token);

        Assert.Equal(Story(0).Id, story.Joined!.Nearest);
        Assert.InRange(story.Joined.Score, 0.9, 1);
        Assert.Contains("veloura", story.Joined.Shared);
        Assert.Null((await window.AssignAsync(TestStories.Make(20), Token)).Joined);
    }

    [Fact]
    public async Task Split_StoriesAreApart_AndStaySoAfterARestartThoughALaterStoryIsLikeBoth()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        var clock = new FakeTimeProvider(TestStories.Morning.AddHours(1));
        var together = Story(0).Cluster;
        await store.SaveAsync(new StoryBatch([Story(0), Story(1) with { Cluster = together }], null), Token);
        ClusterId apart;
        using (var window = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance))
        {
            var members = await store.QueryAsync(new StoryQuery { Cluster = together }, Token);
            apart = await window.SplitAsync(members.Stories, [Story(1).Id], Token);
        }

        using var restarted = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);
        var later = await restarted.AssignAsync(Story(2), Token);

        Assert.Contains(later.Cluster, new[] { together, apart });
        Assert.Equal(Story(0).Id, Assert.Single((await store.QueryAsync(new StoryQuery { Cluster = together }, Token)).Stories).Id);
        Assert.Equal(Story(1).Id, Assert.Single((await store.QueryAsync(new StoryQuery { Cluster = apart }, Token)).Stories).Id);
    }

    /// <summary>More stories than the store tells at once, some of one event, with words that become common on the way: what is common decides what is alike.</summary>
    [Fact]
    public async Task Assign_AfterARestart_PutsStoriesWhereTheyWouldHaveGoneBefore()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        var clock = new FakeTimeProvider(TestStories.Morning.AddDays(2));
        using var window = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);
        foreach (var report in Enumerable.Range(0, 600).Select(Report))
        {
            await store.SaveAsync(new StoryBatch([await window.AssignAsync(report, Token)], null), Token);
        }

        using var restarted = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);

        var joined = 0;
        foreach (var next in Enumerable.Range(600, 150).Select(Report))
        {
            var (before, after) = (await window.AssignAsync(next, Token), await restarted.AssignAsync(next, Token));
            joined += before.Joined is null ? 0 : 1;
            Assert.Equal((before.Cluster, before.Joined?.Nearest, before.Joined?.Score), (after.Cluster, after.Joined?.Nearest, after.Joined?.Score));
        }

        Assert.InRange(joined, 75, 150);
    }

    [Fact]
    public async Task Assign_AfterARestart_ReadsTheTextsOfOnePageAtATime()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 1_300).Select(Report)], null), Token);
        var read = new List<(int Stories, DateTimeOffset Oldest)>();
        var told = FaultyStore.Of((method, arguments) => method.Name == nameof(IStoryStore.QueryAsync) && arguments[0] is StoryQuery { WithBody: true } ? TellAsync(method, arguments) : method.Invoke(store, arguments));
        using var window = new ClusterWindow(told, new ClusteringOptions(), new FakeTimeProvider(TestStories.Morning.AddDays(2)), NullLogger<ClusterWindow>.Instance);

        await window.AssignAsync(Report(1_300), Token);

        Assert.Equal([300, 500, 500], read.Select(page => page.Stories));
        Assert.Equal(read.Order(Comparer<(int, DateTimeOffset Oldest)>.Create((one, other) => one.Oldest.CompareTo(other.Oldest))), read);

        async Task<StoryPage> TellAsync(MethodInfo method, object?[] arguments)
        {
            var page = await (Task<StoryPage>)method.Invoke(store, arguments)!;
            read.Add((page.Stories.Count, page.Stories[^1].OrderedAt));
            return page;
        }
    }

    [Fact]
    public async Task Assign_StoriesStoredWhileTheWindowIsRead_HideNoneOfThoseBefore()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(0), .. Enumerable.Range(1, 999).Select(Report)], null), Token);
        var asked = 0;
        var busy = FaultyStore.Of((method, arguments) => method.Name == nameof(IStoryStore.QueryAsync) && asked++ == 2 ? LateAsync((StoryQuery)arguments[0]!) : method.Invoke(store, arguments));
        using var window = new ClusterWindow(busy, new ClusteringOptions(), new FakeTimeProvider(TestStories.Morning.AddDays(2)), NullLogger<ClusterWindow>.Instance);

        var story = await window.AssignAsync(Story(2_002), Token);

        Assert.Equal(Story(0).Cluster, story.Cluster);

        // Two pages are found; then as many stories come as push the oldest out of the second.
        async Task<StoryPage> LateAsync(StoryQuery query)
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(1_000, 3).Select(number => Report(number) with { Published = TestStories.Morning.AddMinutes(100) })], null), Token);
            return await store.QueryAsync(query, Token);
        }
    }

    [Fact]
    public async Task Assign_ClockThatWasAheadForAWhile_FindsTheEventAgain()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        var clock = new JumpingClock(TestStories.Morning.AddHours(1));
        using var window = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);
        await SaveAsync(Story(0));

        clock.Jump = TimeSpan.FromDays(365);
        await SaveAsync(TestStories.Make(20) with { FirstSeen = clock.GetUtcNow() });
        clock.Jump = TimeSpan.Zero;

        Assert.Equal(Story(0).Cluster, (await window.AssignAsync(Story(1), Token)).Cluster);
        using var restarted = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);
        Assert.Equal(Story(0).Cluster, (await restarted.AssignAsync(Story(1), Token)).Cluster);

        async Task SaveAsync(Story story) => await store.SaveAsync(new StoryBatch([await window.AssignAsync(story, Token)], null), Token);
    }

    [Fact]
    public async Task Assign_StoryDatedByAClockThatWasADayAhead_LeavesTheOthersInTheWindow()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        var clock = new FakeTimeProvider(TestStories.Morning.AddDays(6.5));
        var ahead = TestStories.Make(20) with { FirstSeen = clock.GetUtcNow().AddDays(1) };
        await store.SaveAsync(new StoryBatch([Story(0), ahead], null), Token);
        using var window = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);

        Assert.Equal(Story(0).Cluster, (await window.AssignAsync(Story(1), Token)).Cluster);
    }

    [Fact]
    public async Task Assign_ClustersJoinedWhileTheClockWasAhead_TheirStragglersFollowAllTheSame()
    {
        using var folder = new TestFolder();
        await using var store = await StorageRegistration.OpenAsync(folder.Data, new StoryRetention(), TimeSpan.Zero, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(0), Story(1)], null), Token);
        var clock = new JumpingClock(TestStories.Morning.AddHours(1)) { Jump = TimeSpan.FromDays(2) };
        using var window = new ClusterWindow(store, new ClusteringOptions(), clock, NullLogger<ClusterWindow>.Instance);
        var cluster = (await window.AssignAsync(Story(2), Token)).Cluster;
        await store.SaveAsync(new StoryBatch([Story(9) with { Cluster = Story(1).Cluster }], null), Token);

        clock.Jump = TimeSpan.Zero;
        clock.Advance(TimeSpan.FromMinutes(11));
        await window.AssignAsync(TestStories.Make(20), Token);

        Assert.Equal(3, (await store.QueryAsync(new StoryQuery { Cluster = cluster }, Token)).Stories.Count);
    }

    /// <summary>One of several reports on some event, each in other words, in an order that mixes the events.</summary>
    private static Story Report(int number)
    {
        var random = new Random(number);
        var about = (number * 7) % 150;
        var words = Enumerable.Range(0, 60).Select(_ => $"wort{(char)('a' + random.Next(26))}{(char)('a' + random.Next(26))}en").Concat(Enumerable.Range(0, 25).Where(_ => random.Next(5) > 0).Select(name => $"in Ort{(char)('a' + (about / 20))}{(char)('a' + (about % 20))}{(char)('a' + name)}hausen"));
        return TestStories.Make(number) with { Title = $"Ort{(char)('a' + (about / 20))}{(char)('a' + (about % 20))} report", Body = new StoryBody("", string.Join(' ', words)), Feed = new FeedId($"{number:x16}") };
    }

    private static Story Story(int number)
    {
        var (title, text) = Recall[number % Recall.Length];
        return TestStories.Make(number) with { Title = title, Body = new StoryBody("", text), Feed = new FeedId($"{number:x16}") };
    }
}
