using Aggregator.Model.Storage;
using Aggregator.Model.Stories;
using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>The contract on LiteDB, and what only a store in files can get wrong.</summary>
public sealed partial class LiteDbStoryStoreTests : StoryStoreContract
{
    /// <summary>The numbers by which the operating systems tell what is wrong.</summary>
    [Fact]
    public void IoFault_DiskFullAndInUse_AreToldApart()
    {
        var (full, inUse) = OperatingSystem.IsWindows() ? (unchecked((int)0x80070070), unchecked((int)0x80070020)) : (28, 11);

        Assert.Equal((true, false), (IoFault.IsDiskFull(new IOException("", full)), IoFault.IsInUse(new IOException("", full))));
        Assert.Equal((false, true), (IoFault.IsDiskFull(new IOException("", inUse)), IoFault.IsInUse(new IOException("", inUse))));
        Assert.Equal("the disk is full", IoFault.Words(new IOException("No space left on device", full)));
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

    /// <summary>A body that its story was not committed with takes a number as well, and so stands for those of stories long dropped.</summary>
    [Fact]
    public async Task RebuildTextIndex_AfterMoreNumbersThanCanBeLookedUp_IsMade()
    {
        using var folder = new TemporaryFolder();
        await using (var store = await Open(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([Story(Wire, 1)], null), Token);
            store.Files.Work(() => store.Files.Bodies.Add(20_000_000_000, PackedBody.Of(StoryBody.Empty)));
        }

        await using var again = await Open(folder.Path);
        await again.SaveAsync(new StoryBatch([Story(Wire, 2)], null), Token);
        await again.RebuildTextIndexAsync(null, Token);

        Assert.Equal([1, 2], (await Numbers(again, new StoryQuery { Text = Words("Story") })).Order());
    }

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

    /// <summary>A site that gives every reader an address of his own, and a carrier that does: with no key left behind, and none once the story is gone.</summary>
    [Fact]
    public async Task Save_LinkChangesEachTime_KeepsTheKeysOfTheAddressesItHas()
    {
        using var folder = new TemporaryFolder();
        await using var store = await Open(folder.Path);
        var story = Story(Wire, 1);
        for (var time = 0; time < 5; time++)
        {
            await store.SaveAsync(new StoryBatch([story with { Link = new Uri($"https://wire.example/{time}") }], null), Token);
        }

        var carrier = SameAs((await store.FindStoryAsync(story.Id, Token))!, 7);
        for (var time = 0; time < 5; time++)
        {
            await store.SaveAsync(new StoryBatch([time == 0 ? carrier : carrier with { Link = new Uri($"https://ledger.example/{time}") }], null), Token);
        }

        Assert.Equal(4, store.Files.Read(() => store.Files.Keys.Count())); // its id and the carrier's, its address and the carrier's
        await store.DeleteStoriesAsync([story.Id], StoryEnd.Forgotten, Token);
        Assert.Equal(0, store.Files.Read(() => store.Files.Keys.Count()));
    }

    /// <summary>An earlier program did not remember when entries were seen.</summary>
    [Fact]
    public async Task Dropped_ByAnEarlierProgram_IsForgottenThreeMonthsAfterThisOneFirstLooked()
    {
        using var folder = new TemporaryFolder();
        await using var store = await Open(folder.Path);
        var dropped = new DroppedStory(Story(Wire, 1).Id, "f", "Gone", "k");
        await store.SaveAsync(new StoryBatch([], null) { Dropped = [dropped] }, Token);

        await store.RetainAsync(Now, Token);
        await store.RetainAsync(Now.AddDays(89), Token);
        Assert.Equal(dropped, Assert.Single(await store.FindDroppedAsync([dropped.Id], Token)).Value);
        await store.RetainAsync(Now.AddDays(91), Token);

        Assert.Empty(await store.FindDroppedAsync([dropped.Id], Token));
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

    protected override async Task<IStoryStore> OpenAsync(string folder, StoryRetention retention) =>
        await LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder, Retention = retention }, TimeProvider.System, Token);

    private static IOException NoSpaceLeft() => new("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);

    private static long SizeOf(string folder, string file) => new FileInfo(Path.Combine(folder, file)).Length;

    private static Task<LiteDbStoryStore> Open(string folder) =>
        LiteDbStoryStore.OpenAsync(new LiteDbStoryStoreOptions { Folder = folder }, TimeProvider.System, Token);
}
