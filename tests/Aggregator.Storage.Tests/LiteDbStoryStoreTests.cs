using Aggregator.Model.Storage;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>The contract on LiteDB, and what only a store in files can get wrong.</summary>
public sealed class LiteDbStoryStoreTests : StoryStoreContract
{
    [Fact]
    public async Task Open_FolderInUse_SaysByWhom()
    {
        using var folder = new TemporaryFolder();
        await using var first = await OpenAsync(folder.Path);

        var fault = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(folder.Path));

        Assert.Contains($"process {Environment.ProcessId}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FileOfAnotherKind_IsRefusedAndLeftAsItIs()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "stories.db");
        var foreign = string.Concat(Enumerable.Repeat("this is no database ", 1000));
        await File.WriteAllTextAsync(file, foreign, TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(folder.Path));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.Equal(foreign, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    protected override async Task<IStoryStore> OpenAsync(string folder) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, TestContext.Current.CancellationToken);
}
