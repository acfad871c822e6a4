using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.Tests;

/// <summary>Clusters joined and split.</summary>
public abstract partial class StoryStoreContract
{
    [Fact]
    public async Task JoinClusters_ThenReopen_HoldsAllStoriesInTheOther()
    {
        using var folder = new TemporaryFolder();
        var (one, other) = (new ClusterId("one"), new ClusterId("other"));
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 6).Select(i => Story(Wire, i, "AI") with { Cluster = i < 4 ? one : other })], null), Token);

            Assert.Equal(4, await store.JoinClustersAsync(one, other, Now.AddHours(3), Token));
            Assert.Equal(0, await store.JoinClustersAsync(one, other, Now.AddHours(4), Token));
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Empty(await Numbers(again, new StoryQuery { Cluster = one }));
        Assert.Equal([0, 1, 2, 3, 4, 5], await Numbers(again, new StoryQuery { Cluster = other }));
        var joined = (await again.FindStoryAsync(Story(Wire, 0).Id, Token))!;
        Assert.Equal((other, Now.AddHours(3), "AI"), (joined.Cluster, joined.Retagged, joined.Topics.Single().Topic));
    }

    [Fact]
    public async Task SplitCluster_ThenSaveAndReopen_KeepsTheStoriesApart()
    {
        using var folder = new TemporaryFolder();
        var (whole, part) = (new ClusterId("whole"), new ClusterId("part"));
        var reason = new ClusterReason(Story(Wire, 0).Id, 0.97, ["norvik", "dresden"]);
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 3).Select(i => Story(Wire, i) with { Cluster = whole, Joined = i == 0 ? null : reason })], null), Token);
            var split = new ClusterSplit(whole, part, [Story(Wire, 1).Id], [Story(Wire, 0).Id]);

            Assert.Equal(1, await store.SplitClusterAsync(split, Now.AddHours(3), Token));
            Assert.Equal(0, await store.SplitClusterAsync(split, Now.AddHours(4), Token));
            await store.SaveAsync(new StoryBatch([Story(Wire, 1) with { Cluster = whole, Joined = reason, Title = "Edited" }], null), Token);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal([0, 2], await Numbers(again, new StoryQuery { Cluster = whole }));
        var apart = (await again.FindStoryAsync(Story(Wire, 1).Id, Token))!;
        Assert.Equal(("Edited", part, null), (apart.Title, apart.Cluster, apart.Joined));
        Assert.Equal([Story(Wire, 0).Id], apart.ApartFrom);
        var stayed = (await again.FindStoryAsync(Story(Wire, 2).Id, Token))!.Joined!;
        Assert.Equal((reason.Nearest, reason.Score), (stayed.Nearest, stayed.Score));
        Assert.Equal(reason.Shared, stayed.Shared);
    }

    /// <summary>Finding all clusters anew takes minutes, in which the user may split one and others may be joined.</summary>
    [Fact]
    public async Task Recluster_StoriesThatLeftTheirClusterMeanwhile_AreLeftAlone()
    {
        using var folder = new TemporaryFolder();
        var (whole, part, joined, found) = (new ClusterId("whole"), new ClusterId("part"), new ClusterId("joined"), new ClusterId("found"));
        var reason = new ClusterReason(Story(Wire, 0).Id, 0.97, ["norvik", "dresden"]);
        await using var store = await OpenAsync(folder.Path);
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 4).Select(i => Story(Wire, i) with { Cluster = i < 3 ? whole : joined })], null), Token);
        StoryClustering[] clusters = [.. Enumerable.Range(0, 4).Select(i => new StoryClustering(Story(Wire, i).Id, i < 3 ? whole : joined, found, reason))];
        await store.SplitClusterAsync(new ClusterSplit(whole, part, [Story(Wire, 1).Id], [Story(Wire, 0).Id]), Now.AddHours(1), Token);
        await store.JoinClustersAsync(joined, part, Now.AddHours(1), Token);

        Assert.Equal(2, await store.ReclusterAsync(clusters, Now.AddHours(2), Token));

        Assert.Equal([0, 2], await Numbers(store, new StoryQuery { Cluster = found }));
        Assert.Equal([1, 3], await Numbers(store, new StoryQuery { Cluster = part }));
        var moved = (await store.FindStoryAsync(Story(Wire, 2).Id, Token))!;
        Assert.Equal((reason.Nearest, Now.AddHours(2)), (moved.Joined!.Nearest, moved.Retagged));
        Assert.Null((await store.FindStoryAsync(Story(Wire, 1).Id, Token))!.Joined);
    }
}
