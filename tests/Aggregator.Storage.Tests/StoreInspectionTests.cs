using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>What the files of a store show without being opened.</summary>
public sealed class StoreInspectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A service that runs has logs: empty ones, and ones that begin in the middle of anything.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(8192)]
    public async Task Look_StoreInUse_FindsNothingWrong(int logged)
    {
        using var folder = new TemporaryFolder();
        await using (var store = await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder.Path }, TimeProvider.System, Token))
        {
            Assert.All(StoreInspection.Look(folder.Path), file => Assert.Null(file.Fault));
        }

        foreach (var database in (string[])["stories", "bodies"])
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, $"{database}-log.db"), [.. Enumerable.Repeat((byte)4, logged)], Token);
        }

        Assert.All(StoreInspection.Look(folder.Path), file => Assert.Null(file.Fault));
    }

    [Theory]
    [InlineData(0, "the file is empty")]
    [InlineData(8192, "this is no database, or its beginning is overwritten")]
    public void Look_FileThatIsNoDatabase_SaysSo(int length, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "stories.db");
        File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)4, length)]);

        Assert.Equal([(path, expected)], StoreInspection.Look(folder.Path));
    }
}
