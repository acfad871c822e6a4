using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>A store that is opened: by a second process, on files that are damaged, foreign or half made, and with an index that does not match them.</summary>
public sealed partial class LiteDbStoryStoreTests
{
    [Fact]
    public async Task Open_FolderInUse_SaysByWhom()
    {
        using var folder = new TemporaryFolder();
        await using var first = await Open(folder.Path);

        var fault = await Assert.ThrowsAsync<StoreException>(() => Open(folder.Path));

        Assert.Contains($"process {Environment.ProcessId}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FolderThatCannotBeWritten_SaysWhyAndBlamesNobody()
    {
        using var folder = new TemporaryFolder();
        var taken = Path.Combine(folder.Path, "data");
        await File.WriteAllTextAsync(taken, "a file where the folder should be", Token);

        var fault = await Assert.ThrowsAsync<StoreException>(() => Open(taken));

        Assert.StartsWith($"nothing can be written to the data folder {taken}: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("process", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FileOfAnotherKind_IsRefusedAndLeftAsItIs()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "stories.db");
        var foreign = string.Concat(Enumerable.Repeat("this is no database ", 1000));
        await File.WriteAllTextAsync(file, foreign, TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<StoreException>(() => Open(folder.Path));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.Equal(foreign, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Open_DatabaseMovedAwayWithoutItsLog_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var log = Path.Combine(folder.Path, "stories-log.db");
        await File.WriteAllBytesAsync(log, new byte[8192], Token);

        var fault = await Assert.ThrowsAsync<StoreException>(() => Open(folder.Path));

        Assert.Contains(log, fault.Message, StringComparison.Ordinal);
        Assert.Equal(8192, new FileInfo(log).Length);
    }

    [Theory]
    [InlineData("stories.db")]
    [InlineData("bodies.db")]
    public async Task Open_DamagedFile_IsRefusedByNameAndLeftAsItIs(string name)
    {
        using var folder = new TemporaryFolder();
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 50).Select(number => Story(Wire, number, "AI"))], null), Token);
        }

        var file = Path.Combine(folder.Path, name);
        var bytes = await File.ReadAllBytesAsync(file, Token);
        bytes.AsSpan(200, 7000).Fill(0xA5);
        await File.WriteAllBytesAsync(file, bytes, Token);

        var fault = await Assert.ThrowsAsync<StoreException>(() => Open(folder.Path));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file, Token));
    }

    /// <summary>LiteDB opens such a file without a word: the damage is met by the first reading.</summary>
    [Fact]
    public async Task Open_FileDamagedBehindItsFirstPage_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 50).Select(number => Story(Wire, number, "AI"))], null), Token);
        }

        var file = Path.Combine(folder.Path, "stories.db");
        var bytes = await File.ReadAllBytesAsync(file, Token);
        bytes.AsSpan(8192).Fill(0xA5);
        await File.WriteAllBytesAsync(file, bytes, Token);

        var fault = await Assert.ThrowsAsync<StoreException>(() => Open(folder.Path));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.Contains("backup", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>As the log is that a process leaves which ends while it makes the files: at any of its pages.</summary>
    [Theory]
    [InlineData("stories-log.db")]
    [InlineData("bodies-log.db")]
    public async Task Open_ProcessEndedWhileItMadeTheFiles_MakesThemWhole(string name)
    {
        using var folder = new TemporaryFolder();
        await using var store = await Open(folder.Path);
        var log = await File.ReadAllBytesAsync(Path.Combine(folder.Path, name), Token);
        for (var pages = 0; pages <= log.Length / 8192; pages++)
        {
            using var left = new TemporaryFolder();
            foreach (var file in StoreFiles.All)
            {
                File.Copy(Path.Combine(folder.Path, file), Path.Combine(left.Path, file));
            }

            await File.WriteAllBytesAsync(Path.Combine(left.Path, name), log[..(pages * 8192)], Token);
            await using var again = await Open(left.Path);
            await again.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
            Assert.Equal([1], await Numbers(again, new StoryQuery { Topics = ["ai"] }));
        }

        Assert.NotEmpty(log);
    }

    /// <summary>Versions that made a collection in two commits could be ended between them.</summary>
    [Fact]
    public async Task Open_CollectionWithADocumentThatIsNoneOfOurs_IsReadWithoutIt()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
            foreach (var name in store.Files.Listing.Database.GetCollectionNames().ToList())
            {
                store.Files.Listing.Collection(name).Insert(new LiteDB.BsonDocument());
            }
        }

        await using var again = await Open(folder.Path);
        Assert.Equal([1], await Numbers(again, new StoryQuery()));
        Assert.All(again.Files.Listing.Database.GetCollectionNames(), name => Assert.DoesNotContain(again.Files.Listing.Collection(name).FindAll(), document => document["_id"].IsObjectId));
        Assert.Equal(new SaveResult(1, 0), await again.SaveAsync(new StoryBatch([Story(Wire, 2, "AI")], null), Token));
    }

    /// <summary>The index is made of the database: without it, or with one that is damaged, everything else goes on, and it can be made again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_IndexOfTextsGoneOrDamaged_IsMadeAgainWhenAsked(bool damaged)
    {
        using var folder = new TemporaryFolder();
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
        }

        var file = Path.Combine(folder.Path, "search.db");
        await File.WriteAllTextAsync(file, damaged ? string.Concat(Enumerable.Repeat("no index ", 5000)) : "", Token);
        if (!damaged)
        {
            File.Delete(file);
        }

        await using var again = await Open(folder.Path);
        Assert.False(again.CanSearchText);
        await Assert.ThrowsAsync<InvalidOperationException>(() => again.QueryAsync(new StoryQuery { Text = Words("text") }, Token));
        await again.SaveAsync(new StoryBatch([Story(Wire, 2, "AI")], null), Token);
        await again.RebuildTextIndexAsync(null, Token);

        Assert.Equal([1, 2], await Numbers(again, new StoryQuery { Text = Words("text") }));
    }

    /// <summary>As after a power cut, which may take the last commits of the index, but none of the database.</summary>
    [Fact]
    public async Task Open_IndexOfTextsBehind_CatchesUp()
    {
        using var folder = new TemporaryFolder();
        using var kept = new TemporaryFolder();
        var (file, old) = (Path.Combine(folder.Path, "search.db"), Path.Combine(kept.Path, "search.db"));
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Worded(1, null, "apples", "en"), Worded(2, null, "apples", "en"), Worded(3, null, "apples", "en")], null), Token);
        }

        File.Copy(file, old);
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Worded(1, null, "pears", "en") with { Published = Now.AddDays(-9) }, Worded(4, null, "pears", "en")], null), Token);
            await store.DeleteStoriesAsync([Story(Wire, 2).Id], StoryEnd.ForGood, Token);
        }

        File.Copy(old, file, overwrite: true);
        await using var again = await Open(folder.Path);
        while (!again.CanSearchText)
        {
            await Task.Delay(5, Token);
        }

        Assert.Equal([4, 1], await Numbers(again, new StoryQuery { Text = Words("pears") }));
        Assert.Equal([3], await Numbers(again, new StoryQuery { Text = Words("apples") }));
        Assert.Equal(3, (await again.CountFacetsAsync(new StoryQuery(), Token)).Total);
    }

    /// <summary>As after a backup of the database was put in its place.</summary>
    [Fact]
    public async Task Open_IndexOfTextsAheadOfTheDatabase_IsNotBelieved()
    {
        using var folder = new TemporaryFolder();
        using var kept = new TemporaryFolder();
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
        }

        foreach (var file in new[] { "stories.db", "bodies.db" })
        {
            File.Copy(Path.Combine(folder.Path, file), Path.Combine(kept.Path, file));
        }

        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 2, "AI")], null), Token);
        }

        File.Copy(Path.Combine(folder.Path, "search.db"), Path.Combine(kept.Path, "search.db"));
        await using var restored = await Open(kept.Path);

        Assert.False(restored.CanSearchText);
    }

    [Fact]
    public async Task Open_SizeBelowWhatLogsNeed_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var fault = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(folder.Path, new StoryRetention { MaxBytes = 1 << 20 }));

        Assert.Contains("8 MB at least", fault.Message, StringComparison.Ordinal);
    }
}
