using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>The contract on LiteDB, and what only a store in files can get wrong.</summary>
public sealed class LiteDbStoryStoreTests : StoryStoreContract
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

    /// <summary>The numbers by which the operating systems tell what is wrong.</summary>
    [Fact]
    public void IoFault_DiskFullAndInUse_AreToldApart()
    {
        var (full, inUse) = OperatingSystem.IsWindows() ? (unchecked((int)0x80070070), unchecked((int)0x80070020)) : (28, 11);

        Assert.Equal((true, false), (IoFault.IsDiskFull(new IOException("", full)), IoFault.IsInUse(new IOException("", full))));
        Assert.Equal((false, true), (IoFault.IsDiskFull(new IOException("", inUse)), IoFault.IsInUse(new IOException("", inUse))));
        Assert.Equal("the disk is full", IoFault.Words(new IOException("No space left on device", full)));
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

    /// <summary>
    /// What lies in the files at the moment a save returns is what a killed process leaves. (The first pages after a start are those that
    /// LiteDB writes on another thread, hence a start for each round.)
    /// </summary>
    [Fact]
    public async Task Save_ReturnsAndTheProcessIsKilled_EverythingIsThere()
    {
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 5; round++)
        {
            await using var store = await Open(folder.Path);
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(round * 20, 20).Select(number => Story(Wire, number, "AI"))], null), Token);
            using var left = new TemporaryFolder();
            foreach (var file in Directory.GetFiles(folder.Path, "*.db"))
            {
                File.Copy(file, Path.Combine(left.Path, Path.GetFileName(file)));
            }

            await using var after = await Open(left.Path);
            Assert.Equal(Enumerable.Range(0, (round + 1) * 20), await Numbers(after, new StoryQuery { Limit = 500 }));
            Assert.NotEmpty((await after.FindStoryAsync(Story(Wire, (round * 20) + 19).Id, Token))!.Body!.Text);
        }
    }

    [Theory]
    [InlineData("stories.db")]
    [InlineData("bodies.db")]
    public async Task Save_DiskFull_IsToldAndTakesNothingAwayAndTheNextSaveWorks(string full)
    {
        using var folder = new TemporaryFolder();
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
            var file = full == "stories.db" ? store.Files.Listing : store.Files.Texts;
            file.Log.Fail(NoSpaceLeft());

            var fault = await Assert.ThrowsAsync<StoreException>(() => store.SaveAsync(new StoryBatch([Story(Wire, 1, "Space"), Story(Wire, 2, "AI")], null), Token));

            Assert.Contains("disk is full", fault.Message, StringComparison.Ordinal);
            Assert.Contains(folder.Path, fault.Message, StringComparison.Ordinal);
            Assert.Equal([1], await Numbers(store, new StoryQuery { Topics = ["ai"] }));
            Assert.Equal(1, (await store.CountAsync(Token)).Stories);
            Assert.Equal(new SaveResult(1, 0), await store.SaveAsync(new StoryBatch([Story(Wire, 3, "AI")], null), Token));
        }

        await using var again = await Open(folder.Path);
        Assert.Equal([1, 3], await Numbers(again, new StoryQuery { Topics = ["ai"] }));
        Assert.Equal(2, (await again.CountAsync(Token)).ByTopic["ai"]);
    }

    [Fact]
    public async Task Save_FilesCannotBeOpenedAgainAtOnce_TriesWithEverySave()
    {
        using var folder = new TemporaryFolder();
        await using var store = await Open(folder.Path);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
        store.Files.Texts.Dispose();
        var (file, elsewhere) = (Path.Combine(folder.Path, "bodies.db"), Path.Combine(folder.Path, "elsewhere"));
        File.Move(file, elsewhere);
        Directory.CreateDirectory(file);

        await Assert.ThrowsAsync<StoreException>(() => store.SaveAsync(new StoryBatch([Story(Wire, 2)], null), Token));
        await Assert.ThrowsAsync<StoreException>(() => store.FindStoryAsync(Story(Wire, 1).Id, Token));
        Directory.Delete(file);
        File.Move(elsewhere, file);

        Assert.Equal(new SaveResult(1, 0), await store.SaveAsync(new StoryBatch([Story(Wire, 2)], null), Token));
        Assert.NotEmpty((await store.FindStoryAsync(Story(Wire, 1).Id, Token))!.Body!.Text);
    }

    /// <summary>LiteDB's page cache takes a page from a reader who has found it and not yet marked it, when another makes room meanwhile.</summary>
    [Fact]
    public async Task Read_WriterIsAtWork_Waits()
    {
        using var folder = new TemporaryFolder();
        await using var store = await Open(folder.Path);
        var reading = Task.CompletedTask;
        store.Files.Work(() =>
        {
            reading = Task.Run(() => store.FindStoryAsync(Story(Wire, 1).Id, Token), Token);
            Thread.Sleep(100);
            Assert.False(reading.IsCompleted);
        });
        await reading;
    }

    /// <summary>LiteDB closes a file when a reader meets a fault; the writer notices with its next transaction.</summary>
    [Fact]
    public async Task Read_LiteDbHasClosedItsFiles_ThrowsStoreExceptionUntilTheNextSave()
    {
        using var folder = new TemporaryFolder();
        await using var store = await Open(folder.Path);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);
        store.Files.Listing.Database.Dispose();
        store.Files.Texts.Database.Dispose();

        await Assert.ThrowsAsync<StoreException>(() => store.FindStoryAsync(Story(Wire, 1).Id, Token));
        await Assert.ThrowsAsync<StoreException>(() => store.FindFingerprintsAsync([Story(Wire, 1).Id], Token));
        await Assert.ThrowsAsync<StoreException>(() => store.QueryAsync(new StoryQuery(), Token));
        await store.SaveAsync(new StoryBatch([Story(Wire, 2, "AI")], null), Token);

        Assert.Equal([1, 2], await Numbers(store, new StoryQuery { Topics = ["ai"] }));
    }

    [Fact]
    public async Task Use_AfterDispose_ThrowsStoreException()
    {
        using var folder = new TemporaryFolder();
        var store = await Open(folder.Path);
        await store.DisposeAsync();

        await Assert.ThrowsAsync<StoreException>(() => store.QueryAsync(new StoryQuery(), Token));
        await Assert.ThrowsAsync<StoreException>(() => store.SaveAsync(new StoryBatch([], null), Token));
    }

    [Fact]
    public async Task Save_StoryTooLarge_IsToldByNameAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        await using var store = await Open(folder.Path);
        await store.SaveAsync(new StoryBatch([Story(Wire, 1, "AI")], null), Token);

        var fault = await Assert.ThrowsAsync<StoreException>(() => store.SaveAsync(
            new StoryBatch([Story(Wire, 1, "Space"), Story(Wire, 2) with { Summary = new string('x', 17_000_000) }], null), Token));

        Assert.Contains("\"Story 2\" cannot be stored: it is too large", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1], await Numbers(store, new StoryQuery { Topics = ["ai"] }));
        Assert.Equal(1, (await store.CountAsync(Token)).Stories);
        Assert.Equal(new SaveResult(1, 1), await store.SaveAsync(new StoryBatch([Story(Wire, 1), Story(Wire, 3)], null), Token));
    }

    /// <summary>Twenty callers share few commits; one of them brings a key that LiteDB does not take.</summary>
    [Fact]
    public async Task Save_OneOfManyCannotBeStored_FailsItsCallerOnly()
    {
        using var folder = new TemporaryFolder();
        await using var store = await Open(folder.Path);

        var saves = Enumerable.Range(0, 20).Select(number => store.SaveAsync(
            new StoryBatch([number == 10 ? Story(Wire, number) with { Id = new StoryId(new string('k', 1100)) } : Story(Wire, number)], null), Token)).ToList();
        await Task.WhenAll(saves).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal([10], Enumerable.Range(0, 20).Where(number => saves[number].IsFaulted));
        Assert.Contains("\"Story 10\"", saves[10].Exception!.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 20).Except([10]), await Numbers(store, new StoryQuery { Limit = 500 }));
        Assert.Equal(19, (await store.CountAsync(Token)).Stories);
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

    private static IOException NoSpaceLeft() => new("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);

    [Fact]
    public async Task Save_MoreThanTheSizeHolds_TheOldestMakeRoomAndDatabasesStayWithinIt()
    {
        const long Most = 10 << 20;
        using var folder = new TemporaryFolder();
        var (next, largest) = (0, 0L);
        for (var opened = 0; opened < 2; opened++)
        {
            await using var store = await OpenAsync(folder.Path, new StoryRetention { MaxBytes = Most });
            for (var round = 0; round < 40; round++)
            {
                await store.SaveAsync(new StoryBatch([.. Enumerable.Range(next, 10).Select(Bulky)], null), Token);
                next += 10;
                largest = Math.Max(largest, SizeOf(folder.Path, "stories.db") + SizeOf(folder.Path, "bodies.db"));
            }

            var counts = await store.CountAsync(Token);
            Assert.InRange(counts.Stories, 1, 400);
            Assert.Equal(Now.AddMinutes(next - counts.Stories - 1), counts.KeptSince);
            Assert.Equal([next - 1], await Numbers(store, new StoryQuery { Topics = ["ai"], Limit = 1 }));
            Assert.Equal(0, await store.RetainAsync(Now, Token));
        }

        Assert.InRange(largest, 1, Most);
    }

    [Fact]
    public async Task Retain_BrokenOffWhileStoriesAreSorted_GoesOnWhereItWas()
    {
        using var folder = new TemporaryFolder();
        var limits = new StoryRetention { Topics = new Dictionary<string, KeepLimits> { ["ai"] = new() { MaxStories = 7 } }, EachFeed = new KeepLimits { MaxStories = 3 } };
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 1000).Select(number => Story(Wire, number, number % 2 == 0 ? ["AI"] : []))], null), Token);
            store.Keep(limits);
            using var breaking = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var retaining = Task.Run(() => store.RetainAsync(Now, breaking.Token), Token);
            while (!retaining.IsCompleted && await store.MeasureKeptAsync(Token) is not { NotYetSorted: > 0 and < 950 })
            {
                await Task.Yield();
            }

            await breaking.CancelAsync();
            await Record.ExceptionAsync(() => retaining);
        }

        await using var again = await OpenAsync(folder.Path, limits);
        await again.SaveAsync(new StoryBatch([Story(Ledger, 2000, "AI"), Story(Ledger, 2001)], null), Token);
        await again.RetainAsync(Now, Token);

        var amounts = await again.MeasureKeptAsync(Token);
        Assert.Equal((7, 3, 1), (amounts.ByGroup[KeepGroup.OfTopic("ai")].Stories, amounts.ByGroup[KeepGroup.OfFeed(Wire)].Stories, amounts.ByGroup[KeepGroup.OfFeed(Ledger)].Stories));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 2001], await Numbers(again, new StoryQuery { Limit = 500 }));
        Assert.Equal(11, (await again.ListKeptAsync(new KeptQuery { Limit = 500 }, Token)).Count);
    }

    [Fact]
    public async Task Save_MoreThanTheSizeHolds_UntaggedMakeRoomBeforeTaggedAndPinnedStay()
    {
        const long Most = 10 << 20;
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path, new StoryRetention { MaxBytes = Most });
        await store.SaveAsync(new StoryBatch([.. Enumerable.Range(0, 20).Select(number => number < 10 ? Bulky(number) : Bulky(number) with { Topics = [] })], null), Token);
        await store.PinAsync(Bulky(10).Id, true, Now, Token);
        var largest = 0L;
        for (var next = 20; next < 420; next += 10)
        {
            await store.SaveAsync(new StoryBatch([.. Enumerable.Range(next, 10).Select(number => Bulky(number) with { Topics = [] })], null), Token);
            largest = Math.Max(largest, SizeOf(folder.Path, "stories.db") + SizeOf(folder.Path, "bodies.db"));
        }

        Assert.InRange(largest, 1, Most);
        Assert.InRange((await store.CountAsync(Token)).Stories, 20, 300);
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], await Numbers(store, new StoryQuery { Topics = ["ai"] }));
        Assert.Equal([10], await Numbers(store, new StoryQuery { Pinned = true }));
        Assert.Null((await store.CountAsync(Token)).KeptSince);
        Assert.NotNull((await store.MeasureKeptAsync(Token)).Fitting);
    }

    [Fact]
    public async Task Open_SizeBelowWhatLogsNeed_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var fault = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(folder.Path, new StoryRetention { MaxBytes = 1 << 20 }));

        Assert.Contains("8 MB at least", fault.Message, StringComparison.Ordinal);
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

    private static long SizeOf(string folder, string file) => new FileInfo(Path.Combine(folder, file)).Length;

    protected override async Task<IStoryStore> OpenAsync(string folder, StoryRetention retention) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder, Retention = retention }, TimeProvider.System, Token);

    private static Task<LiteDbStoryStore> Open(string folder) =>
        LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, Token);
}
