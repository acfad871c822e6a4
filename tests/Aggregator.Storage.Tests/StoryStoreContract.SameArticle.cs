using Aggregator.Model.Storage;
using Aggregator.Model.Stories;

namespace Aggregator.Storage.Tests;

/// <summary>One article, stored once, however many feeds carry it.</summary>
public abstract partial class StoryStoreContract
{
    [Fact]
    public async Task Save_ArticleThatAnotherFeedBrought_IsStoredOnceWithBothFeeds()
    {
        using var folder = new TemporaryFolder();
        var stored = Story(Wire, 1, "AI");
        var again = SameAs(stored, number: 7) with { Comments = new Uri("https://ledger.example/talk/7") };
        await using (var store = await OpenAsync(folder.Path))
        {
            await store.SaveAsync(new StoryBatch([stored], null), Token);
            Assert.Equal(stored.Id, (await store.FindSameArticleAsync(again, Token))!.Id);

            var saved = await store.SaveAsync(new StoryBatch([again], null), Token);

            Assert.Equal((0, 0, 1), (saved.Added, saved.Replaced, saved.Carried));
        }

        await using var reopened = await OpenAsync(folder.Path);
        Assert.Equal(1, (await reopened.CountAsync(Token)).Stories);
        Assert.Equal([1], await Numbers(reopened, new StoryQuery { Feeds = [Ledger] }));
        Assert.Equal([1], await Numbers(reopened, new StoryQuery { Feeds = [Wire, Ledger] }));
        var found = (await reopened.FindStoryAsync(again.Id, Token))!;
        Assert.Equal((stored.Id, stored.Body), (found.Id, found.Body));
        Assert.Equal(StoryCarrier.Of(again), Assert.Single(found.Carriers));
        Assert.Null(await reopened.FindSameArticleAsync(again, Token));
        Assert.Equal("f7", (await reopened.FindFingerprintsAsync([again.Id, stored.Id], Token))[again.Id]);
    }

    [Fact]
    public async Task Save_CarrierOrStoryAgain_KeepsTheCarriers()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var stored = Story(Wire, 1);
        var again = SameAs(stored, number: 7);
        await store.SaveAsync(new StoryBatch([stored, again], null), Token);

        Assert.Equal(1, (await store.SaveAsync(new StoryBatch([again with { Title = "Told otherwise", Fingerprint = "g" }], null), Token)).Carried);
        await store.SaveAsync(new StoryBatch([stored with { Title = "Story 100", Link = new Uri("https://wire.example/moved") }], null), Token);

        var found = (await store.FindStoryAsync(stored.Id, Token))!;
        Assert.Equal(("Story 100", "Told otherwise"), (found.Title, Assert.Single(found.Carriers).Title));
        Assert.Equal("g", (await store.FindFingerprintsAsync([again.Id], Token))[again.Id]);
        Assert.Equal(stored.Id, (await store.FindSameArticleAsync(SameAs(found, 8) with { Feed = new("00000000000000cc") }, Token))!.Id);
        Assert.Equal([100], await Numbers(store, new StoryQuery()));
    }

    [Fact]
    public async Task Save_ArticleWhoseTextOnlyTheSecondFeedHas_TakesItOver()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var stored = Story(Wire, 1) with { BodySource = BodySource.Feed };
        await store.SaveAsync(new StoryBatch([stored], null), Token);

        await store.SaveAsync(new StoryBatch([SameAs(stored, 7) with { BodySource = BodySource.Page, Updated = Now.AddHours(1), Body = new StoryBody("<p>All of it</p>", "All of it") }], null), Token);

        var found = (await store.FindStoryAsync(stored.Id, Token))!;
        Assert.Equal(("All of it", BodySource.Page, Now.AddHours(1)), (found.Body!.Text, found.BodySource, found.Updated));
        Assert.Single(await store.ListVersionsAsync(stored.Id, Token));
    }

    [Fact]
    public async Task Save_OtherTextsOfOneAddress_AreStoriesEach()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var first = Story(Wire, 1);
        var second = Story(Ledger, 2) with { Link = first.Link };

        var saved = await store.SaveAsync(new StoryBatch([first, second], null), Token);

        Assert.Equal((2, 0), (saved.Added, saved.Carried));
        Assert.Equal(second.Id, (await store.FindSameArticleAsync(SameAs(second, 9) with { Feed = new("00000000000000cc") }, Token))!.Id);
    }

    [Fact]
    public async Task Save_StoryMovesFromAnAddressThatAnotherHasToo_TheOtherIsStillFoundByIt()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder.Path);
        var first = Story(Wire, 1);
        var second = Story(Ledger, 2) with { Link = first.Link };
        await store.SaveAsync(new StoryBatch([first, second], null), Token);

        await store.SaveAsync(new StoryBatch([first with { Link = new Uri("https://wire.example/moved") }], null), Token);

        var third = SameAs(second, 9) with { Feed = new("00000000000000cc") };
        Assert.Equal(second.Id, (await store.FindSameArticleAsync(third, Token))!.Id);
        Assert.Equal(1, await store.DeleteStoriesAsync([first.Id], StoryEnd.Forgotten, Token));
        Assert.Equal(second.Id, (await store.FindSameArticleAsync(third, Token))!.Id);
    }

    /// <summary>The same article as another feed offers it.</summary>
    protected static Story SameAs(Story story, int number) =>
        Story(Ledger, number) with { Link = new Uri(story.Link + "?utm_source=ledger"), Title = story.Title, FeedName = "The Ledger", Fingerprint = $"f{number}", FirstSeen = story.FirstSeen.AddHours(1) };
}
