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

    private static Story Story(int number)
    {
        var (title, text) = Recall[number % Recall.Length];
        return TestStories.Make(number) with { Title = title, Body = new StoryBody("", text), Feed = new FeedId($"{number:x16}") };
    }
}
