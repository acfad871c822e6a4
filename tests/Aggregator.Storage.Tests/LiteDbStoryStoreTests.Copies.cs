using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>Copies of a store: one that is taken of it, and one that is put in its place.</summary>
public sealed partial class LiteDbStoryStoreTests
{
    [Fact]
    public async Task Replace_WhileStoriesAreSaved_AnswersFromTheOtherFilesAndKeepsTheOldOnes()
    {
        using var folder = new TemporaryFolder();
        var other = Path.Combine(folder.Path, "other");
        await using (var source = await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = other }, TimeProvider.System, Token))
        {
            await source.SaveAsync(new StoryBatch([Story(Wire, 1, "AI"), Story(Wire, 2)], null), Token);
        }

        await using var store = await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder.Path }, TimeProvider.System, Token);
        await store.ActivateFeedsAsync([new FeedActivation(Wire, new Uri("https://wire.example/"), Now)], Token);
        await store.SaveAsync(new StoryBatch([Story(Wire, 3, "AI")], null), Token);

        var old = await store.ReplaceAsync(other, "aside", Token);

        Assert.Equal(Path.Combine(folder.Path, "aside"), old);
        Assert.Equal([1, 2], await Numbers(store, new StoryQuery()));
        Assert.Equal((2, 1), ((await store.CountAsync(Token)).Stories, (await store.CountAsync(Token)).ByTopic["ai"]));
        Assert.Empty(await store.ListFeedStatesAsync(Token));
        await store.SaveAsync(new StoryBatch([Story(Wire, 4)], null), Token);
        await store.RebuildTextIndexAsync(null, Token);
        Assert.True(store.CanSearchText);
        Assert.Equal([1, 2, 4], await Numbers(store, new StoryQuery()));
        await using var before = await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = old! }, TimeProvider.System, Token);
        Assert.Equal([3], await Numbers(before, new StoryQuery()));
    }

    [Fact]
    public async Task Replace_ByFilesThatCannotBeMoved_GoesOnWithItsOwn()
    {
        using var folder = new TemporaryFolder();
        await using var store = await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder.Path }, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "aside"), "in the way", Token);

        var fault = await Assert.ThrowsAsync<StoreException>(() => store.ReplaceAsync(Path.Combine(folder.Path, "other"), "aside", Token));

        Assert.Contains("in their place again", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1], await Numbers(store, new StoryQuery()));
        await store.SaveAsync(new StoryBatch([Story(Wire, 2)], null), Token);
        Assert.Equal([1, 2], await Numbers(store, new StoryQuery()));
    }

    /// <summary>LiteDB closes a file after a fault, and the backup that holds the logs then cannot let them go as usual.</summary>
    [Fact]
    public async Task BackUp_AFileIsClosedMeanwhile_LogsAreWrittenBackAgainAndTheNextBackupIsTaken()
    {
        using var folder = new TemporaryFolder();
        await using var store = await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder.Path, CheckpointEvery = TimeSpan.Zero }, TimeProvider.System, Token);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);

        await Assert.ThrowsAsync<StoreException>(() => store.BackUpAsync(
            (_, _) =>
            {
                store.Files.Texts.Dispose();
                return Task.CompletedTask;
            },
            Token));
        await Record.ExceptionAsync(() => store.SaveAsync(new StoryBatch([Story(Wire, 2)], null), Token));
        await store.SaveAsync(new StoryBatch([Story(Wire, 3)], null), Token);
        var copied = new List<string>();
        await store.BackUpAsync(
            (name, _) =>
            {
                copied.Add(name);
                return Task.CompletedTask;
            },
            Token);

        Assert.Equal(["stories.db", "bodies.db"], copied);
        Assert.False(store.Files.Listing.HoldsCheckpoints || store.Files.Texts.HoldsCheckpoints);
    }

    [Fact]
    public async Task BackUp_WhileStoriesArrive_HoldsWhatWasStoredWhenItBegan()
    {
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 100).Select(Bulky)], null), Token);
            await store.BackUpAsync(
                async (name, content) =>
                {
                    // Enough to make LiteDB write its log back, if it were let.
                    await store.SaveAsync(new StoryBatch([.. Enumerable.Range(name == "stories.db" ? 100 : 500, 400).Select(Bulky)], null), Token);
                    await Assert.ThrowsAsync<InvalidOperationException>(() => store.BackUpAsync((_, _) => Task.CompletedTask, Token));
                    await using var target = File.Create(Path.Combine(copy.Path, name));
                    await content.CopyToAsync(target, Token);
                },
                Token);
            await store.SaveAsync(new StoryBatch([Bulky(900)], null), Token);
            Assert.Equal(901, (await store.CountAsync(Token)).Stories);
        }

        await using (var restored = await OpenAsync(copy.Path))
        {
            Assert.Equal(100, (await restored.CountAsync(Token)).Stories);
            Assert.Equal(Bulky(99).Body!.Text, (await restored.FindStoryAsync(Bulky(99).Id, Token))!.Body!.Text);
        }

        await using var again = await OpenAsync(folder.Path);
        Assert.Equal(901, (await again.CountAsync(Token)).Stories);
        Assert.Equal(Bulky(900).Body!.Text, (await again.FindStoryAsync(Bulky(900).Id, Token))!.Body!.Text);
    }
}
