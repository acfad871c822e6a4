using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>How writes that wait together are committed, and who is told what when that fails.</summary>
public sealed class WriteLoopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_OneOfAGroupIsUnstorable_OthersAreCommittedAndItsCallerIsTold()
    {
        var bad = new StoryBatch([], null);
        var groups = new List<int>();
        using var letGo = new ManualResetEventSlim();
        await using var loop = Loop(writes =>
        {
            letGo.Wait(Token);
            groups.Add(writes.Count);
            if (writes.Any(write => ReferenceEquals(write.Batch, bad)))
            {
                throw new UnstorableException("the story \"Bad\" cannot be stored: it is too large.", new InvalidOperationException());
            }
        });
        var first = loop.SaveAsync(new StoryBatch([], null), Token);
        var waiting = new[] { new StoryBatch([], null), bad, new StoryBatch([], null) }.Select(batch => loop.SaveAsync(batch, Token)).ToList();
        letGo.Set();

        await first;
        await waiting[0];
        var told = await Assert.ThrowsAsync<StoreException>(() => waiting[1]);
        await waiting[2];

        Assert.Equal("the story \"Bad\" cannot be stored: it is too large.", told.Message);
        Assert.Equal([1, 1, 1], groups[^3..]);
    }

    /// <summary>An hour apart: what comes alone waits for nothing, what comes after it until a commit is full or the store is closed.</summary>
    [Fact]
    public async Task Save_SoonAfterACommit_GathersUntilThereIsAFullOneOrTheStoreIsClosed()
    {
        var groups = new List<int>();
        var options = new LiteDbStoryStoreOptions { Folder = "none", CommitsApart = TimeSpan.FromHours(1), StoriesPerCommit = 3 };
        Task last;
        await using (var loop = Loop(writes => groups.Add(writes.Count), options))
        {
            await loop.SaveAsync(new StoryBatch([], null), Token);
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => loop.SaveAsync(new StoryBatch([], null), Token)));
            last = loop.SaveAsync(new StoryBatch([], null), Token);
        }

        await last;
        Assert.Equal([1, 3, 1], groups);
    }

    [Fact]
    public async Task Save_TheStoreIsBroken_EveryCallerOfTheGroupIsTold()
    {
        var broken = true;
        await using var loop = Loop(_ =>
        {
            if (Volatile.Read(ref broken))
            {
                throw new StoreException("the disk is full");
            }
        });

        Assert.Equal("the disk is full", (await Assert.ThrowsAsync<StoreException>(() => loop.SaveAsync(new StoryBatch([], null), Token))).Message);
        Volatile.Write(ref broken, false);
        await loop.SaveAsync(new StoryBatch([], null), Token);
    }

    private static WriteLoop Loop(Action<IReadOnlyList<Write>> commit, LiteDbStoryStoreOptions? options = null) => new(
        writes =>
        {
            commit(writes);
            return announce => announce();
        },
        () => { },
        () => { },
        options ?? new LiteDbStoryStoreOptions { Folder = "none" },
        TimeProvider.System);
}
